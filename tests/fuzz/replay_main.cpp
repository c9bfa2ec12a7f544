// Runs a fuzz target without libFuzzer: every corpus file, then a bounded number of mutations of
// them from a fixed seed, so that each ordinary test run exercises the parsers the same way.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Input = std::vector<uint8_t>;

constexpr int kMutations = 20'000;
constexpr size_t kMaxSize = 1 << 14;

std::vector<Input> read_corpus(const std::filesystem::path& folder) {
  std::vector<Input> inputs{Input{}};
  if (!std::filesystem::is_directory(folder)) return inputs;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

Input mutate(const std::vector<Input>& corpus, std::mt19937& random) {
  auto pick = [&](size_t bound) { return bound == 0 ? 0 : random() % bound; };
  Input input = corpus[pick(corpus.size())];
  for (size_t i = 0, edits = 1 + pick(8); i < edits; ++i) {
    size_t at = pick(input.size() + 1);
    switch (pick(4)) {
      case 0:
        input.insert(input.begin() + static_cast<long>(at), static_cast<uint8_t>(random()));
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<uint8_t>(random());
        break;
      case 2:
        if (at < input.size())
          input.erase(input.begin() + static_cast<long>(at),
                      input.begin() + static_cast<long>(at + 1 + pick(input.size() - at)));
        break;
      default: {
        const Input& other = corpus[pick(corpus.size())];
        size_t from = pick(other.size());
        size_t count = pick(other.size() - from + 1);
        input.insert(input.begin() + static_cast<long>(at), other.begin() + static_cast<long>(from),
                     other.begin() + static_cast<long>(from + count));
      }
    }
  }
  if (input.size() > kMaxSize) input.resize(kMaxSize);
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  auto corpus = read_corpus(argc > 1 ? argv[1] : "");
  for (const auto& input : corpus) LLVMFuzzerTestOneInput(input.data(), input.size());
  std::mt19937 random(20260101);
  for (int i = 0; i < kMutations; ++i) {
    Input input = mutate(corpus, random);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%zu inputs and %d mutations\n", corpus.size(), kMutations);
}
