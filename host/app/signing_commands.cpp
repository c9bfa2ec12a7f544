// Keys and signatures: tenon keygen, sign, verify-signature.
#include <fmt/format.h>

#include <iostream>

#include "host/app/cli.hpp"
#include "host/app/options.hpp"
#include "host/plugins/library.hpp"
#include "host/signing/trust.hpp"

namespace tenon::app {
namespace {

using Words = std::vector<std::string>;

int usage_error(const char* command, const std::string& what) {
  std::cerr << "tenon: " << command << ": " << what << '\n';
  return kUsage;
}

Words libraries_of(const po::variables_map& values) {
  return values.count("arguments") ? values["arguments"].as<Words>() : Words();
}

// Signs one library; gives the signature file.
Result<std::filesystem::path> sign_library(const std::filesystem::path& file,
                                           const signing::PrivateKey& key) {
  TN_TRY(const auto evidence, plugins::signature_evidence(file));
  TN_CHECK(evidence.pages);
  signing::Statement statement;
  statement.key = key.facts.id();
  statement.time = signing::now();
  statement.library = evidence.library;
  statement.version = evidence.version;
  statement.content = evidence.content;
  statement.pages = *evidence.pages;
  if (key.facts.expires && statement.time >= *key.facts.expires)
    return Error{Code::denied,
                 fmt::format("the key of \"{}\" expired at {}; make another with tenon keygen",
                             key.facts.name, signing::to_text(*key.facts.expires))};
  TN_TRY(const auto text, signing::signature_text(statement, key.seed));
  const auto path = signing::signature_path(file);
  TN_CHECK(signing::write_signature(text, path));
  return path;
}

}  // namespace

po::options_description keygen_options() {
  po::options_description options("Options");
  options.add_options()                                                      //
      ("name", po::value<std::string>(), "whose key it is, for people")      //
      ("expires", po::value<std::string>()->default_value("never"),          //
       "a day such as 2027-01-01, a number of days such as 365d, or never")  //
      ("output,o", po::value<std::string>(),
       "the private key's file; the public key's is the same with .pub")  //
      ("help,h", "show this help");
  return options;
}

po::options_description sign_options() {
  po::options_description options("Options");
  options.add_options()                                            //
      ("key", po::value<std::string>(), "the private key's file")  //
      ("help,h", "show this help");
  return options;
}

po::options_description verify_signature_options() {
  po::options_description options("Options");
  options.add_options()  //
      ("key", po::value<Words>()->composing(),
       "a public key's file; may be given several times")  //
      ("help,h", "show this help");
  return options;
}

int keygen_command(const Words& arguments) {
  const auto values = parse_options(arguments, keygen_options());
  if (!values.ok()) return usage_error("keygen", values.error().message);
  if (!values->count("name") || !values->count("output") || values->count("arguments"))
    return usage_error("keygen", "expected: tenon keygen --name NAME [--expires WHEN] -o FILE");
  const auto created = signing::now();
  const auto expires = signing::parse_expiry((*values)["expires"].as<std::string>(), created);
  if (!expires.ok()) return usage_error("keygen", "--expires: " + expires.error().message);
  const auto key = signing::make_key((*values)["name"].as<std::string>(), created, *expires);
  if (!key.ok()) return usage_error("keygen", "--name: " + key.error().message);
  const std::string file = (*values)["output"].as<std::string>();
  if (const auto written = signing::write_key(*key, file); !written.ok())
    return report(written.error());
  std::cout << fmt::format(
      "Key {} of \"{}\".\n  {} signs: keep it to yourself\n  {}.pub checks: give it to those who "
      "shall trust you\n",
      key->facts.id(), key->facts.name, file, file);
  return kOk;
}

int sign_command(const Words& arguments) {
  const auto values = parse_options(arguments, sign_options());
  if (!values.ok()) return usage_error("sign", values.error().message);
  const auto libraries = libraries_of(*values);
  if (!values->count("key") || libraries.empty())
    return usage_error("sign", "expected: tenon sign LIBRARY... --key FILE");
  const auto key = signing::read_private_key((*values)["key"].as<std::string>());
  if (!key.ok()) return report(key.error());
  for (const auto& library : libraries) {
    const auto written = sign_library(library, *key);
    if (!written.ok()) return report(written.error());
    std::cout << "signed: " << written->string() << '\n';
  }
  return kOk;
}

int verify_signature_command(const Words& arguments) {
  const auto values = parse_options(arguments, verify_signature_options());
  if (!values.ok()) return usage_error("verify-signature", values.error().message);
  const auto libraries = libraries_of(*values);
  if (!values->count("key") || libraries.empty())
    return usage_error("verify-signature",
                       "expected: tenon verify-signature LIBRARY... --key FILE.pub");
  std::vector<signing::KeyFacts> keys;
  for (const auto& file : (*values)["key"].as<Words>()) {
    const auto key = signing::read_public_key(file);
    if (!key.ok()) return report(key.error());
    keys.push_back(*key);
  }
  const auto trust = signing::Trust::only(keys);
  bool all = true;
  for (const auto& library : libraries) {
    const auto evidence = plugins::signature_evidence(library);
    if (!evidence.ok()) return report(evidence.error());
    const auto verdict = trust.judge(*evidence, signing::now());
    all &= verdict.trusted();
    if (verdict.trusted())
      std::cout << fmt::format("{}: {} {}, signed by \"{}\" ({}) at {}\n", library,
                               evidence->library, evidence->version, verdict.signer, verdict.key,
                               signing::to_text(*verdict.signed_at));
    else
      std::cerr << "tenon: " << verdict.reason << '\n';
  }
  return all ? kOk : kFailed;
}

}  // namespace tenon::app
