#include "catalog/merge/export.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "catalog/model/product_json.hpp"
#include "catalog/model/slug.hpp"

namespace tenon::catalog {
namespace json = boost::json;
namespace fs = std::filesystem;
namespace {

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error system_error(const std::string& doing, const fs::path& path) {
  return Error{Code::unavailable, doing + ": " + std::strerror(errno), path.string()};
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

Result<void> write_whole(const fs::path& path, const std::string& bytes) {
  File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) return system_error("cannot create", path);
  for (size_t at = 0; at < bytes.size();) {
    ssize_t written = ::write(file.get(), bytes.data() + at, bytes.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_error("cannot write", path);
    at += static_cast<size_t>(written);
  }
  // Without this a crash may leave the new name with none of the bytes.
  if (::fsync(file.get()) != 0) return system_error("cannot write", path);
  return {};
}

Result<void> replace(const fs::path& path, const std::string& bytes, ExportSummary& summary) {
  std::error_code missing;
  if (fs::file_size(path, missing) == bytes.size() && !missing && content_of(path) == bytes) {
    ++summary.files_unchanged;
    return {};
  }
  fs::path fresh = path;
  fresh += ".new";
  TN_CHECK(write_whole(fresh, bytes));
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error) return Error{Code::unavailable, "cannot rename: " + error.message(), path.string()};
  ++summary.files_written;
  return {};
}

std::string brand_file(const Product& product) {
  std::string name = slug(product.brand_id.empty() ? product.brand : product.brand_id, '-');
  // "index.json" is taken by the index itself.
  return name.empty() ? "unknown" : name == "index" ? "index-brand" : name;
}

// One product a line keeps the files readable and their differences small.
std::string brand_json(const std::vector<const Product*>& products, const DocumentOf& document) {
  std::string out = "{\"products\": [";
  for (size_t i = 0; i < products.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    out += document(*products[i]);
  }
  return out + "\n]}\n";
}

}  // namespace

Result<ExportSummary> export_catalog(const fs::path& folder, std::vector<Product> products,
                                     const RelationshipsOf& relationships) {
  return export_documents(folder, products, [&](const Product& product) {
    json::object object = to_json(product);
    Relationships related = relationships ? relationships(product) : Relationships{};
    object["necessities"] = std::move(related.necessities);
    object["accessories"] = std::move(related.accessories);
    object["related"] = std::move(related.related);
    return json::serialize(object);
  });
}

Result<ExportSummary> export_documents(const fs::path& folder, const std::vector<Product>& products,
                                       const DocumentOf& document) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Error{Code::unavailable, "cannot create: " + error.message(), folder.string()};
  std::vector<const Product*> sorted;
  for (const auto& product : products) sorted.push_back(&product);
  std::sort(sorted.begin(), sorted.end(), [](const Product* a, const Product* b) {
    return std::tie(a->sku, a->id) < std::tie(b->sku, b->id);
  });
  std::map<std::string, std::vector<const Product*>> brands;
  for (const Product* product : sorted) brands[brand_file(*product)].push_back(product);

  ExportSummary summary;
  std::string index = "{\"brands\": [";
  bool first = true;
  for (const auto& [brand, list] : brands) {
    TN_CHECK(replace(folder / (brand + ".json"), brand_json(list, document), summary));
    json::object entry{{"id", brand},
                       {"name", list.front()->brand},
                       {"logo_url", list.front()->logo_url},
                       {"products", list.size()},
                       {"file", brand + ".json"}};
    index += first ? "\n" : ",\n";
    index += json::serialize(entry);
    first = false;
  }
  index += "\n], \"products\": " + std::to_string(products.size()) + "}\n";
  TN_CHECK(replace(folder / "index.json", index, summary));
  std::set<fs::path> stale;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".json" && entry.path().filename() != "index.json" &&
        brands.count(entry.path().stem().string()) == 0)
      stale.insert(entry.path());
  for (const auto& path : stale)
    if (fs::remove(path, error)) ++summary.files_removed;
  return summary;
}

}  // namespace tenon::catalog
