#include "host/app/answers.hpp"

namespace tenon::app {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

SignatureAnswer answer_of(const signing::Verdict& verdict) {
  SignatureAnswer out;
  out.status = signing::name_of(verdict.standing);
  out.key = unless_empty(verdict.key);
  out.signer = unless_empty(verdict.signer);
  if (verdict.signed_at) out.signed_at = signing::to_text(*verdict.signed_at);
  out.reason = unless_empty(verdict.reason);
  out.warning = unless_empty(verdict.warning);
  return out;
}

}  // namespace

InstanceAnswer answer_of(const plugins::PluginHost::InstanceInfo& info) {
  InstanceAnswer out;
  out.id = info.id;
  out.library = info.library;
  out.version = info.version;
  out.state = info.state;
  out.since = info.since;
  out.runtime = info.runtime;
  out.generation = info.generation;
  out.left_mapped = info.left_mapped;
  out.required = info.required;
  out.calls = info.calls;
  out.errors = info.errors;
  out.running = info.running;
  out.file = info.file;
  out.reason = unless_empty(info.reason);
  if (info.trial) out.trial = info.trial;
  out.earlier_version = unless_empty(info.earlier);
  if (info.signature) out.signature = answer_of(*info.signature);
  if (info.runtime == "isolated") {
    out.restarts = info.restarts;
    if (info.pid) out.pid = info.pid;
    out.sandbox = info.sandbox;
    out.denials = info.denials;
  }
  out.provides = info.provides;
  out.routes = info.routes;
  out.reloads = info.reloads;
  return out;
}

CrashSummary answer_of(const crash::CrashReport& report) {
  return {report.id,   report.instance, report.generation, report.plugin.version,
          report.time, report.cause,    report.summary};
}

PageAnswer answer_of(const plugins::PluginHost::PageInfo& page) {
  const std::string base = "/plugins/" + page.instance + "/";
  PageAnswer out{page.instance, page.page.path, page.page.title, base + page.page.module, {}};
  for (const auto& style : page.page.styles) out.styles.push_back(base + style);
  return out;
}

SubscriptionAnswer answer_of(const plugins::EventHub::Info& info) {
  return {info.instance, info.name,      info.patterns, info.durable, info.active,
          info.pending,  info.delivered, info.failed,   info.dropped, info.problem};
}

boost::json::value health_schema() {
  return boost::json::parse(R"({
    "type": "object", "required": ["status"],
    "description": "Plugins add members of their own.",
    "properties": {"status": {"const": "ok"}},
    "examples": [{"status": "ok"}]})");
}

boost::json::value readiness_schema() {
  return boost::json::parse(R"({
    "type": "object", "required": ["status", "parts"],
    "properties": {
      "status": {"enum": ["ready", "degraded", "not_ready"]},
      "parts": {"type": "array", "items": {
        "type": "object", "required": ["name", "state", "required", "since"],
        "properties": {
          "name": {"type": "string"},
          "state": {"enum": ["ok", "degraded", "failed"]},
          "required": {"type": "boolean", "description": "Whether the host is not ready without it"},
          "reason": {"type": "string"},
          "since": {"type": "string", "format": "date-time"}
        }}}
    },
    "examples": [{"status": "ready", "parts": [
      {"name": "catalog", "state": "ok", "required": false, "since": "2026-01-31T12:00:00Z"}]}]})");
}

boost::json::value metrics_schema() {
  return boost::json::parse(R"({
    "type": "object", "required": ["metrics"],
    "properties": {"metrics": {"type": "array", "items": {
      "type": "object", "required": ["name", "kind", "help", "series"],
      "properties": {
        "name": {"type": "string"},
        "kind": {"enum": ["counter", "gauge", "histogram"]},
        "help": {"type": "string"},
        "series": {"type": "array", "items": {
          "type": "object", "required": ["labels"],
          "description": "A counter or gauge has a value, a histogram what it counted.",
          "properties": {
            "value": {"type": ["number", "null"]},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}}
          }}}
      }}}},
    "examples": [{"metrics": [{"name": "tenon_calls_total", "kind": "counter", "help": "Calls",
      "series": [{"value": 12, "labels": {"plugin": "catalog"}}]}]}]})");
}

boost::json::value prometheus_schema() {
  return boost::json::parse(R"({
    "type": "string",
    "examples": ["# TYPE tenon_calls_total counter\ntenon_calls_total{plugin=\"catalog\"} 12\n"]})");
}

boost::json::value config_schema() {
  return boost::json::parse(R"({
    "type": "object", "required": ["loaded_at", "files", "config", "last_refusal"],
    "properties": {
      "loaded_at": {"type": "string", "format": "date-time"},
      "files": {"type": "array", "items": {"type": "string"}},
      "config": {"type": "object", "description": "As it runs, without secrets"},
      "last_refusal": {"type": ["object", "null"]}
    },
    "examples": [{"loaded_at": "2026-01-31T12:00:00Z", "files": ["/etc/tenon/deployment.yaml"],
      "config": {"plugins": {"catalog": {}}}, "last_refusal": null}]})");
}

boost::json::value config_change_schema() {
  return boost::json::parse(R"({
    "type": "object",
    "required": ["outcome", "at", "why", "added", "removed", "changed", "log_levels"],
    "properties": {
      "outcome": {"enum": ["applied", "unchanged"]},
      "at": {"type": "string", "format": "date-time"},
      "why": {"type": "string"},
      "added": {"type": "array", "items": {"type": "string"}},
      "removed": {"type": "array", "items": {"type": "string"}},
      "changed": {"type": "array", "items": {
        "type": "object", "required": ["id", "what", "new_generation"],
        "properties": {
          "id": {"type": "string"},
          "what": {"type": "array", "items": {"type": "string"}},
          "new_generation": {"type": "boolean"}
        }}},
      "log_levels": {"type": "array", "items": {"type": "string"}}
    },
    "examples": [{"outcome": "applied", "at": "2026-01-31T12:00:00Z", "why": "asked for",
      "added": [], "removed": [], "log_levels": [],
      "changed": [{"id": "catalog", "what": ["config"], "new_generation": true}]}]})");
}

boost::json::value openapi_schema() {
  return boost::json::parse(R"({
    "type": "object", "required": ["openapi", "info", "paths"],
    "description": "OpenAPI 3.1",
    "properties": {"openapi": {"type": "string"}, "info": {"type": "object"},
                   "paths": {"type": "object"}},
    "examples": [{"openapi": "3.1.0", "info": {"title": "tenon", "version": "1.0.0"},
                  "paths": {}}]})");
}

}  // namespace tenon::app
