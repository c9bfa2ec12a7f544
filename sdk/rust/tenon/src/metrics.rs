//! Metrics of an instance; the host adds the instance as a label.

use crate::host::Table;
use crate::raw::*;
use crate::{Call, Host, Result};

/// One series of a metric; copies refer to the same. The default one records nothing.
#[derive(Clone, Copy, Default)]
pub struct Series {
    made: Option<(Table<tn_host_metrics>, u64)>,
}

impl Series {
    /// Counter: adds. Gauge: sets. Histogram: observes.
    pub fn record(&self, value: f64) {
        if let Some((table, handle)) = &self.made {
            if let Ok(record) = table.function("record", |metrics| metrics.record) {
                // SAFETY: the series was made by the same table.
                unsafe { record(table.ctx(), *handle, value) }
            }
        }
    }
}

#[derive(Clone, Copy)]
pub struct Metrics {
    table: Table<tn_host_metrics>,
}

impl Metrics {
    pub fn new(host: &Host) -> Metrics {
        Metrics { table: Table::find(host) }
    }

    /// `name`: dotted lower case, such as "shop.sold".
    pub fn counter(&self, name: &str, help: &str, labels: &[(&str, &str)]) -> Result<Series> {
        self.series(TN_COUNTER, name, help, labels, &[])
    }
    pub fn gauge(&self, name: &str, help: &str, labels: &[(&str, &str)]) -> Result<Series> {
        self.series(TN_GAUGE, name, help, labels, &[])
    }
    /// `bounds`: upper bounds of the buckets, ascending.
    pub fn histogram(
        &self,
        name: &str,
        help: &str,
        bounds: &[f64],
        labels: &[(&str, &str)],
    ) -> Result<Series> {
        self.series(TN_HISTOGRAM, name, help, labels, bounds)
    }

    fn series(
        &self,
        kind: u32,
        name: &str,
        help: &str,
        labels: &[(&str, &str)],
        bounds: &[f64],
    ) -> Result<Series> {
        let series = self.table.function("series", |metrics| metrics.series)?;
        let raw: Vec<tn_metric_label> = labels
            .iter()
            .map(|(name, value)| tn_metric_label {
                name: tn_str::of(name),
                value: tn_str::of(value),
            })
            .collect();
        let mut handle = 0;
        // SAFETY: all views live until the call returns.
        Call::nobody().invoke(|c| unsafe {
            series(
                self.table.ctx(),
                c,
                kind,
                tn_str::of(name),
                tn_str::of(help),
                raw.as_ptr(),
                raw.len() as u64,
                bounds.as_ptr(),
                bounds.len() as u64,
                &mut handle,
            )
        })?;
        Ok(Series { made: Some((self.table, handle)) })
    }
}
