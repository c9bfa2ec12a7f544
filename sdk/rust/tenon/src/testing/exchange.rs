//! One HTTP answer under way.

use std::cell::RefCell;
use std::ffi::c_void;
use std::mem::size_of;

use crate::raw::*;
use crate::{Code, Response};

/// A request to one route.
#[derive(Clone, Copy, Debug)]
pub struct HttpRequest<'a> {
    /// The number of the route.
    pub route: u32,
    pub method: &'a str,
    /// Of the route's pattern.
    pub params: &'a [(&'a str, &'a str)],
    /// Without '?'.
    pub query: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
    /// The client goes away after so many bytes of a streamed answer.
    pub gone_after: usize,
}

impl Default for HttpRequest<'_> {
    fn default() -> Self {
        HttpRequest {
            route: 0,
            method: "GET",
            params: &[],
            query: "",
            headers: &[],
            body: &[],
            gone_after: usize::MAX,
        }
    }
}

#[derive(Default)]
pub(super) struct Exchange {
    body: Vec<u8>,
    gone_after: usize,
    answer: Option<Response>,
    finished: bool,
}

impl Exchange {
    pub fn new(request: &HttpRequest) -> RefCell<Exchange> {
        let (body, gone_after) = (request.body.to_vec(), request.gone_after);
        RefCell::new(Exchange { body, gone_after, ..Exchange::default() })
    }
    pub fn raw(this: &RefCell<Exchange>) -> tn_http_exchange {
        tn_http_exchange {
            struct_size: size_of::<tn_http_exchange>() as u32,
            reserved: 0,
            ctx: (this as *const RefCell<Exchange>) as *mut c_void,
            read: Some(read),
            respond: Some(respond),
            begin: Some(begin),
            write: Some(write),
            finish: Some(finish),
        }
    }
    /// The whole answer.
    pub fn answer(self) -> Option<Response> {
        self.answer.filter(|_| self.finished)
    }
}

pub(super) fn fields(list: &[(&str, &str)]) -> Vec<tn_http_field> {
    let field = |(name, value): &(&str, &str)| tn_http_field {
        name: tn_str::of(name),
        value: tn_str::of(value),
    };
    list.iter().map(field).collect()
}

/// # Safety
/// `ctx` is that of an exchange whose call has not returned.
unsafe fn of<'a>(ctx: *mut c_void) -> std::cell::RefMut<'a, Exchange> {
    (*ctx.cast::<RefCell<Exchange>>()).borrow_mut()
}

unsafe extern "C" fn read(ctx: *mut c_void, data: *mut c_void, size: *mut u64) -> tn_status {
    let mut exchange = of(ctx);
    // A piece at a time, as it comes from a network.
    let part = (*size as usize).min(exchange.body.len()).min(100);
    let taken: Vec<u8> = exchange.body.drain(..part).collect();
    std::ptr::copy_nonoverlapping(taken.as_ptr(), data.cast(), part);
    *size = part as u64;
    TN_OK
}

unsafe extern "C" fn begin(
    ctx: *mut c_void,
    status: u32,
    headers: *const tn_http_field,
    count: u64,
    _content_length: i64,
) -> tn_status {
    let mut exchange = of(ctx);
    if exchange.answer.is_some() {
        return Code::Invalid as i32;
    }
    let mut answer = Response::new(status, "", "");
    answer.headers.clear();
    for i in 0..count as usize {
        let field = &*headers.add(i);
        answer = answer.header(field.name.text(), field.value.text());
    }
    exchange.answer = Some(answer);
    TN_OK
}

unsafe extern "C" fn write(ctx: *mut c_void, chunk: tn_bytes) -> tn_status {
    let mut exchange = of(ctx);
    let gone_after = exchange.gone_after;
    match &mut exchange.answer {
        Some(answer) if answer.body.len() + chunk.bytes().len() <= gone_after => {
            answer.body.extend_from_slice(chunk.bytes());
            TN_OK
        }
        Some(_) => Code::Cancelled as i32,
        None => Code::Invalid as i32,
    }
}

unsafe extern "C" fn finish(ctx: *mut c_void) -> tn_status {
    of(ctx).finished = true;
    TN_OK
}

unsafe extern "C" fn respond(
    ctx: *mut c_void,
    status: u32,
    headers: *const tn_http_field,
    count: u64,
    body: tn_bytes,
) -> tn_status {
    match begin(ctx, status, headers, count, body.size as i64) {
        TN_OK => {
            let mut exchange = of(ctx);
            exchange.finished = true;
            if let Some(answer) = &mut exchange.answer {
                answer.body = body.bytes().to_vec();
            }
            TN_OK
        }
        refused => refused,
    }
}
