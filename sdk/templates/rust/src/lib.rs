//! @NAME@: a route and a message method, in Rust.

use tenon::{Call, Code, Error, Host, Plugin, Request, Response, Result};

pub struct Greeter {
    greeting: String,
}

impl Plugin for Greeter {
    fn new(host: Host, call: &Call) -> Result<Self> {
        Ok(Greeter { greeting: unquoted(&host.config(call, "/greeting")?)? })
    }

    // Methods and routes are numbered in the order of the manifest.
    fn message(&self, _call: &Call, method: u32, input: &str) -> Result<String> {
        match method {
            0 => Ok(format!("{{\"text\":\"{}, {}\"}}", self.greeting, unquoted(input)?)),
            _ => Err(Error::new(Code::NotFound, "there is no such method")),
        }
    }

    fn handle(&self, request: &mut Request, route: u32) -> Result<Response> {
        match route {
            0 => Ok(Response::text(format!("{}, {}\n", self.greeting, request.param("name")))),
            _ => Err(Error::new(Code::NotFound, "there is no such route")),
        }
    }
}

/// A JSON text without escapes. Take a JSON crate of your choice for more.
fn unquoted(json: &str) -> Result<String> {
    let inner = json.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(text) if !text.contains(['"', '\\']) => Ok(text.to_string()),
        _ => Err(Error::new(Code::Invalid, format!("expected a plain text, found {json}"))),
    }
}

tenon::plugin!(
    Greeter,
    r#"{
  "manifest": 1,
  "id": "@NAME@",
  "version": "0.1.0",
  "description": "Greets people, in Rust",
  "provides": [{
    "interface": "@NAME@.greeter/1",
    "version": "1.0.0",
    "methods": [{
      "name": "greet",
      "summary": "Greets the person of that name",
      "input": {"type": "string"},
      "output": {"type": "object"},
      "idempotent": true
    }]
  }],
  "routes": [{"method": "GET", "path": "/@NAME@/{name}"}],
  "config_schema": {
    "type": "object",
    "properties": {"greeting": {"type": "string", "default": "Hello"}},
    "additionalProperties": false
  }
}"#
);

#[cfg(test)]
mod tests {
    use super::*;
    use tenon::testing::{Host, Running};

    fn greeter() -> Running<Greeter> {
        let host = Host::new();
        host.config("/greeting", "\"Shalom\"");
        Running::start(&host).unwrap()
    }

    #[test]
    fn a_page_greets_by_name() {
        let page = greeter().get(0, &[("name", "Ada")]).unwrap();
        assert_eq!(page.status, 200);
        assert_eq!(page.body, b"Shalom, Ada\n");
    }

    #[test]
    fn the_method_greets_and_refuses_what_is_no_text() {
        assert_eq!(greeter().call(0, "\"Ada\"").unwrap(), r#"{"text":"Shalom, Ada"}"#);
        assert_eq!(greeter().call(0, "7").unwrap_err().code, Code::Invalid);
    }
}
