use crate::raw::*;
use crate::{Call, Code, Error, Result};

/// The request of the call under way.
pub struct Request<'a> {
    call: Call<'a>,
    raw: &'a tn_http_request,
    exchange: &'a tn_http_exchange,
}

impl<'a> Request<'a> {
    /// # Safety
    /// All three are valid for `'a`.
    pub(crate) unsafe fn new(
        call: *const tn_call,
        raw: *const tn_http_request,
        exchange: *const tn_http_exchange,
    ) -> Request<'a> {
        Request { call: Call::new(call), raw: &*raw, exchange: &*exchange }
    }

    pub fn call(&self) -> &Call<'a> {
        &self.call
    }
    pub fn method(&self) -> &'a str {
        unsafe { self.raw.method.text() }
    }
    pub fn path(&self) -> &'a str {
        unsafe { self.raw.path.text() }
    }
    /// As it was sent, without '?'.
    pub fn query(&self) -> &'a str {
        unsafe { self.raw.query.text() }
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
    /// The whole body; the host refuses one beyond the route's limit.
    pub fn body(&mut self) -> Result<Vec<u8>> {
        let read = self.exchange.read.ok_or_else(no_answer)?;
        let mut body = Vec::new();
        let mut chunk = [0u8; 16384];
        loop {
            let mut size = chunk.len() as u64;
            // SAFETY: there is room for `size` bytes.
            let status = unsafe { read(self.exchange.ctx, chunk.as_mut_ptr().cast(), &mut size) };
            if status != TN_OK {
                return Err(Error::new(Code::of(status), "the request body could not be read"));
            }
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..size as usize]);
        }
    }

    fn fields(
        &self,
        fields: *const tn_http_field,
        count: u32,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        // SAFETY: the request holds that many, for `'a`.
        let list: &'a [tn_http_field] = match count {
            0 => &[],
            _ => unsafe { std::slice::from_raw_parts(fields, count as usize) },
        };
        list.iter().map(|field| unsafe { (field.name.text(), field.value.text()) })
    }
}

/// The whole answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u32,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn new(status: u32, content_type: &str, body: impl Into<Vec<u8>>) -> Response {
        Response {
            status,
            headers: vec![("Content-Type".to_string(), content_type.to_string())],
            body: body.into(),
        }
    }
    pub fn text(body: impl Into<String>) -> Response {
        Response::new(200, "text/plain; charset=utf-8", body.into())
    }
    pub fn json(body: impl Into<String>) -> Response {
        Response::new(200, "application/json", body.into())
    }

    /// # Safety
    /// The exchange is the one of the call under way.
    pub(crate) unsafe fn send(&self, exchange: *const tn_http_exchange) -> Result<()> {
        let respond = (*exchange).respond.ok_or_else(no_answer)?;
        let headers: Vec<tn_http_field> = self
            .headers
            .iter()
            .map(|(name, value)| tn_http_field { name: tn_str::of(name), value: tn_str::of(value) })
            .collect();
        let status = respond(
            (*exchange).ctx,
            self.status,
            headers.as_ptr(),
            headers.len() as u64,
            tn_bytes::of(&self.body),
        );
        match status {
            TN_OK => Ok(()),
            _ => Err(Error::new(Code::of(status), "the answer could not be sent")),
        }
    }
}

fn no_answer() -> Error {
    Error::new(Code::Unsupported, "the host gives no way to read or answer")
}
