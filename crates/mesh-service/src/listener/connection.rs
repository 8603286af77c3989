// SPDX-License-Identifier: MIT
//! Accepting connections, and ending them in order.
//!
//! Here: [`serve`]: limits on connections, headers, slow readers; shutdown that lets requests in progress finish.
//! Not here: requests (`listener`), bodies (`body`).

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep, timeout};
use tower::Layer as _;

use super::ListenerLimits;

/// How long to wait after the system could not give us a connection (too many open files, for example).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves a router on a socket until `shutdown` comes true; then accepts no more, lets requests in progress finish for
/// a while, closes what is left, and returns.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &ListenerLimits,
    shutdown: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(
        limits.max_connections.clamp(1, Semaphore::MAX_PERMITS),
    ));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(limits.max_header.max(8192));
    let graceful = GracefulShutdown::new();
    let mut tasks = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
            Some(_) = tasks.join_next() => continue,
        };
        let Some((stream, peer, place)) = accepted else {
            continue;
        };
        let stream = TokioIo::new(Patience::new(stream, limits.write_pause));
        let router = Extension(ConnectInfo(peer)).layer(router.clone());
        let service = TowerToHyperService::new(router);
        let connection = graceful.watch(http.serve_connection(stream, service));
        tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if timeout(limits.drain_time, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("closing connections with requests in progress");
    }
    tasks.shutdown().await;
}

type Place = tokio::sync::OwnedSemaphorePermit;

/// The next connection, as soon as there is a place for it; nothing when the system had none to give.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, Place)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "cannot switch off the delay of small packets");
            }
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// A connection whose writes fail when the peer takes nothing for too long.
#[derive(Debug)]
struct Patience {
    stream: TcpStream,
    pause: Duration,
    /// Runs while a write waits for the peer.
    running_out: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    const fn new(stream: TcpStream, pause: Duration) -> Self {
        Self {
            stream,
            pause,
            running_out: None,
        }
    }

    /// Passes a write's result on; starts the clock when it has to wait, stops it when it got on.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.running_out = None;
            return written;
        }
        let pause = self.pause;
        let clock = self
            .running_out
            .get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(clock.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patience {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patience {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, octets);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
