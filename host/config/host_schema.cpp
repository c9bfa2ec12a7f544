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
    "events": {"$ref": "#/$defs/events", "default": {}},
    "mcp": {"$ref": "#/$defs/mcp", "default": {}},
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
    "memory_mb": {
      "description": "Memory of an isolated instance; 0: no limit.",
      "type": "integer", "minimum": 0, "maximum": 1048576
    },
    "cpu_percent": {
      "description": "Processor time of an isolated instance, 100 is one core; 0: no limit.",
      "type": "integer", "minimum": 0, "maximum": 102400
    },
    "open_files": {
      "description": "Open files of an isolated instance.",
      "type": "integer", "minimum": 16, "maximum": 1048576
    },
    "threads": {
      "description": "Threads of an isolated instance, the host's own in its process included.",
      "type": "integer", "minimum": 4, "maximum": 32768
    },
    "call_timeout_ms": {
      "description": "How long a call of an isolated instance may take that has no deadline of its own and is no stream; 0: any time.",
      "type": "integer", "minimum": 0, "maximum": 86400000
    },
    "concurrency": {
      "description": "Calls at the same time. 0: no limit; of an isolated instance, 64.",
      "type": "integer", "minimum": 0, "maximum": 65536
    },
    "queue": {
      "description": "Calls that wait for their turn; further ones are refused.",
      "type": "integer", "minimum": 0, "maximum": 65536
    },
    "max_crashes": {
      "description": "Crashes within the window after which it is started again; one more and it rests, degraded, until it is restarted by hand.",
      "type": "integer", "minimum": 0, "maximum": 1000000
    },
    "window_s": {
      "description": "The window, in seconds.",
      "type": "integer", "minimum": 1, "maximum": 86400
    },
    "backoff_first": {
      "description": "After the first crash.",
      "type": "integer", "minimum": 0, "maximum": 86400000
    },
    "backoff_second": {
      "description": "After the second; then twice as long each time.",
      "type": "integer", "minimum": 1, "maximum": 86400000
    },
    "backoff_max": {
      "description": "The longest wait.",
      "type": "integer", "minimum": 1, "maximum": 86400000
    },
    "heartbeat_ms": {
      "description": "How often an isolated instance is asked whether it lives.",
      "type": "integer", "minimum": 10, "maximum": 86400000
    },
    "hang_ms": {
      "description": "Silence after which it is ended and restarted; at least heartbeat_ms.",
      "type": "integer", "minimum": 20, "maximum": 86400000
    },
    "canary_share": {
      "description": "Share of the calls that the new generation gets; 0: all at once, without a canary.",
      "type": "integer", "minimum": 0, "maximum": 100
    },
    "canary_duration": {
      "description": "How long.",
      "type": "integer", "minimum": 1, "maximum": 86400000
    },
    "canary_calls": {
      "description": "Calls from which errors and latency are judged.",
      "type": "integer", "minimum": 1, "maximum": 1000000000
    },
    "canary_errors": {
      "description": "Errors, in percent of the calls, above those of the old generation.",
      "type": "number", "minimum": 0, "maximum": 100
    },
    "canary_latency": {
      "description": "Latency, in multiples of the old generation's.",
      "type": "number", "minimum": 1, "maximum": 1000
    },
    "drain_ms": {
      "description": "How long the old generation may take to end its calls.",
      "type": "integer", "minimum": 1, "maximum": 86400000
    },
    "keep_mapped": {
      "description": "Generations that could not be unloaded; with more, reloads are refused.",
      "type": "integer", "minimum": 0, "maximum": 1000
    },
    "path_list": {
      "type": "array", "uniqueItems": true, "maxItems": 1000,
      "items": {"type": "string", "minLength": 1, "maxLength": 4096}
    },
    "interface": {
      "type": "string", "maxLength": 128, "pattern": "^[a-z0-9._-]+/[0-9]+$"
    },
    "label_name": {
      "type": "string", "maxLength": 63, "pattern": "^[a-z][a-z0-9_.-]*$"
    },
    "labels": {
      "type": "object", "maxProperties": 32,
      "propertyNames": {"$ref": "#/$defs/label_name"},
      "additionalProperties": {
        "type": "string", "maxLength": 63, "pattern": "^[A-Za-z0-9_.-]+$"
      }
    },
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
        "trust": {
          "description": "Whose libraries are loaded.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "mode": {
              "description": "Whether a library needs the signature of a trusted key. warn: it is loaded without, and told of.",
              "enum": ["off", "warn", "require"], "default": "off"
            },
            "keys": {
              "description": "Public key files of those who may sign, relative to the file.",
              "$ref": "#/$defs/path_list", "default": []
            },
            "revoked": {
              "description": "Ids of keys that count no longer, whatever else is said of them.",
              "type": "array", "uniqueItems": true, "maxItems": 1000,
              "items": {"type": "string", "maxLength": 32, "pattern": "^[0-9a-f]{32}$"},
              "default": []
            }
          },
          "default": {}
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
        },
        "runtime": {
          "description": "Where instances run that do not say. auto: libraries of the installation's own plugin folder in this process, all others isolated.",
          "enum": ["auto", "in_process", "isolated"], "default": "auto"
        },
        "limits": {
          "description": "What an instance may use.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "memory_mb": {"$ref": "#/$defs/memory_mb", "default": 1024},
            "cpu_percent": {"$ref": "#/$defs/cpu_percent", "default": 0},
            "open_files": {"$ref": "#/$defs/open_files", "default": 1024},
            "threads": {"$ref": "#/$defs/threads", "default": 512},
            "call_timeout_ms": {"$ref": "#/$defs/call_timeout_ms", "default": 60000},
            "concurrency": {"$ref": "#/$defs/concurrency", "default": 0},
            "queue": {"$ref": "#/$defs/queue", "default": 1024}
          },
          "default": {}
        },
        "supervision": {
          "description": "What happens when isolated instances crash or hang.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "max_crashes": {"$ref": "#/$defs/max_crashes", "default": 5},
            "window_s": {"$ref": "#/$defs/window_s", "default": 60},
            "backoff_ms": {
              "description": "The wait before a restart.",
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "first": {"$ref": "#/$defs/backoff_first", "default": 0},
                "second": {"$ref": "#/$defs/backoff_second", "default": 100},
                "max": {"$ref": "#/$defs/backoff_max", "default": 10000}
              },
              "default": {}
            },
            "heartbeat_ms": {"$ref": "#/$defs/heartbeat_ms", "default": 1000},
            "hang_ms": {"$ref": "#/$defs/hang_ms", "default": 5000}
          },
          "default": {}
        },
        "reload": {
          "description": "How a running instance is replaced.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "canary": {
              "description": "The time in which a new generation proves itself beside the old one.",
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "share_percent": {"$ref": "#/$defs/canary_share", "default": 0},
                "duration_ms": {"$ref": "#/$defs/canary_duration", "default": 10000},
                "min_calls": {"$ref": "#/$defs/canary_calls", "default": 20},
                "max_error_percent": {"$ref": "#/$defs/canary_errors", "default": 1},
                "max_latency_factor": {"$ref": "#/$defs/canary_latency", "default": 2}
              },
              "default": {}
            },
            "drain_ms": {"$ref": "#/$defs/drain_ms", "default": 30000},
            "keep_mapped": {"$ref": "#/$defs/keep_mapped", "default": 8}
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
    "events": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "threads": {
          "description": "Threads that deliver events; one subscription uses one at a time.",
          "type": "integer", "minimum": 1, "maximum": 256, "default": 4
        },
        "live": {
          "description": "Events that wait for a live subscription; with more, the oldest are dropped.",
          "type": "integer", "minimum": 1, "maximum": 1000000, "default": 1000
        },
        "durable": {
          "description": "Events kept for a durable subscription; with more, the oldest are dropped.",
          "type": "integer", "minimum": 1, "maximum": 100000000, "default": 100000
        },
        "durable_hours": {
          "description": "How long they are kept.",
          "type": "integer", "minimum": 1, "maximum": 87600, "default": 168
        },
        "deliver_timeout_ms": {"$ref": "#/$defs/milliseconds", "default": 30000}
      }
    },
    "mcp": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "enabled": {
          "description": "Whether agents may call plugins at /mcp and with tenon mcp.",
          "type": "boolean", "default": true
        },
        "tools": {
          "description": "Names of tools to offer, * stands for any characters. Absent: those that only read.",
          "type": "array", "uniqueItems": true, "maxItems": 1000,
          "items": {"type": "string", "maxLength": 256, "pattern": "^[A-Za-z0-9_.*-]+$"}
        },
        "sessions": {
          "description": "Agents connected at the same time.",
          "type": "integer", "minimum": 1, "maximum": 10000, "default": 64
        },
        "idle_ms": {
          "description": "Silence after which a session ends.",
          "$ref": "#/$defs/milliseconds", "default": 1800000
        },
        "calls": {
          "description": "Calls of one session at the same time.",
          "type": "integer", "minimum": 1, "maximum": 1000, "default": 8
        },
        "call_timeout_ms": {
          "description": "How long a call may take.",
          "$ref": "#/$defs/milliseconds", "default": 120000
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
        "runtime": {
          "description": "Where it runs; without it, as host.runtime says.",
          "enum": ["in_process", "isolated"]
        },
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
        "permissions": {
          "description": "What it may do.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "store": {
              "description": "Namespaces of the store. Absent: its own.",
              "type": "array", "uniqueItems": true, "maxItems": 1000,
              "items": {"type": "string", "maxLength": 63, "pattern": "^[a-z][a-z0-9_-]*$"}
            },
            "routes": {
              "description": "Routes that it may serve, such as GET /x/{id} or * /x/{rest...}. Absent: those of its manifest.",
              "type": "array", "uniqueItems": true, "maxItems": 1000,
              "items": {"type": "string", "minLength": 1, "maxLength": 2048}
            },
            "interfaces": {
              "description": "Interfaces of other plugins that it may call. Absent: those that its manifest requires.",
              "type": "array", "uniqueItems": true, "maxItems": 1000,
              "items": {"$ref": "#/$defs/interface"}
            },
            "outbound": {
              "description": "Hosts that it may connect to, such as api.example.com:443, *.example.com:443, [2001:db8::1]:* or *:25.",
              "type": "array", "uniqueItems": true, "maxItems": 1000,
              "items": {"type": "string", "minLength": 3, "maxLength": 300}
            },
            "read": {
              "description": "Files and folders that it may read, relative to the file.",
              "$ref": "#/$defs/path_list"
            },
            "write": {
              "description": "Files and folders that it may read and write, relative to the file.",
              "$ref": "#/$defs/path_list"
            },
            "environment": {
              "description": "Environment variables that it may see.",
              "type": "array", "uniqueItems": true, "maxItems": 1000,
              "items": {"type": "string", "maxLength": 255, "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
            }
          },
          "default": {}
        },
        "limits": {
          "description": "Overrides of host.limits.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "memory_mb": {"$ref": "#/$defs/memory_mb"},
            "cpu_percent": {"$ref": "#/$defs/cpu_percent"},
            "open_files": {"$ref": "#/$defs/open_files"},
            "threads": {"$ref": "#/$defs/threads"},
            "call_timeout_ms": {"$ref": "#/$defs/call_timeout_ms"},
            "concurrency": {"$ref": "#/$defs/concurrency"},
            "queue": {"$ref": "#/$defs/queue"}
          },
          "default": {}
        },
        "supervision": {
          "description": "Overrides of host.supervision.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "max_crashes": {"$ref": "#/$defs/max_crashes"},
            "window_s": {"$ref": "#/$defs/window_s"},
            "backoff_ms": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "first": {"$ref": "#/$defs/backoff_first"},
                "second": {"$ref": "#/$defs/backoff_second"},
                "max": {"$ref": "#/$defs/backoff_max"}
              }
            },
            "heartbeat_ms": {"$ref": "#/$defs/heartbeat_ms"},
            "hang_ms": {"$ref": "#/$defs/hang_ms"}
          },
          "default": {}
        },
        "reload": {
          "description": "Overrides of host.reload.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "canary": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "share_percent": {"$ref": "#/$defs/canary_share"},
                "duration_ms": {"$ref": "#/$defs/canary_duration"},
                "min_calls": {"$ref": "#/$defs/canary_calls"},
                "max_error_percent": {"$ref": "#/$defs/canary_errors"},
                "max_latency_factor": {"$ref": "#/$defs/canary_latency"}
              }
            },
            "drain_ms": {"$ref": "#/$defs/drain_ms"},
            "keep_mapped": {"$ref": "#/$defs/keep_mapped"}
          },
          "default": {}
        },
        "labels": {
          "description": "Names and values by which consumers choose it as a provider.",
          "$ref": "#/$defs/labels", "default": {}
        },
        "priority": {
          "description": "Of several providers, the one with the highest is taken.",
          "type": "integer", "minimum": -1000, "maximum": 1000, "default": 0
        },
        "use": {
          "description": "Which provider of an interface this instance gets.",
          "type": "object",
          "x-key": "INTERFACE",
          "propertyNames": {"$ref": "#/$defs/interface"},
          "additionalProperties": {
            "type": "object",
            "additionalProperties": false,
            "minProperties": 1,
            "properties": {
              "instance": {
                "description": "This one and no other.",
                "type": "string", "maxLength": 63, "pattern": "^[a-z][a-z0-9-]*$"
              },
              "labels": {"description": "One that has all of these.", "$ref": "#/$defs/labels"},
              "range": {
                "description": "One whose interface version is in this range, such as >=1.2 <2.",
                "type": "string", "maxLength": 200
              }
            }
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
