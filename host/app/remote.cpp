#include "host/app/remote.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "host/store/data_dir.hpp"
#include "tenon/json.hpp"

namespace tenon::app {
namespace {

size_t append(char* data, size_t size, size_t count, void* out) {
  static_cast<std::string*>(out)->append(data, size * count);
  return size * count;
}

struct Answer {
  long status = 0;
  std::string body;
};

Result<Answer> send_json(const RunningHost& host, const char* method, const std::string& path,
                         const std::string& body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (!curl) return Error{Code::internal, "cannot make an HTTP client"};
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(curl_slist_append(nullptr, "Content-Type: application/json"),
                        ("Authorization: Bearer " + host.token).c_str()),
      curl_slist_free_all);
  Answer answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, (host.url + path).c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method);
  if (!body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");  // the host is on this machine
  const CURLcode failed = curl_easy_perform(curl.get());
  if (failed != CURLE_OK)
    return Error{Code::unavailable,
                 fmt::format("{} does not answer: {}", host.url, curl_easy_strerror(failed))};
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

Code code_of(long status) {
  switch (status) {
    case 400:
      return Code::invalid;
    case 401:
      return Code::unauthenticated;
    case 403:
      return Code::denied;
    case 404:
      return Code::not_found;
    case 409:
      return Code::conflict;
    case 503:
      return Code::unavailable;
    case 504:
      return Code::timeout;
    default:
      return Code::internal;
  }
}

}  // namespace

Result<std::optional<RunningHost>> find_running_host(const std::filesystem::path& data) {
  const auto holder = store::data_dir_holder(data.string());
  if (!holder.ok()) return std::optional<RunningHost>();
  const size_t at = holder->find("http://");
  if (at == std::string::npos)
    return Error{Code::unavailable, fmt::format("{} is held by {}, which does not listen yet",
                                                data.string(), *holder)};
  RunningHost host{holder->substr(at), ""};
  std::ifstream file(data / "host-token.secret");
  if (!(file >> host.token))
    return Error{Code::denied,
                 fmt::format("{} cannot be read", (data / "host-token.secret").string())};
  return std::optional(host);
}

Result<std::optional<RunningHost>> running_host(const LoadedDeployment& loaded) {
  if (!loaded.knows_data_folder()) return std::optional<RunningHost>();
  return find_running_host(loaded.parsed.config.data);
}

Result<std::string> ask_host(const RunningHost& host, const char* method, const std::string& path,
                             const std::string& body) {
  TN_TRY(auto answer, send_json(host, method, path, body));
  if (answer.status == 200) return std::move(answer.body);
  std::string detail = fmt::format("the host answered {}", answer.status);
  if (const auto problem = json::parse(answer.body); problem.ok() && problem->is_object())
    if (const auto* found = problem->get_object().if_contains("detail");
        found && found->is_string())
      detail = found->get_string().c_str();
  return Error{code_of(answer.status), detail};
}

Result<std::string> call_remote(const RunningHost& host, std::string_view interface_id,
                                std::string_view method, std::string_view input) {
  TN_TRY(auto value, json::parse(input));
  const boost::json::object body{
      {"interface", boost::json::string_view(interface_id.data(), interface_id.size())},
      {"method", boost::json::string_view(method.data(), method.size())},
      {"input", std::move(value)}};
  return ask_host(host, "POST", "/api/host/call", boost::json::serialize(body));
}

}  // namespace tenon::app
