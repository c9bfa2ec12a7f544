#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>

#include "host/verify/answer.hpp"
#include "host/verify/groups.hpp"
#include "host/verify/random.hpp"
#include "tenon/columns.hpp"

namespace tenon::verify {
namespace {

using plugins::GenerationTables;

constexpr uint64_t kManyRows = 20'000;
constexpr std::string_view kNoMethods = "it provides no column interface";

// Names to try. A manifest does not tell those of a method, but errors do: what they quote is tried
// from then on.
class Names {
 public:
  const std::string& any(Random& random) const { return all_[random.below(all_.size())]; }
  void learn(std::string_view message) {
    for (size_t begin = message.find('"'); begin != message.npos;) {
      const size_t end = message.find('"', begin + 1);
      if (end == message.npos || all_.size() == kMost) return;
      const std::string word(message.substr(begin + 1, end - begin - 1));
      if (std::find(all_.begin(), all_.end(), word) == all_.end()) all_.push_back(word);
      begin = message.find('"', end + 1);
    }
  }

 private:
  static constexpr size_t kMost = 64;
  std::vector<std::string> all_ = {"id", "name", "price", "values", "\xd7\xa9"};
};

// A batch that is well-formed, as the host guarantees, and may mean nothing to the method.
class RandomBatch {
 public:
  RandomBatch(const Names& names, Random& random) {
    rows_ = std::array<uint64_t, 5>{0, 1, 2, 17, kManyRows}[random.below(random.one_in(8) ? 5 : 4)];
    for (uint64_t left = random.below(12); left > 0; --left) add(names.any(random), random);
  }
  const tn_batch* raw() {
    for (size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].data = data_[i].data();
      columns_[i].offsets = offsets_[i].empty() ? nullptr : offsets_[i].data();
    }
    batch_ = {sizeof(tn_batch), static_cast<uint32_t>(columns_.size()), columns_.data(), rows_};
    return &batch_;
  }
  std::string text() const {
    std::string out = fmt::format("{} rows of", rows_);
    for (const auto& column : columns_)
      out += fmt::format(" {}:{}{}", view(column.name), column.type, column.offsets ? "[]" : "");
    return out;
  }

 private:
  void add(const std::string& name, Random& random) {
    for (const auto& column : columns_)
      if (view(column.name) == name) return;
    const auto type = static_cast<uint32_t>(TN_U8 + random.below(TN_F64));
    const bool ragged = random.one_in(2);
    std::vector<uint64_t> offsets;
    uint64_t count = rows_;
    if (ragged) {
      offsets.push_back(0);
      for (uint64_t row = 0; row < rows_; ++row)
        offsets.push_back(offsets.back() + random.below(4));
      count = offsets.back();
    }
    std::vector<uint64_t> data(count + 1);  // wide and aligned enough for each type
    for (auto& word : data) word = type == TN_F64 ? 0x3ff0000000000000u : random.next();
    names_.push_back(name);
    columns_.push_back({tenon::view(names_.back()), type, 0, nullptr, count, nullptr});
    data_.push_back(std::move(data));
    offsets_.push_back(std::move(offsets));
  }

  uint64_t rows_ = 0;
  std::deque<std::string> names_;
  std::vector<tn_column> columns_;
  std::vector<std::vector<uint64_t>> data_;
  std::vector<std::vector<uint64_t>> offsets_;
  tn_batch batch_ = {};
};

// Takes batches and looks at their shape, as the host does between caller and provider.
struct Taken {
  std::string wrong;
  static tn_status TN_ABI write(void* ctx, const tn_batch* batch) noexcept {
    auto& taken = *static_cast<Taken*>(ctx);
    if (!batch) {
      taken.wrong = "it wrote a batch that is NULL";
      return TN_E_INVALID;
    }
    if (const auto fits = check_batch(*batch); !fits.ok())
      taken.wrong = "it wrote a malformed batch: " + fits.error().message;
    return TN_OK;
  }
};

std::string call(const GenerationTables& to, uint32_t method, RandomBatch& batch, Names& names,
                 std::chrono::milliseconds limit) {
  Taken taken;
  const tn_batch_sink sink = {sizeof(tn_batch_sink), 0, &taken, Taken::write};
  const Answer answer = ask(limit, [&](const tn_call* raw) {
    return to.columns->call(to.object, raw, method, batch.raw(), &sink);
  });
  names.learn(answer.error.message);
  const std::string wrong = wrong_with(answer);
  return wrong.empty() ? taken.wrong : wrong;
}

struct Method {
  std::string name;  // "demo.scorer/1 score"
  uint32_t number = 0;
};

std::vector<Method> column_methods(const plugins::Manifest& manifest) {
  std::vector<Method> out;
  for (const auto& provided : manifest.provides)
    for (uint32_t i = 0; provided.columns && i < provided.methods.size(); ++i)
      out.push_back(
          {provided.interface_id + " " + provided.methods[i].name, provided.first_method + i});
  return out;
}

std::string described(const Method& method, uint64_t number, const RandomBatch& batch) {
  return fmt::format("{}, case {}, {}", method.name, number, batch.text());
}

}  // namespace

void check_columns(const Ground& ground) {
  constexpr std::string_view check = "column.batches";
  const auto methods = column_methods(ground.bench.subject().candidate.manifest);
  const auto instance = begin_serving(ground, check, methods.empty() ? kNoMethods : "");
  if (!instance) return;
  auto entry = instance->provider().enter(nullptr);
  std::vector<std::string> wrong;
  uint64_t cases = 0;
  for (const auto& method : methods) {
    Names names;
    for (unsigned i = 0; i < ground.options.cases && wrong.size() < kMaxWrong; ++i, ++cases) {
      Random random(ground.options.seed, method.name, i);
      RandomBatch batch(names, random);
      ground.recorder.doing(described(method, i, batch));
      if (const auto why =
              call(entry.tables(), method.number, batch, names, ground.options.time_limit);
          !why.empty())
        wrong.push_back(described(method, i, batch) + ": " + why);
    }
  }
  ground.recorder.judge(check, wrong, fmt::format("{} methods, {} batches", methods.size(), cases));
}

void check_column_threads(const Ground& ground) {
  constexpr std::string_view check = "column.threads";
  const auto methods = column_methods(ground.bench.subject().candidate.manifest);
  const auto instance = begin_serving(ground, check, methods.empty() ? kNoMethods : "");
  if (!instance) return;
  auto entry = instance->provider().enter(nullptr);
  judge_lanes(ground, check, methods.size(), [&]() -> Lane {
    return [&, names = Names()](size_t kind, uint64_t number) mutable {
      const auto& method = methods[kind];
      Random random(ground.options.seed, method.name, number);
      RandomBatch batch(names, random);
      const auto why = call(entry.tables(), method.number, batch, names, ground.options.time_limit);
      return why.empty() ? why : described(method, number, batch) + ": " + why;
    };
  });
}

}  // namespace tenon::verify
