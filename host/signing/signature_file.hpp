// What a signature says, and the file it lies in: LIBRARY.so.sig.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "host/signing/ed25519.hpp"
#include "host/signing/key_file.hpp"
#include "host/signing/moment.hpp"
#include "tenon/result.hpp"

namespace tenon::signing {

// Files of pages by their paths below the folder.
using Pages = std::map<std::string, Digest>;

// What is signed. It names library and version beside the digest, so that a person and a program
// can read off what a signature is for, and one that lies beside another library says so.
struct Statement {
  std::string key;  // id
  Moment time;
  std::string library;
  std::string version;
  Digest content = {};
  Pages pages;
};

struct SignedStatement {
  Statement statement;
  std::string text;  // the bytes that the signature is over
  Signature signature = {};
};

std::filesystem::path signature_path(const std::filesystem::path& library);

// What is signed, as it stands in the file.
std::string to_text(const Statement& statement);
Result<std::string> signature_text(const Statement& statement, const Seed& seed);
// `name` stands for the file in errors. Strict: text that is read is text that was written.
Result<SignedStatement> parse_signature(std::string_view text, const std::string& name);

// Replaces what is there, in one step.
Result<void> write_signature(std::string_view text, const std::filesystem::path& file);
Result<std::string> read_signature(const std::filesystem::path& file);

}  // namespace tenon::signing
