//! What a monitor reads: requests, how long they took, connections that were kept out, and that the desk is up.

use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

/// The figures of this process.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    over_limit: IntCounterVec,
    unread: IntCounter,
    streams: IntGauge,
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
        let over_limit = IntCounterVec::new(
            Opts::new(
                "firsthand_http_connections_over_limit_total",
                "Connections that were closed at once (limit address) or made to wait (limit all).",
            ),
            &["limit"],
        )?;
        let unread = IntCounter::new(
            "firsthand_http_unreadable_total",
            "Connections that ended because what came over them was no HTTP, or its head was too large.",
        )?;
        let streams = IntGauge::new("firsthand_http_streams", "Streams of events that are open.")?;
        let up = IntGauge::new("firsthand_up", "1 while the desk is up.")?;
        up.set(1);
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(over_limit.clone()))?;
        registry.register(Box::new(unread.clone()))?;
        registry.register(Box::new(streams.clone()))?;
        registry.register(Box::new(up))?;
        Ok(Self { registry, requests, seconds, over_limit, unread, streams })
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

    /// Connections over a limit: `address` or `all`.
    pub(crate) fn over_limit(&self, limit: &str) -> IntCounter {
        self.over_limit.with_label_values(&[limit])
    }

    /// Connections on which nothing could be read as a request.
    pub(crate) fn unread(&self) -> IntCounter {
        self.unread.clone()
    }

    /// So many streams of events more, or less.
    pub(crate) fn streams(&self, more: i64) {
        self.streams.add(more);
    }

    /// In the text format of Prometheus.
    pub(crate) fn text(&self) -> String {
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}
