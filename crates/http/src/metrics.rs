//! What a monitor reads: requests, how long they took, and that the desk is up.

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

/// The figures of this process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
}

impl Metrics {
    pub(crate) fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("firsthand_http_requests_total", "Requests answered."),
            &["method", "route", "status"],
        )?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("firsthand_http_request_seconds", "How long requests took.").buckets(vec![
                0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
            ]),
            &["route"],
        )?;
        let up = IntGauge::new("firsthand_up", "1 while the desk is up.")?;
        up.set(1);
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(up))?;
        Ok(Self { registry, requests, seconds })
    }

    /// Counts a request: by the template of its route, never by its path, which may name a person.
    pub(crate) fn count(&self, method: &str, route: &str, status: u16, micros: u64) {
        let class = match status / 100 {
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            5 => "5xx",
            _ => "other",
        };
        self.requests.with_label_values(&[method, route, class]).inc();
        #[expect(clippy::cast_precision_loss, reason = "a request of centuries may be off by a microsecond")]
        self.seconds.with_label_values(&[route]).observe(micros as f64 / 1e6);
    }

    /// In the text format of Prometheus.
    pub(crate) fn text(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}
