//! Request and response of a route.

use std::cell::Cell;

use crate::raw::*;
use crate::{Call, Code, Error, Result};

/// How far the answer to a request is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    None,
    Begun,
    Finished,
}

/// The request of the call under way.
pub struct Request<'a> {
    call: Call<'a>,
    raw: tn_http_request,
    exchange: tn_http_exchange,
    answer: &'a Cell<Answer>,
}

impl<'a> Request<'a> {
    /// # Safety
    /// The pointers are valid for `'a`.
    pub(crate) unsafe fn new(
        call: *const tn_call,
        raw: *const tn_http_request,
        exchange: *const tn_http_exchange,
        answer: &'a Cell<Answer>,
    ) -> Request<'a> {
        Request { call: Call::new(call), raw: known(raw), exchange: known(exchange), answer }
    }

    pub fn call(&self) -> &Call<'a> {
        &self.call
    }
    pub fn method(&self) -> &'a str {
        // SAFETY: the request's texts live as long as it does, which is `'a`.
        unsafe { self.raw.method.text() }
    }
    pub fn path(&self) -> &'a str {
        // SAFETY: as above.
        unsafe { self.raw.path.text() }
    }
    pub fn remote_address(&self) -> &'a str {
        // SAFETY: as above.
        unsafe { self.raw.remote_address.text() }
    }
    /// As it was sent, without '?'.
    pub fn query(&self) -> &'a str {
        // SAFETY: as above.
        unsafe { self.raw.query.text() }
    }
    /// The first value of a query parameter, decoded.
    pub fn query_param(&self, name: &str) -> Option<String> {
        self.query().split('&').filter(|pair| !pair.is_empty()).find_map(|pair| {
            let (found, value) = pair.split_once('=').unwrap_or((pair, ""));
            (form_decode(found) == name).then(|| form_decode(value))
        })
    }
    /// A parameter of the route's pattern; empty when it has none of that name.
    pub fn param(&self, name: &str) -> &'a str {
        self.fields(self.raw.params, self.raw.param_count)
            .find(|(found, _)| *found == name)
            .map_or("", |(_, value)| value)
    }
    /// The first header of that name, without case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.fields(self.raw.headers, self.raw.header_count)
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Reads some of the body; 0 bytes at its end.
    pub fn read(&mut self, room: &mut [u8]) -> Result<usize> {
        if room.is_empty() {
            return Err(Error::new(Code::Invalid, "there is no room to read the body into"));
        }
        let read = self.exchange.read.ok_or_else(|| lacks("read"))?;
        let mut size = room.len() as u64;
        // SAFETY: there is room for `size` bytes.
        let status = unsafe { read(self.exchange.ctx, room.as_mut_ptr().cast(), &mut size) };
        match status {
            TN_OK => Ok((size as usize).min(room.len())),
            _ => Err(Error::new(Code::of(status), "the request body could not be read")),
        }
    }
    /// The whole body; the host refuses one beyond the route's limit.
    pub fn body(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        let mut chunk = [0u8; 16384];
        loop {
            match self.read(&mut chunk)? {
                0 => return Ok(body),
                size => body.extend_from_slice(&chunk[..size]),
            }
        }
    }

    /// Begins a streamed answer with status and headers of `head`, whose body is its first chunk.
    /// `content_length` None: chunked.
    pub fn begin(&self, head: &Response, content_length: Option<u64>) -> Result<Stream<'a>> {
        let begin = self.exchange.begin.ok_or_else(|| lacks("begin"))?;
        if self.answer.get() != Answer::None {
            return Err(Error::new(Code::Internal, "a request is answered once"));
        }
        let length = match content_length {
            Some(length) => i64::try_from(length)
                .map_err(|_| Error::new(Code::Invalid, format!("no answer has {length} bytes")))?,
            None => -1,
        };
        self.answer.set(Answer::Begun);
        let fields = head.fields();
        let (list, count) = (fields.as_ptr(), fields.len() as u64);
        // SAFETY: the fields live until this returns.
        taken(unsafe { begin(self.exchange.ctx, head.status, list, count, length) })?;
        let mut stream = Stream { exchange: self.exchange, answer: self.answer };
        if !head.body.is_empty() {
            stream.write(&head.body)?;
        }
        Ok(stream)
    }

    /// Sends what the handler returned.
    pub(crate) fn conclude(&self, response: &Response) -> Result<()> {
        match (self.answer.get(), response.streamed) {
            (Answer::None, false) => response.send(&self.exchange),
            (Answer::Finished, true) => Ok(()),
            (Answer::None, true) => {
                Err(Error::new(Code::Internal, "the answer is that of another request"))
            }
            (Answer::Begun, _) => {
                Err(Error::new(Code::Internal, "a streamed answer was begun and not finished"))
            }
            (Answer::Finished, false) => {
                Err(Error::new(Code::Internal, "a request is answered once"))
            }
        }
    }

    fn fields(
        &self,
        fields: *const tn_http_field,
        count: u32,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let list: &'a [tn_http_field] = match count {
            0 => &[],
            // SAFETY: the request holds that many, for `'a`.
            _ => unsafe { std::slice::from_raw_parts(fields, count as usize) },
        };
        // SAFETY: as above.
        list.iter().map(|field| unsafe { (field.name.text(), field.value.text()) })
    }
}

/// An answer under way. Returning an error after `begin` closes the connection, so that the client
/// sees that the answer is not whole.
#[must_use = "an answer that is not finished is cut off"]
pub struct Stream<'a> {
    exchange: tn_http_exchange,
    answer: &'a Cell<Answer>,
}

impl Stream<'_> {
    /// Fails with `Code::Cancelled` once the client has gone.
    pub fn write(&mut self, chunk: &[u8]) -> Result<()> {
        let write = self.exchange.write.ok_or_else(|| lacks("write"))?;
        // SAFETY: the chunk lives until this returns.
        taken(unsafe { write(self.exchange.ctx, tn_bytes::of(chunk)) })
    }
    /// Ends the answer; what comes back is for the handler to return.
    pub fn finish(self) -> Result<Response> {
        let finish = self.exchange.finish.ok_or_else(|| lacks("finish"))?;
        // SAFETY: begun on the same exchange, and finished once.
        taken(unsafe { finish(self.exchange.ctx) })?;
        self.answer.set(Answer::Finished);
        Ok(Response { status: 200, headers: Vec::new(), body: Vec::new(), streamed: true })
    }
}

/// The whole answer to a request, or the head of a streamed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u32,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// It went out through a `Stream`.
    streamed: bool,
}

impl Response {
    pub fn new(status: u32, content_type: &str, body: impl Into<Vec<u8>>) -> Response {
        let headers = vec![("Content-Type".to_string(), content_type.to_string())];
        Response { status, headers, body: body.into(), streamed: false }
    }
    pub fn text(body: impl Into<String>) -> Response {
        Response::new(200, "text/plain; charset=utf-8", body.into())
    }
    pub fn html(body: impl Into<String>) -> Response {
        Response::new(200, "text/html; charset=utf-8", body.into())
    }
    pub fn json(body: impl Into<String>) -> Response {
        Response::new(200, "application/json", body.into())
    }
    /// With one more header.
    pub fn header(mut self, name: &str, value: &str) -> Response {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    fn fields(&self) -> Vec<tn_http_field> {
        let field = |(name, value): &(String, String)| tn_http_field {
            name: tn_str::of(name),
            value: tn_str::of(value),
        };
        self.headers.iter().map(field).collect()
    }

    fn send(&self, exchange: &tn_http_exchange) -> Result<()> {
        let respond = exchange.respond.ok_or_else(|| lacks("respond"))?;
        let fields = self.fields();
        let (list, count) = (fields.as_ptr(), fields.len() as u64);
        // SAFETY: fields and body live until this returns.
        taken(unsafe { respond(exchange.ctx, self.status, list, count, tn_bytes::of(&self.body)) })
    }
}

fn taken(status: tn_status) -> Result<()> {
    match status {
        TN_OK => Ok(()),
        _ => Err(Error::new(Code::of(status), "the answer could not be sent")),
    }
}

fn lacks(name: &str) -> Error {
    Error::new(Code::Unsupported, format!("the {HTTP_ID} of this host has no {name}"))
}

/// application/x-www-form-urlencoded: '+' is a space. A bad escape stays as it is.
fn form_decode(text: &str) -> String {
    let hex = |digit: u8| (digit as char).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        out.push(match (first, behind) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    (high * 16 + low) as u8
                }
                _ => b'%',
            },
            _ => *first,
        });
    }
    String::from_utf8_lossy(&out).into_owned()
}
