#include "host/http/problem.hpp"

#include <boost/json.hpp>

#include "host/http/text.hpp"

namespace tenon::http {
namespace {

int status_of(Code code) {
  switch (code) {
    case Code::invalid:
      return 400;
    case Code::not_found:
      return 404;
    case Code::conflict:
      return 409;
    case Code::unauthenticated:
      return 401;
    case Code::denied:
      return 403;
    case Code::unsupported:
      return 501;
    case Code::unavailable:
      return 503;
    case Code::timeout:
      return 504;
    case Code::cancelled:
      return 503;
    case Code::limit:
      return 429;
    case Code::too_large:
      return 413;
    case Code::internal:
    case Code::data_loss:
      break;
  }
  return 500;
}

}  // namespace

std::string render_problem(const Problem& problem, std::string_view instance,
                           std::string_view correlation_id) {
  boost::json::object document;
  document["type"] = valid_utf8(problem.type);
  document["title"] = problem.title.empty() ? std::string(reason_phrase(problem.status))
                                            : valid_utf8(problem.title);
  document["status"] = problem.status;
  if (!problem.detail.empty()) document["detail"] = valid_utf8(problem.detail);
  if (!instance.empty()) document["instance"] = valid_utf8(instance);
  if (!correlation_id.empty()) document["correlationId"] = valid_utf8(correlation_id);
  for (const auto& [name, value] : problem.members) document[valid_utf8(name)] = valid_utf8(value);
  return boost::json::serialize(document);
}

Problem problem_of(const Error& error) {
  Problem problem;
  problem.status = status_of(error.code);
  problem.detail = problem.status == 500 ? "The request could not be completed." : error.message;
  if (problem.status != 500 && !error.path.empty())
    problem.members.emplace_back("path", error.path);
  return problem;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 203:
      return "Non-Authoritative Information";
    case 204:
      return "No Content";
    case 205:
      return "Reset Content";
    case 206:
      return "Partial Content";
    case 207:
      return "Multi-Status";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

}  // namespace tenon::http
