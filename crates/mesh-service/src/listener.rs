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
mod tls;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use hyper::body::Body as _;
use mesh_protocol::{PacketHandler, PacketReply};
use tokio::sync::Semaphore;

use self::body::{Memory, ReadError};

pub use self::connection::{serve, serve_tls};
pub use self::tls::{SelfSigned, Tls, TlsCertificate};

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

/// The routes `POST /.well-known/mmm/`, `POST /.well-known/mmm/{instance}` and `GET /.well-known/mmm/health`, with the
/// default limits. An instance cannot be called `health`.
pub fn router(handler: Arc<dyn PacketHandler>) -> Router {
    router_with(handler, &ListenerLimits::default())
}

/// [`router`] with other than the default limits.
pub fn router_with(handler: Arc<dyn PacketHandler>, limits: &ListenerLimits) -> Router {
    let admitted = limits.max_running.saturating_add(limits.max_waiting);
    let gate = Gate {
        handler,
        memory: Memory::new(limits.max_memory),
        admission: Arc::new(Semaphore::new(admitted.min(Semaphore::MAX_PERMITS))),
        running: Arc::new(Semaphore::new(
            limits.max_running.clamp(1, Semaphore::MAX_PERMITS),
        )),
        limits: limits.clone(),
    };
    Router::new()
        .route("/.well-known/mmm/", post(packet_for_default))
        .route("/.well-known/mmm/health", get(health))
        .route("/.well-known/mmm/{instance}", post(packet_for_instance))
        .layer(middleware::from_fn(log))
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

async fn health() -> &'static str {
    "ok"
}

async fn packet(gate: &Gate, instance: String, request: Request) -> Response {
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

/// Handles a packet on a thread that may block, as soon as it is its turn.
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
    let handler = Arc::clone(&gate.handler);
    let handled = tokio::task::spawn_blocking(move || {
        // Given back when the work ends, also when the client is gone by then.
        let _held = (admission, turn, memory);
        handler.handle(&instance, &packet)
    });
    match handled.await {
        Ok(reply) => respond(reply),
        Err(_) => {
            tracing::error!("the handler of a packet panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
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

async fn log(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let response = next.run(request).await;
    let received = response
        .extensions()
        .get::<Received>()
        .map_or(0, |received| received.0);
    let sent = response.body().size_hint().exact().unwrap_or(0);
    let status = response.status().as_u16();
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(%method, status, received, sent, micros, "request");
    response
}

#[cfg(test)]
mod tests;
