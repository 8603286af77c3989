// SPDX-License-Identifier: MIT
//! How often somebody may ask for something within an hour.
//!
//! Spec: none.
//! Here: counting, in memory; a restart forgives.
//! Not here: what is counted (`service`).

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Seconds for which a use counts.
const HOUR: i64 = 3600;
/// How many users are remembered before those whose hour is over are forgotten.
const SWEEP: usize = 1024;

/// A number of uses an hour for each user.
pub(crate) struct Quota<K> {
    most: u32,
    uses: Mutex<Uses<K>>,
}

struct Uses<K> {
    by_user: HashMap<K, Window>,
    /// At this number of users the next sweep is due.
    sweep_at: usize,
}

/// The uses of one user since a second.
struct Window {
    since: i64,
    used: u32,
}

impl<K: Eq + Hash> Quota<K> {
    pub(crate) fn new(most: u32) -> Self {
        Self {
            most,
            uses: Mutex::new(Uses {
                by_user: HashMap::new(),
                sweep_at: SWEEP,
            }),
        }
    }

    /// Counts `number` uses if that many are left in the hour; otherwise none is counted.
    pub(crate) fn admit(&self, user: K, number: u32, now: i64) -> bool {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |window: &Window| now.saturating_sub(window.since) >= HOUR;
        if uses.by_user.len() >= uses.sweep_at {
            uses.by_user.retain(|_, window| !over(window));
            uses.sweep_at = uses.by_user.len().saturating_mul(2).max(SWEEP);
        }
        let window = uses.by_user.entry(user).or_insert(Window {
            since: now,
            used: 0,
        });
        if over(window) {
            *window = Window {
                since: now,
                used: 0,
            };
        }
        let used = window.used.saturating_add(number);
        if used > self.most {
            return false;
        }
        window.used = used;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_counted_by_user_and_hour() {
        let quota = Quota::new(3);
        assert!(quota.admit("a", 2, 0));
        assert!(!quota.admit("a", 2, 10));
        assert!(quota.admit("a", 1, 10));
        assert!(!quota.admit("a", 1, HOUR - 1));
        assert!(quota.admit("b", 3, 10));
        assert!(quota.admit("a", 3, HOUR));
    }

    #[test]
    fn users_whose_hour_is_over_are_forgotten() {
        let quota = Quota::new(1);
        for user in 0..SWEEP {
            assert!(quota.admit(user, 1, 0));
        }
        assert!(quota.admit(SWEEP, 1, HOUR));
        assert_eq!(quota.uses.lock().unwrap().by_user.len(), 1);
    }
}
