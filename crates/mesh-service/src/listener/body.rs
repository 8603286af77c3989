// SPDX-License-Identifier: MIT
//! Taking in the body of a request without trusting its sender.
//!
//! Here: limits on length, time and memory while a packet comes in.

use std::sync::Arc;

use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::ListenerLimits;

/// The unit in which memory is counted; the first unit of a packet is free.
const UNIT: usize = 64 << 10;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadError {
    /// The connection broke, or the framing of the body is wrong.
    Broken,
    /// All packets together take too much memory.
    Memory,
    /// Longer than allowed.
    TooLarge,
    /// Slower than allowed.
    TooSlow,
}

/// The memory that large packets may take, together.
#[derive(Debug)]
pub(super) struct Memory(Arc<Semaphore>);

/// The memory that one packet takes, until it is dropped.
#[derive(Debug, Default)]
pub(super) struct Reservation {
    permit: Option<OwnedSemaphorePermit>,
}

impl Memory {
    pub(super) fn new(octets: usize) -> Self {
        Self(Arc::new(Semaphore::new(
            (octets / UNIT).min(Semaphore::MAX_PERMITS),
        )))
    }

    /// Makes a reservation large enough for a packet of this length.
    fn extend(&self, reservation: &mut Reservation, length: usize) -> Result<(), ReadError> {
        let held = reservation
            .permit
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = (length / UNIT).saturating_sub(held);
        if missing == 0 {
            return Ok(());
        }
        let missing = u32::try_from(missing).map_err(|_| ReadError::Memory)?;
        let more = Arc::clone(&self.0)
            .try_acquire_many_owned(missing)
            .map_err(|_| ReadError::Memory)?;
        match &mut reservation.permit {
            Some(permit) => permit.merge(more),
            None => reservation.permit = Some(more),
        }
        Ok(())
    }
}

/// Reads a whole body.
pub(super) async fn read(
    mut body: Body,
    limits: &ListenerLimits,
    memory: &Memory,
) -> Result<(Vec<u8>, Reservation), ReadError> {
    let max = limits.max_packet;
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > max {
        return Err(ReadError::TooLarge);
    }
    // What is only announced gets no more memory than what costs nothing.
    let mut packet = Vec::with_capacity(announced.min(UNIT));
    let mut reservation = Reservation::default();
    let end = Instant::now() + limits.body_time;
    loop {
        let deadline = end.min(Instant::now() + limits.body_pause);
        let frame = match timeout_at(deadline, body.frame()).await {
            Err(_) => return Err(ReadError::TooSlow),
            Ok(None) => return Ok((packet, reservation)),
            Ok(Some(Err(_))) => return Err(ReadError::Broken),
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let length = packet.len().saturating_add(data.len());
        if length > max {
            return Err(ReadError::TooLarge);
        }
        memory.extend(&mut reservation, length)?;
        packet.extend_from_slice(&data);
    }
}
