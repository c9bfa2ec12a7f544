//! Calls of other plugins: JSON in, JSON out.

use crate::host::{text, Table};
use crate::json::{self, Value};
use crate::raw::*;
use crate::{Call, Host, Result};

/// Which provider is meant: all but the interface may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selector<'a> {
    pub interface_id: &'a str,
    /// Of the provider's interface version, such as ">=1.2 <2".
    pub range: &'a str,
    pub instance: &'a str,
    /// That the provider must all have, such as "region=eu,tier=gold".
    pub labels: &'a str,
}

impl Selector<'_> {
    fn raw(&self) -> tn_selector {
        tn_selector {
            struct_size: std::mem::size_of::<tn_selector>() as u32,
            reserved: 0,
            interface_id: tn_str::of(self.interface_id),
            range: tn_str::of(self.range),
            instance: tn_str::of(self.instance),
            labels: tn_str::of(self.labels),
        }
    }
}

/// One provider of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    pub instance: String,
    pub library: String,
    pub version: String,
    /// "ready", or "away" while it is started again.
    pub state: String,
    /// "region=eu,tier=gold"
    pub labels: String,
    pub priority: i64,
}

impl Provider {
    fn of(value: &Value) -> Result<Provider> {
        Ok(Provider {
            instance: value.text("instance")?,
            library: value.text("library")?,
            version: value.text("version")?,
            state: value.text("state")?,
            labels: value.text("labels").unwrap_or_default(),
            priority: value.integer("priority").unwrap_or_default(),
        })
    }
}

impl Host {
    /// Finds a method of another plugin, once. The manifest must require the interface.
    pub fn method(&self, call: &Call, interface: &str, method: &str) -> Result<Method> {
        self.resolve(call, &Selector { interface_id: interface, ..Selector::default() }, method)
    }

    /// As `method`, of a provider that the selector fits.
    pub fn resolve(&self, call: &Call, selector: &Selector, method: &str) -> Result<Method> {
        let table = Table::<tn_host_message>::find(self);
        let resolve = table.function("resolve", |message| message.resolve)?;
        let selector = selector.raw();
        let mut handle = 0;
        // SAFETY: selector and views live until the call returns.
        call.invoke(|raw| unsafe {
            resolve(table.ctx(), raw, &selector, tn_str::of(method), &mut handle)
        })?;
        Ok(Method { table, handle })
    }

    /// The providers that the selector fits, sorted by instance.
    pub fn providers(&self, call: &Call, selector: &Selector) -> Result<Vec<Provider>> {
        let table = Table::<tn_host_message>::find(self);
        let providers = table.function("providers", |message| message.providers)?;
        let selector = selector.raw();
        // SAFETY: as above.
        let found =
            call.collect(|raw, sink| unsafe { providers(table.ctx(), raw, &selector, sink) })?;
        json::parse(&text(found)?)?.list()?.iter().map(Provider::of).collect()
    }
}

/// A method of another plugin; released when dropped.
pub struct Method {
    table: Table<tn_host_message>,
    handle: tn_method,
}

impl Method {
    /// JSON text in and out.
    pub fn call(&self, call: &Call, input: &str) -> Result<String> {
        let function = self.table.function("call", |message| message.call)?;
        // SAFETY: the views live until the call returns, and the handle until this is dropped.
        text(call.collect(|raw, sink| unsafe {
            function(self.table.ctx(), raw, self.handle, tn_str::of(input), sink)
        })?)
    }

    /// For calls in columns.
    pub(crate) fn handle(&self) -> tn_method {
        self.handle
    }
}

impl Drop for Method {
    fn drop(&mut self) {
        if let Ok(release) = self.table.function("release", |message| message.release) {
            // SAFETY: resolved from the same host, and released once.
            unsafe { release(self.table.ctx(), self.handle) }
        }
    }
}
