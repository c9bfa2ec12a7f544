//! Routes: what a request says, answers as a whole and as streams.

use std::sync::Mutex;
use tenon::testing::{Host as TestHost, HttpRequest, Running};
use tenon::{Call, Code, Error, Host, Plugin, Request, Response, Result};

#[derive(Default)]
struct Pages {
    kept: Mutex<Option<Response>>,
}

impl Plugin for Pages {
    fn new(_: Host, _: &Call) -> Result<Self> {
        Ok(Pages::default())
    }
    fn handle(&self, request: &mut Request, route: u32) -> Result<Response> {
        let head = Response::new(201, "text/csv", "").header("X-Kind", "stream");
        match route {
            0 => Ok(Response::html(format!("{:?}", request.query_param("q")))),
            1 => {
                // Reads and answers in turn.
                let mut stream = request.begin(&head, None)?;
                let mut chunk = [0; 64];
                loop {
                    match request.read(&mut chunk)? {
                        0 => break stream.finish(),
                        size => stream.write(&chunk[..size])?,
                    }
                }
            }
            2 => {
                let _cut = request.begin(&head, Some(3))?;
                Ok(Response::text("abc"))
            }
            3 => {
                let done = request.begin(&Response::text("first "), None)?.finish()?;
                *self.kept.lock().unwrap() = Some(done.clone());
                match request.begin(&head, None) {
                    Err(error) => Err(error),
                    Ok(_) => Ok(done),
                }
            }
            4 => Ok(self.kept.lock().unwrap().clone().unwrap()),
            5 => {
                request.begin(&head, None)?.finish()?;
                Ok(Response::text("again"))
            }
            6 => {
                let mut stream = request.begin(&head, None)?;
                stream.write(b"so far")?;
                panic!("on the way");
            }
            7 => request.begin(&head, Some(u64::MAX)).map(|_| Response::text("")),
            _ => request.read(&mut []).map(|_| Response::text("")),
        }
    }
}

fn ask(request: &HttpRequest) -> Result<Response> {
    Running::<Pages>::start(&TestHost::new()).unwrap().request(request)
}
fn route(route: u32) -> HttpRequest<'static> {
    HttpRequest { route, ..HttpRequest::default() }
}

#[test]
fn parameters_of_a_query_are_decoded() {
    for (query, expected) in [
        ("", "None"),
        ("a=1&q=x+y%2B%d7%a9&q=2", "Some(\"x y+ש\")"),
        ("q", "Some(\"\")"),
        ("%71=%zz%4", "Some(\"%zz%4\")"),
        ("q=%ff", "Some(\"\u{fffd}\")"),
    ] {
        let page = ask(&HttpRequest { query, ..route(0) }).unwrap();
        assert_eq!(String::from_utf8(page.body).unwrap(), expected, "{query}");
        assert_eq!(page.headers[0].1, "text/html; charset=utf-8");
    }
}

#[test]
fn an_answer_may_be_streamed_while_the_body_is_read() {
    let body: Vec<u8> = (0..1000u32).map(|i| i as u8).collect();
    let answer = ask(&HttpRequest { method: "POST", body: &body, ..route(1) }).unwrap();
    assert_eq!((answer.status, answer.body), (201, body));
    assert_eq!(answer.headers[1], ("X-Kind".to_string(), "stream".to_string()));
}

#[test]
fn who_writes_to_a_client_that_has_gone_learns_it() {
    let gone = ask(&HttpRequest { body: &[7; 1000], gone_after: 100, ..route(1) });
    assert_eq!(gone.unwrap_err().code, Code::Cancelled);
}

#[test]
fn an_answer_that_is_not_finished_or_given_twice_is_an_error() {
    let plugin = Running::<Pages>::start(&TestHost::new()).unwrap();
    let message = |route| plugin.get(route, &[]).unwrap_err().message;
    assert_eq!(message(2), "a streamed answer was begun and not finished");
    assert_eq!(message(3), "a request is answered once");
    assert_eq!(message(4), "the answer is that of another request");
    assert_eq!(message(5), "a request is answered once");
    assert_eq!(message(6), "panicked: on the way");
    assert_eq!(message(7), "no answer has 18446744073709551615 bytes");
    assert_eq!(
        plugin.get(8, &[]).unwrap_err(),
        Error::new(Code::Invalid, "there is no room to read the body into")
    );
}
