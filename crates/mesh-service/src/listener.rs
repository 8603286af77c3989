// SPDX-License-Identifier: MIT
//! The HTTP binding: each request carries one packet to the service, each response carries one back.
//!
//! Spec: mesh-protocol, "HTTP Binding" (`POST /.well-known/mmm/`); mesh-rud, "Payload Binding".
//! Here: [`router`] (mountable in another program), the limits of what strangers may cost us, [`serve`], [`serve_tls`].
//! Not here: what is in a packet (`mesh-rud`), where certificates come from (`mesh`, serve).
//!
//! Nothing of a packet is ever logged: method, status, sizes and time are.

mod body;
mod connection;
mod issue;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use hyper::body::Body as _;
use mesh_protocol::{Begun, PacketHandler, PacketReply};
use tokio::sync::Semaphore;

use self::body::{Memory, ReadError};

pub use self::connection::{serve, serve_tls};
pub use self::issue::{CertificateRequest, SelfSigned};
pub use self::tls::{Answering, Tls, TlsCertificate};

use crate::metrics::Metrics;
use crate::rate::{Limiter, Rate, customer};

/// What strangers may cost us.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListenerLimits {
    /// The largest packet in octets; past it status 413.
    pub max_packet: usize,
    /// Octets of all packets in memory that are larger than 64 KiB, together; past it status 503.
    pub max_memory: usize,
    /// How many packets are handled at the same time.
    pub max_running: usize,
    /// How many packets may wait to be handled; past it status 503.
    pub max_waiting: usize,
    /// How many connections are open at the same time; more wait in the kernel. Stays below the usual 1024 files.
    pub max_connections: usize,
    /// The largest request line with headers in octets, at least 8192; past it status 431.
    pub max_header: usize,
    /// How long a TLS handshake may take.
    pub handshake_time: Duration,
    /// How long a request line with headers may take, and how long a connection may be idle.
    pub header_time: Duration,
    /// How long the next part of a body may take.
    pub body_pause: Duration,
    /// How long a whole body may take.
    pub body_time: Duration,
    /// How long a client may refuse to take more of a response.
    pub write_pause: Duration,
    /// How long requests in progress may go on after the shutdown began.
    pub drain_time: Duration,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self {
            max_packet: 16 << 20,
            max_memory: 256 << 20,
            max_running: 64,
            max_waiting: 1024,
            max_connections: 800,
            max_header: 16 << 10,
            handshake_time: Duration::from_secs(10),
            header_time: Duration::from_secs(10),
            body_pause: Duration::from_secs(10),
            body_time: Duration::from_secs(120),
            write_pause: Duration::from_secs(20),
            drain_time: Duration::from_secs(10),
        }
    }
}

/// How often one address may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressRate {
    /// How often.
    pub rate: Rate,
    /// Whether this machine itself is counted, too.
    pub loopback: bool,
    /// Proxies in front: where one of them connects, the address is the last in `X-Forwarded-For` that is not of a proxy.
    pub proxies: Vec<IpAddr>,
}

/// Whether the service is about to end: its health then says so, and everything else goes on.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on it is.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    #[must_use]
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// What is answered to whoever asks for the health of the service.
    pub(crate) fn health(&self) -> Response {
        match self.is() {
            true => (StatusCode::SERVICE_UNAVAILABLE, "draining").into_response(),
            false => "ok".into_response(),
        }
    }
}

/// How packets are taken in, beyond the limits on each.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// The limits on each.
    pub limits: ListenerLimits,
    /// How often one address may ask; any number of times where there is nothing.
    pub per_address: Option<AddressRate>,
    /// What counts them.
    pub metrics: Option<Arc<Metrics>>,
    /// Whether the service is about to end.
    pub draining: Draining,
}

/// The routes `POST /.well-known/mmm/`, `POST /.well-known/mmm/{instance}` and `GET /.well-known/mmm/health`, with the
/// default limits. An instance cannot be called `health`.
pub fn router(handler: Arc<dyn PacketHandler>) -> Router {
    router_with(handler, &ListenerLimits::default())
}

/// [`router`] with other than the default limits.
pub fn router_with(handler: Arc<dyn PacketHandler>, limits: &ListenerLimits) -> Router {
    router_for(
        handler,
        Intake {
            limits: limits.clone(),
            ..Intake::default()
        },
    )
}

/// [`router`] with everything that can be said of it.
///
/// Addresses are known where the connection says them, as [`serve`] and axum's `into_make_service_with_connect_info` do.
pub fn router_for(handler: Arc<dyn PacketHandler>, intake: Intake) -> Router {
    let Intake {
        limits,
        per_address,
        metrics,
        draining,
    } = intake;
    let admitted = limits.max_running.saturating_add(limits.max_waiting);
    let gate = Gate {
        handler,
        memory: Memory::new(limits.max_memory),
        admission: Arc::new(Semaphore::new(admitted.min(Semaphore::MAX_PERMITS))),
        running: Arc::new(Semaphore::new(
            limits.max_running.clamp(1, Semaphore::MAX_PERMITS),
        )),
        per_address: per_address.map(|rate| (Limiter::new(rate.rate), rate)),
        draining,
        limits,
    };
    Router::new()
        .route("/.well-known/mmm/", post(packet_for_default))
        .route("/.well-known/mmm/health", get(health))
        .route("/.well-known/mmm/{instance}", post(packet_for_instance))
        .layer(middleware::from_fn_with_state(metrics, log))
        .with_state(Arc::new(gate))
}

/// What all requests share.
struct Gate {
    handler: Arc<dyn PacketHandler>,
    memory: Memory,
    /// A permit for each packet that is handled or waits for it.
    admission: Arc<Semaphore>,
    /// A permit for each packet that is handled.
    running: Arc<Semaphore>,
    per_address: Option<(Limiter, AddressRate)>,
    draining: Draining,
    limits: ListenerLimits,
}

async fn packet_for_default(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    packet(&gate, String::new(), request).await
}

async fn packet_for_instance(
    State(gate): State<Arc<Gate>>,
    Path(instance): Path<String>,
    request: Request,
) -> Response {
    packet(&gate, instance, request).await
}

async fn health(State(gate): State<Arc<Gate>>) -> Response {
    // A load balancer asks about every second.
    if let Some((limiter, _)) = &gate.per_address {
        limiter.sweep_if_due();
    }
    gate.draining.health()
}

async fn packet(gate: &Gate, instance: String, request: Request) -> Response {
    if let Err(seconds) = gate.admit(&request) {
        return later(seconds);
    }
    // A full house says so before it takes the body in.
    if gate.admission.available_permits() == 0 {
        return busy();
    }
    let read = body::read(request.into_body(), &gate.limits, &gate.memory).await;
    let (packet, memory) = match read {
        Ok(read) => read,
        Err(ReadError::Broken) => return StatusCode::BAD_REQUEST.into_response(),
        Err(ReadError::Memory) => return busy(),
        Err(ReadError::TooLarge) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(ReadError::TooSlow) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let received = Received(packet.len());
    let mut response = run(gate, instance, packet, memory).await;
    response.extensions_mut().insert(received);
    response
}

/// Handles a packet as soon as it is its turn, on a thread that may block unless it is answered at once.
async fn run(
    gate: &Gate,
    instance: String,
    packet: Vec<u8>,
    memory: body::Reservation,
) -> Response {
    let Ok(admission) = Arc::clone(&gate.admission).try_acquire_owned() else {
        return busy();
    };
    let Ok(turn) = Arc::clone(&gate.running).acquire_owned().await else {
        return busy();
    };
    let work = match Arc::clone(&gate.handler).begin(instance, packet) {
        Begun::Answered(reply) => return respond(reply),
        Begun::Waits(work) => work,
    };
    let handled = tokio::task::spawn_blocking(move || {
        // Given back when the work ends, also when the client is gone by then.
        let _held = (admission, turn, memory);
        work()
    });
    match handled.await {
        Ok(reply) => respond(reply),
        Err(_) => {
            tracing::error!("the handler of a packet panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl Gate {
    /// Counts a request by the address that it comes from.
    fn admit(&self, request: &Request) -> Result<(), u64> {
        let Some((limiter, about)) = &self.per_address else {
            return Ok(());
        };
        let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
            return Ok(());
        };
        let address = about.address(peer.ip(), request.headers());
        if address.is_loopback() && !about.loopback {
            return Ok(());
        }
        limiter.sweep_if_due();
        limiter.admit(&customer(address))
    }
}

impl AddressRate {
    /// Who asks, as far as proxies in front can be believed.
    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut address = peer.to_canonical();
        let forwarded = headers.get_all("x-forwarded-for");
        let lists: Vec<&str> = forwarded
            .iter()
            .filter_map(|list| list.to_str().ok())
            .collect();
        let mut hops = lists.iter().rev().flat_map(|list| list.rsplit(','));
        while self.proxies.contains(&address) {
            let Some(before) = hops.next().and_then(|hop| hop.trim().parse().ok()) else {
                break;
            };
            address = IpAddr::to_canonical(&before);
        }
        address
    }
}

fn later(seconds: u64) -> Response {
    (
        StatusCode::TOO_MANY_REQUESTS,
        [(header::RETRY_AFTER, seconds.to_string())],
    )
        .into_response()
}

fn busy() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::RETRY_AFTER, "1")],
    )
        .into_response()
}

fn respond(reply: PacketReply) -> Response {
    match reply {
        PacketReply::Packet(packet) => {
            ([(header::CONTENT_TYPE, "application/octet-stream")], packet).into_response()
        }
        PacketReply::Later(seconds) => later(seconds),
        PacketReply::Refused(status) => StatusCode::from_u16(status)
            .ok()
            .filter(|status| status.is_client_error() || status.is_server_error())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
        PacketReply::SessionUnknown => StatusCode::GONE.into_response(),
    }
}

/// The length of a packet, carried from its handler to the log.
#[derive(Clone, Copy, Debug)]
struct Received(usize);

async fn log(
    State(metrics): State<Option<Arc<Metrics>>>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let response = next.run(request).await;
    let received = response
        .extensions()
        .get::<Received>()
        .map_or(0, |received| received.0);
    let received = u64::try_from(received).unwrap_or(u64::MAX);
    let sent = response.body().size_hint().exact().unwrap_or(0);
    let status = response.status().as_u16();
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    if let Some(metrics) = metrics {
        metrics.response(status, received, sent);
    }
    tracing::info!(%method, status, received, sent, micros, "request");
    response
}

#[cfg(test)]
mod tests;
