// SPDX-License-Identifier: MIT
//! What a service counts of itself.
//!
//! Spec: none; the text form is OpenMetrics, which Prometheus reads.
//! Here: the counters, and their presentation. Nothing in them names an account, a device or an address.
//! Not here: where they are fetched (`admin`).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabelSet, EncodeMetric, MetricEncoder, NoLabelSet,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::store::{CommitFigures, StoreFigures};

/// The media type of [`Metrics::present`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The status of a request that ended well.
const SUCCESS: &str = "Success";

/// The counters of a service.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<OfOperation, Histogram, fn() -> Histogram>,
    responses: Family<Response, Counter>,
    received: Counter,
    sent: Counter,
    handled: AtomicU64,
    refused: AtomicU64,
    micros: AtomicU64,
}

/// Sums over everything since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Requests that were handled.
    pub(crate) requests: u64,
    /// Those among them that did not end well.
    pub(crate) refused: u64,
    /// Microseconds that all of them took.
    pub(crate) micros: u64,
    /// Octets of packets that came.
    pub(crate) received: u64,
    /// Octets of packets that went.
    pub(crate) sent: u64,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    operation: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfOperation {
    operation: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Response {
    status: u16,
}

/// From a quarter of a millisecond to four seconds.
fn durations() -> Histogram {
    Histogram::new(exponential_buckets(0.000_25, 2.0, 15))
}

/// What is looked up when the counters are fetched.
pub(crate) trait Looks: Send + Sync + 'static {
    /// How large the store is.
    fn store(&self) -> Option<StoreFigures>;
    /// Sessions in memory.
    fn sessions(&self) -> usize;
}

impl Metrics {
    /// Counters at zero; `looks` is asked when they are fetched.
    pub(crate) fn new(looks: Arc<dyn Looks>) -> Self {
        let mut registry = Registry::with_prefix("mesh");
        let requests = Family::<Request, Counter>::default();
        let constructor: fn() -> Histogram = durations;
        let seconds = Family::<OfOperation, Histogram, _>::new_with_constructor(constructor);
        let responses = Family::<Response, Counter>::default();
        let (received, sent) = (Counter::default(), Counter::default());
        registry.register(
            "requests",
            "Requests by operation and by how they ended",
            requests.clone(),
        );
        registry.register_with_unit(
            "request_duration",
            "How long requests took, with the protection of their packets",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register(
            "http_responses",
            "Responses by their HTTP status",
            responses.clone(),
        );
        registry.register_with_unit(
            "received",
            "Octets of packets that came",
            Unit::Bytes,
            received.clone(),
        );
        registry.register_with_unit(
            "sent",
            "Octets of packets that went",
            Unit::Bytes,
            sent.clone(),
        );
        registry.register_collector(Box::new(Lookup { looks }));
        Self {
            registry,
            requests,
            seconds,
            responses,
            received,
            sent,
            handled: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            micros: AtomicU64::new(0),
        }
    }

    /// Counts a packet that was handled: the operation that it asked for, and the name of the status that it was answered with.
    pub(crate) fn request(&self, operation: &'static str, status: &'static str, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.handled.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
        if status != SUCCESS {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        let labels = Request { operation, status };
        self.requests.get_or_create(&labels).inc();
        let labels = OfOperation { operation };
        self.seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// Counts a response over HTTP.
    pub(crate) fn response(&self, status: u16, received: u64, sent: u64) {
        self.responses.get_or_create(&Response { status }).inc();
        self.received.inc_by(received);
        self.sent.inc_by(sent);
    }

    /// Sums over everything since the start.
    pub(crate) fn totals(&self) -> Totals {
        Totals {
            requests: self.handled.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            micros: self.micros.load(Ordering::Relaxed),
            received: self.received.get(),
            sent: self.sent.get(),
        }
    }

    /// All counters as text. Reads the store: not on a thread that must not block.
    #[must_use]
    pub fn present(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail, and what is looked up is left out where it cannot be had.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

struct Lookup {
    looks: Arc<dyn Looks>,
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

impl Collector for Lookup {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: u64| {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            let encoder = encoder.encode_descriptor(name, help, unit, gauge.metric_type())?;
            gauge.encode(encoder)
        };
        let sessions = u64::try_from(self.looks.sessions()).unwrap_or(u64::MAX);
        gauge("sessions", "Sessions in memory", None, sessions)?;
        if let Some(memory) = resident() {
            let help = "Memory that the process has of the machine";
            gauge("resident_memory", help, Some(&Unit::Bytes), memory)?;
        }
        let Some(figures) = self.looks.store() else {
            return Ok(());
        };
        gauge("accounts", "Accounts of any state", None, figures.accounts)?;
        let bytes = Some(&Unit::Bytes);
        gauge("store_data", "The data of the store", bytes, figures.data)?;
        let help = "Room within the data of the store that is free";
        gauge("store_free", help, bytes, figures.free)?;
        let help = "The log in front of the data of the store";
        gauge("store_log", help, bytes, figures.log)?;
        let commits = Commits(figures.commits);
        let help = "Transactions that shared a commit of the store";
        let encoder =
            encoder.encode_descriptor("commit_transactions", help, None, commits.metric_type())?;
        commits.encode(encoder)
    }
}

/// The sizes of commits, counted by the store.
struct Commits(CommitFigures);

impl EncodeMetric for Commits {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        let bounds = CommitFigures::BOUNDS.map(|bound| u32::try_from(bound).unwrap_or(u32::MAX));
        let mut buckets: Vec<(f64, u64)> = bounds
            .into_iter()
            .map(f64::from)
            .zip(self.0.by_size)
            .collect();
        buckets.push((f64::INFINITY, 0));
        let count = self.0.by_size.iter().sum();
        let transactions = self.0.transactions;
        let half = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let sum = half(transactions >> 32) * 4_294_967_296.0 + half(transactions & 0xffff_ffff);
        encoder.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

/// The memory of this process, where the system says it.
pub(crate) fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}
