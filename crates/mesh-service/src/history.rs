// SPDX-License-Identifier: MIT
//! How a service was during the last day, for the page of its operator.
//!
//! Spec: none.
//! Here: one sample a minute, as many as there are in a day.
//! Not here: how they are shown (`admin/page`), counters for collectors (`metrics`).

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Samples that are kept: those of a day.
pub(crate) const KEPT: usize = 24 * 60;

/// How a service was at one moment. Counters are since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sample {
    /// Seconds since 1970.
    pub(crate) time: i64,
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
    /// Sessions in memory.
    pub(crate) sessions: u64,
    /// Memory of the process, in octets.
    pub(crate) memory: u64,
    /// Accounts of any state.
    pub(crate) accounts: u64,
    /// Octets of the data of the store.
    pub(crate) data: u64,
    /// Octets among them that are free.
    pub(crate) free: u64,
    /// Octets of the log in front of the data.
    pub(crate) log: u64,
}

/// The samples of the last day, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct History(Mutex<VecDeque<Sample>>);

impl History {
    /// Adds a sample; the oldest goes where there are as many as are kept.
    pub(crate) fn add(&self, sample: Sample) {
        let mut samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if samples.len() >= KEPT {
            samples.pop_front();
        }
        samples.push_back(sample);
    }

    /// All of them.
    pub(crate) fn samples(&self) -> Vec<Sample> {
        let samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        samples.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_kept_and_no_more() {
        let history = History::default();
        let minutes = i64::try_from(KEPT).unwrap() + 10;
        for time in 0..minutes {
            history.add(Sample {
                time,
                ..Sample::default()
            });
        }
        let samples = history.samples();
        assert_eq!(samples.len(), KEPT);
        assert_eq!((samples[0].time, samples[KEPT - 1].time), (10, minutes - 1));
    }
}
