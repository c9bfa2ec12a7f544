#include "host/plugins/library.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <cstring>

#include "host/plugins/elf.hpp"
#include "host/signing/page_files.hpp"
#include "tenon/views.hpp"

namespace tenon::plugins {
namespace {

const char* arch_name(uint8_t arch) {
  return arch == TN_ARCH_X86_64 ? "x86_64" : arch == TN_ARCH_AARCH64 ? "aarch64" : "unknown";
}
const char* libc_name(uint8_t libc) {
  return libc == TN_LIBC_GLIBC ? "glibc" : libc == TN_LIBC_MUSL ? "musl" : "unknown";
}

Error incompatible(const std::string& what) {
  return {Code::unsupported, what};
}

Result<Manifest> parse_manifest(const ElfFacts& facts, const std::filesystem::path& file) {
  auto manifest = Manifest::parse(facts.manifest);
  if (manifest.ok()) return manifest;
  return in_manifest(manifest.error(), file);
}

signing::Evidence evidence_of(const Manifest& manifest, const std::filesystem::path& file,
                              const signing::Digest& content) {
  signing::Evidence out;
  out.file = file;
  out.library = manifest.id;
  out.version = manifest.version.to_string();
  out.content = content;
  out.signature = signing::read_signature(signing::signature_path(file));
  return out;
}

// What init throws is of the library's own types, so it must be gone before the library is.
Result<void> run_init(const tn_entry& entry) {
  try {
    return Call().invoke([&](const tn_call* call) { return entry.init(call); });
  } catch (const std::exception& thrown) {
    return Error{Code::internal, std::string("an exception escaped: ") + thrown.what()};
  } catch (...) {
    return Error{Code::internal, "an exception escaped that is no std::exception"};
  }
}

}  // namespace

Error in_manifest(const Error& error, const std::filesystem::path& file) {
  return {error.code,
          fmt::format("{}: manifest{}: {}", file.string(),
                      error.path.empty() ? "" : " at " + error.path, error.message),
          error.path};
}

Result<Candidate> inspect(const std::filesystem::path& file) {
  TN_TRY(const auto facts, read_elf(file));
  TN_CHECK(check_exports(facts, file.string()));
  TN_TRY(auto manifest, parse_manifest(facts, file));
  return Candidate{file, std::move(manifest), facts.build_id};
}

Result<void> check_platform(const tn_platform& plugin) {
  constexpr tn_platform host = TN_PLATFORM_HERE;
  if (plugin.abi_major != host.abi_major)
    return incompatible(fmt::format(
        "was built for version {}.{} of the plugin interface, this host speaks {}.{}; build it "
        "against an SDK of version {}",
        plugin.abi_major, plugin.abi_minor, host.abi_major, host.abi_minor, host.abi_major));
  if (plugin.abi_minor > host.abi_minor)
    return incompatible(
        fmt::format("needs version {}.{} of the plugin interface, this host speaks {}.{}; run a "
                    "newer host, or build the plugin to "
                    "live with {}.{}",
                    plugin.abi_major, plugin.abi_minor, host.abi_major, host.abi_minor,
                    host.abi_major, host.abi_minor));
  if (plugin.arch != host.arch)
    return incompatible(fmt::format("is for {}, this host runs on {}", arch_name(plugin.arch),
                                    arch_name(host.arch)));
  if (plugin.libc != host.libc)
    return incompatible(fmt::format("was built with {}, this host with {}", libc_name(plugin.libc),
                                    libc_name(host.libc)));
  if (plugin.pointer_bits != host.pointer_bits)
    return incompatible(
        fmt::format("is {}-bit, this host is {}-bit", plugin.pointer_bits, host.pointer_bits));
  if (std::memcmp(plugin.vendor, host.vendor, sizeof(host.vendor)) != 0)
    return incompatible(fmt::format(
        "is for the host \"{}\", this one is \"{}\"",
        std::string(plugin.vendor, strnlen(plugin.vendor, sizeof(plugin.vendor))), host.vendor));
  return {};
}

Result<signing::Evidence> signature_evidence(const std::filesystem::path& file) {
  signing::Sha512 digest;
  TN_TRY(const auto image, read_loadable(file, false, &digest));
  TN_TRY(const auto manifest, parse_manifest(image.facts, file));
  auto evidence = evidence_of(manifest, file, digest.finish());
  evidence.pages = signing::read_pages(signing::pages_path(file));
  return evidence;
}

Result<std::shared_ptr<const LibraryCopy>> LibraryCopy::make(const std::filesystem::path& file,
                                                             const LibraryCopies& copies,
                                                             const signing::Trust& trust) {
  // What is checked is what gets mapped: these bytes, whatever becomes of the file meanwhile.
  signing::Sha512 digest;
  TN_TRY(const auto image,
         read_loadable(file, copies.kind == CopyKind::file, trust.looks() ? &digest : nullptr));
  TN_CHECK(check_exports(image.facts, file.string()));
  const std::shared_ptr<LibraryCopy> made(new LibraryCopy());
  made->file_ = file;
  made->copies_ = copies;
  made->build_id_ = image.facts.build_id;
  TN_TRY(made->manifest_, parse_manifest(image.facts, file));
  if (trust.looks()) {
    made->evidence_ = evidence_of(made->manifest_, file, digest.finish());
    made->evidence_->pages = made->copy_pages();
    TN_CHECK(trust.admit(made->judged_by(trust)));
  }
  TN_TRY(made->copy_, PrivateCopy::make(image.bytes, file.stem().string(), copies));
  return std::shared_ptr<const LibraryCopy>(made);
}

// Pages are copied as they are read, since they are served long after.
Result<signing::Pages> LibraryCopy::copy_pages() {
  const auto folder = signing::pages_path(file_);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) return signing::read_pages(folder);
  TN_TRY(const auto copy, PrivateFolder::make(file_.stem().string(), copies_));
  TN_TRY(auto pages, signing::read_pages(folder, copy->path()));
  pages_ = copy;
  return pages;
}

signing::Verdict LibraryCopy::judged_by(const signing::Trust& trust) const {
  if (evidence_) return trust.judge(*evidence_, signing::now());
  signing::Verdict unseen;
  unseen.reason = file_.string() + " was loaded before signatures were looked at; reload it";
  return unseen;
}

std::filesystem::path LibraryCopy::pages() const {
  return pages_ ? pages_->path() : signing::pages_path(file_);
}

Result<std::shared_ptr<const LibraryCopy>> LibraryCopy::again() const {
  TN_TRY(const std::string bytes, copy_.read());
  const std::shared_ptr<LibraryCopy> made(new LibraryCopy());
  made->file_ = file_;
  made->copies_ = copies_;
  made->build_id_ = build_id_;
  made->manifest_ = manifest_;
  made->evidence_ = evidence_;
  made->pages_ = pages_;
  TN_TRY(made->copy_, PrivateCopy::make(bytes, file_.stem().string(), copies_));
  return std::shared_ptr<const LibraryCopy>(made);
}

Result<Descriptor> LibraryCopy::open() const {
  Descriptor opened(::open(copy_.path().c_str(), O_RDONLY | O_CLOEXEC));
  if (opened) return opened;
  return Error{Code::unavailable, fmt::format("the private copy of {} cannot be opened: {}",
                                              file_.string(), std::strerror(errno))};
}

Result<std::unique_ptr<Library>> Library::open(const std::filesystem::path& file,
                                               const LibraryCopies& copies) {
  TN_TRY(auto copy, LibraryCopy::make(file, copies));
  return open(std::move(copy));
}

Result<std::unique_ptr<Library>> Library::open(std::shared_ptr<const LibraryCopy> copy) {
  if (!copy->take()) {
    TN_TRY(copy, copy->again());
    copy->take();
  }
  std::unique_ptr<Library> library(new Library());
  library->copy_ = std::move(copy);
  boost::dll::fs::error_code failed;
  library->handle_.load(boost::dll::fs::path(library->copy_->path()), failed,
                        boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  if (failed) {
    const char* reason = dlerror();
    return Error{Code::invalid, fmt::format("{} cannot be loaded: {}", library->file().string(),
                                            reason ? reason : failed.message())};
  }
  TN_CHECK(library->shake_hands());
  return library;
}

Result<void> Library::shake_hands() {
  auto refuse = [&](const std::string& why) {
    return Error{Code::unsupported, fmt::format("{} {}", file().string(), why), file().string()};
  };
  if (!handle_.has(TN_ENTRY_SYMBOL)) return refuse("exports no " TN_ENTRY_SYMBOL);
  entry_ = &handle_.get<const tn_entry>(TN_ENTRY_SYMBOL);
  if (entry_->magic != TN_ENTRY_MAGIC) return refuse("has an entry that is not tenon's");
  if (auto fits = check_platform(entry_->platform); !fits.ok()) return refuse(fits.error().message);
  if (!TN_HAS(entry_, query) || !entry_->query) return refuse("has an entry without query");
  const auto* life = table<tn_plugin>(TN_PLUGIN_ID);
  if (!life) return refuse("has no table " TN_PLUGIN_ID);
  if (!TN_HAS(life, destroy) || !life->create || !life->start || !life->stop || !life->destroy)
    return refuse("has a table " TN_PLUGIN_ID " without create, start, stop or destroy");
  if (entry_->init) {
    auto done = run_init(*entry_);
    if (!done.ok()) return refuse("failed in init: " + done.error().message);
  }
  initialised_ = true;
  return {};
}

bool Library::unload() {
  if (std::exchange(unloaded_, true)) return true;
  if (abandoned_) {
    // The only way to keep a library that Boost.DLL would unload: a reference that nobody returns.
    if (handle_.is_loaded()) dlopen(copy_->path().c_str(), RTLD_NOW | RTLD_NOLOAD);
    copy_->keep();
    return false;
  }
  if (initialised_ && entry_->deinit) entry_->deinit();
  if (!handle_.is_loaded()) return true;
  handle_.unload();
  void* const left = dlopen(copy_->path().c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (!left) return true;
  dlclose(left);
  copy_->keep();
  return false;
}

}  // namespace tenon::plugins
