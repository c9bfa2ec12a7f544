//! The faces of metrics and progress.

use tenon::raw::{TN_COUNTER, TN_GAUGE, TN_HISTOGRAM};
use tenon::testing::{Host, MetricValue};
use tenon::{Code, Metrics, Progress, Series};

#[test]
fn counters_add_gauges_set_and_histograms_observe() {
    let host = Host::new();
    host.with_face(|face, _| {
        let metrics = Metrics::new(face);
        let all = [
            metrics.counter("shop.sold", "Things sold", &[("kind", "book"), ("a", "b")])?,
            metrics.gauge("shop.open", "", &[])?,
            metrics.histogram("shop.size", "", &[1.0, 2.0], &[])?,
        ];
        for series in all {
            series.record(2.0);
            series.record(3.0);
            series.record(-1.0);
        }
        // The same series again.
        metrics.counter("shop.sold", "Things sold", &[("a", "b"), ("kind", "book")])?.record(1.0);
        Ok(())
    })
    .unwrap();
    let of = |kind, value, count| Some(MetricValue { kind, value, count });
    let labels = [("kind", "book"), ("a", "b")];
    assert_eq!(host.metric("shop.sold", &labels), of(TN_COUNTER, 6.0, 3));
    assert_eq!(host.metric("shop.sold", &[]), None);
    assert_eq!(host.metric("shop.open", &[]), of(TN_GAUGE, -1.0, 3));
    assert_eq!(host.metric("shop.size", &[]), of(TN_HISTOGRAM, 4.0, 3));
}

#[test]
fn a_metric_that_cannot_be_is_refused_with_the_reason() {
    let host = Host::new();
    host.with_face(|face, _| {
        let metrics = Metrics::new(face);
        metrics.counter("a.b", "", &[])?;
        let conflict = metrics.gauge("a.b", "", &[("x", "y")]).err().unwrap();
        assert_eq!((conflict.code, conflict.path.as_str()), (Code::Conflict, "a.b"));
        for name in ["", "A", "a..b", "1a", "a-b"] {
            assert_eq!(metrics.counter(name, "", &[]).err().unwrap().code, Code::Invalid, "{name}");
        }
        let bounds = metrics.histogram("a.c", "", &[2.0, 1.0], &[]).err().unwrap();
        assert_eq!(bounds.path, "bounds");
        for i in 1..1000 {
            metrics.counter("a.b", "", &[("i", &i.to_string())])?;
        }
        assert_eq!(metrics.counter("a.d", "", &[]).err().unwrap().code, Code::Limit);
        Ok(())
    })
    .unwrap();
}

#[test]
fn the_default_series_records_nothing() {
    Series::default().record(1.0);
}

#[test]
fn progress_is_reported_as_it_is() {
    let host = Host::new();
    host.with_face(|face, call| {
        let progress = Progress::new(face);
        progress.report(call, "building", 1, 3);
        progress.report(call, "building", 2, 0);
        Ok(())
    })
    .unwrap();
    let lines: Vec<_> = host.progress().into_iter().map(|p| (p.text, p.done, p.total)).collect();
    assert_eq!(lines, [("building".to_string(), 1, 3), ("building".to_string(), 2, 0)]);
}
