#include "host/config/host_schema.hpp"

namespace tenon::config {

std::string_view host_schema_text() {
  return R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "tenon configuration",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "host": {"$ref": "#/$defs/host", "default": {}},
    "log": {"$ref": "#/$defs/log", "default": {}},
    "http": {"$ref": "#/$defs/http", "default": {}},
    "store": {"$ref": "#/$defs/store", "default": {}},
    "plugins": {
      "description": "Instances by their ids.",
      "type": ["object", "null"],
      "propertyNames": {"pattern": "^[a-z][a-z0-9-]{0,62}$"},
      "additionalProperties": {"$ref": "#/$defs/instance"},
      "default": {}
    }
  },
  "$defs": {
    "milliseconds": {"type": "integer", "minimum": 1, "maximum": 86400000},
    "level": {"enum": ["trace", "debug", "info", "warn", "error", "off"]},
    "host": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "name": {
          "description": "The name of this host in logs and metrics.",
          "type": "string", "minLength": 1, "maxLength": 64, "default": "tenon"
        },
        "data": {
          "description": "The data directory, relative to the configuration file.",
          "type": "string", "minLength": 1, "default": "./data"
        },
        "plugin_dirs": {
          "description": "Where plugin libraries are looked for, relative to the file.",
          "type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": true,
          "default": []
        },
        "library_copies": {
          "description": "Where loaded copies of libraries lie. files: whole and on disk, for debuggers, profilers and sanitizers.",
          "enum": ["memory", "files"], "default": "memory"
        },
        "deadlines_ms": {
          "description": "How long each step of a plugin's life may take.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "load": {"$ref": "#/$defs/milliseconds", "default": 5000},
            "configure": {"$ref": "#/$defs/milliseconds", "default": 10000},
            "start": {"$ref": "#/$defs/milliseconds", "default": 30000},
            "stop": {"$ref": "#/$defs/milliseconds", "default": 10000}
          },
          "default": {}
        }
      }
    },
    "log": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "level": {"$ref": "#/$defs/level", "default": "info"},
        "format": {"enum": ["text", "json"], "default": "text"},
        "file": {"description": "Empty: standard error.", "type": "string", "default": ""},
        "levels": {
          "description": "The level of single plugin instances.",
          "type": "object",
          "additionalProperties": {"$ref": "#/$defs/level"},
          "default": {}
        }
      }
    },
    "http": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "listen": {
          "description": "address:port; port 0 lets the system choose one.",
          "type": "string", "default": "127.0.0.1:8080"
        },
        "workers": {"type": "integer", "minimum": 1, "maximum": 65536, "default": 1280},
        "request_timeout_ms": {"$ref": "#/$defs/milliseconds", "default": 3000},
        "keep_alive_ms": {"$ref": "#/$defs/milliseconds", "default": 1000},
        "max_body_bytes": {
          "type": "integer", "minimum": 0, "maximum": 1099511627776, "default": 16777216
        },
        "allowed_hosts": {
          "description": "Host header values besides the listen address, localhost and 127.0.0.1.",
          "type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 255},
          "uniqueItems": true, "default": []
        }
      }
    },
    "store": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "driver": {"enum": ["sqlite", "postgres"], "default": "sqlite"},
        "path": {
          "description": "The SQLite file, relative to the data directory.",
          "type": "string", "minLength": 1, "default": "tenon.db"
        },
        "url": {
          "description": "The PostgreSQL connection URL.",
          "type": "string", "default": "", "writeOnly": true
        },
        "durability": {"enum": ["normal", "full"], "default": "normal"},
        "readers": {
          "description": "Pooled SQLite readers, or PostgreSQL connections.",
          "type": "integer", "minimum": 1, "maximum": 1024, "default": 4
        }
      }
    },
    "instance": {
      "type": ["object", "null"],
      "additionalProperties": false,
      "properties": {
        "library": {
          "description": "The library's id; without it, the instance's id.",
          "type": "string", "pattern": "^[a-z][a-z0-9_.-]{0,127}$"
        },
        "enabled": {"type": "boolean", "default": true},
        "required": {
          "description": "Whether the host refuses to run without it.",
          "type": "boolean", "default": false
        },
        "runtime": {"enum": ["in_process", "isolated"], "default": "in_process"},
        "log_level": {"$ref": "#/$defs/level"},
        "deadlines_ms": {
          "description": "Overrides of host.deadlines_ms.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "load": {"$ref": "#/$defs/milliseconds"},
            "configure": {"$ref": "#/$defs/milliseconds"},
            "start": {"$ref": "#/$defs/milliseconds"},
            "stop": {"$ref": "#/$defs/milliseconds"}
          },
          "default": {}
        },
        "config": {"description": "Checked by the plugin's own schema.", "type": ["object", "null"]}
      }
    }
  }
})json";
}

}  // namespace tenon::config
