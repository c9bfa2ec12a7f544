//! What crosses the edge: errors, panics, calls, bodies.

use tenon::testing::{Host as TestHost, HttpRequest, Running};
use tenon::{Call, Code, Error, Host, Plugin, Request, Response, Result};

struct Subject {
    host: Host,
    greeting: String,
}

impl Plugin for Subject {
    fn new(host: Host, call: &Call) -> Result<Self> {
        let greeting = host.config(call, "/greeting")?;
        if greeting == "\"panic\"" {
            panic!("in new");
        }
        Ok(Subject { host, greeting })
    }
    fn start(&self, call: &Call) -> Result<()> {
        self.host.log(tenon::Level::Info, "started", &[("greeting", &self.greeting)], Some(call));
        Ok(())
    }
    fn probe(&self, _: &Call) -> Result<()> {
        Err(Error::new(Code::Unavailable, "the line is down").at("line"))
    }
    fn message(&self, call: &Call, method: u32, input: &str) -> Result<String> {
        match method {
            0 => Ok(input.to_string()),
            1 => panic!("as a text {}", 1),
            2 => std::panic::panic_any(7),
            4 => std::panic::panic_any(PanicsAgain),
            3 => self.host.method(call, "acme.answers/1", "answer")?.call(call, input),
            _ => Err(Error::new(Code::NotFound, "no such method")),
        }
    }
    fn handle(&self, request: &mut Request, route: u32) -> Result<Response> {
        if route == 1 {
            panic!("in a route");
        }
        let size = request.body()?.len();
        let name = request.param("name");
        Ok(Response::text(format!("{name} {size} {}", request.header("x-y").unwrap_or("-"))))
    }
}

struct PanicsAgain;

impl Drop for PanicsAgain {
    fn drop(&mut self) {
        std::panic::panic_any(7);
    }
}

fn running() -> Running<Subject> {
    let host = TestHost::new();
    host.config("/greeting", "\"Hello\"");
    host.provide("acme.answers/1", "answer", |input| match input {
        "1" => Ok("42".to_string()),
        _ => Err(Error::new(Code::Limit, "too often").at("input")),
    });
    Running::start(&host).unwrap()
}

#[test]
fn a_plugin_starts_with_its_configuration_or_says_why_not() {
    assert!(running().host().logged("started"));
    let missing = Running::<Subject>::start(&TestHost::new()).err().unwrap();
    assert_eq!(missing.code, Code::NotFound);
    let host = TestHost::new();
    host.config("/greeting", "\"panic\"");
    let panicked = Running::<Subject>::start(&host).err().unwrap();
    assert_eq!(panicked.message, "panicked: in new");
}

#[test]
fn an_error_keeps_code_message_and_path() {
    let error = running().probe().unwrap_err();
    assert_eq!(error, Error::new(Code::Unavailable, "the line is down").at("line"));
}

#[test]
fn a_panic_is_an_error_of_the_call_and_the_plugin_goes_on() {
    let plugin = running();
    assert_eq!(plugin.call(1, "").unwrap_err().message, "panicked: as a text 1");
    assert_eq!(plugin.call(2, "").unwrap_err(), Error::new(Code::Internal, "panicked: "));
    assert_eq!(plugin.call(4, "").unwrap_err(), Error::new(Code::Internal, "panicked: "));
    assert_eq!(plugin.get(1, &[]).unwrap_err().message, "panicked: in a route");
    assert_eq!(plugin.call(0, "[1]").unwrap(), "[1]");
}

#[test]
fn other_plugins_answer_or_fail_with_their_own_error() {
    let plugin = running();
    assert_eq!(plugin.call(3, "1").unwrap(), "42");
    assert_eq!(plugin.call(3, "2").unwrap_err(), Error::new(Code::Limit, "too often").at("input"));
}

#[test]
fn a_request_has_parameters_headers_and_a_body_in_pieces() {
    let body = vec![b'x'; 1000];
    let request = HttpRequest {
        method: "POST",
        params: &[("name", "Ada")],
        headers: &[("X-Y", "z")],
        body: &body,
        ..HttpRequest::default()
    };
    let answer = running().request(&request).unwrap();
    assert_eq!(answer.body, b"Ada 1000 z");
    assert_eq!(answer.status, 200);
}
