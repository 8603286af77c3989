// SPDX-License-Identifier: MIT
//! How fast somebody may ask for something.
//!
//! Spec: none.
//! Here: [`Rate`]; counting by account and by address in a table that cannot grow past a size.
//! Not here: who is counted (`service`, `listener`); numbers within an hour (`quota`).

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// How many are counted apart. Who is counted with whom follows from a secret of the process: nobody can choose to share a place with
/// somebody, and however many there are, the table takes about 3 MB at most.
const PLACES: u64 = 1 << 16;

/// So many in a span, and so many at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In each span.
    pub number: NonZeroU32,
    /// The span.
    pub span: Span,
    /// At once.
    pub burst: NonZeroU32,
}

/// For how long a number is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// `/s`.
    Second,
    /// `/m`.
    Minute,
}

impl Rate {
    /// So many a second, and ten times as many at once.
    #[must_use]
    pub fn per_second(number: NonZeroU32) -> Self {
        Self::each(number, Span::Second)
    }

    fn each(number: NonZeroU32, span: Span) -> Self {
        let ten = NonZeroU32::MIN.saturating_add(9);
        Self {
            number,
            span,
            burst: number.saturating_mul(ten),
        }
    }

    fn quota(self) -> Quota {
        let quota = match self.span {
            Span::Second => Quota::per_second(self.number),
            Span::Minute => Quota::per_minute(self.number),
        };
        quota.allow_burst(self.burst)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = match self.span {
            Span::Second => 's',
            Span::Minute => 'm',
        };
        write!(f, "{}/{span}:{}", self.number, self.burst)
    }
}

/// `50/s`, `50/m` or, with a number at once, `50/s:500`.
impl FromStr for Rate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const BAD: &str =
            "write for instance 50/s, 50/m for each minute, or 50/s:500 with how many at once";
        let (each, burst) = match text.split_once(':') {
            Some((each, burst)) => (each, Some(burst)),
            None => (text, None),
        };
        let (number, span) = match each.split_once('/') {
            Some((number, "s")) => (number, Span::Second),
            Some((number, "m")) => (number, Span::Minute),
            _ => return Err(BAD),
        };
        let rate = Self::each(number.parse().map_err(|_| BAD)?, span);
        let burst = burst.map(|burst| burst.parse().map_err(|_| BAD));
        Ok(Self {
            burst: burst.transpose()?.unwrap_or(rate.burst),
            ..rate
        })
    }
}

/// Counts by some key.
pub(crate) struct Limiter<C: Clock = MonotonicClock> {
    limiter: RateLimiter<u64, HashMapStateStore<u64>, C, NoOpMiddleware<C::Instant>>,
    hasher: RandomState,
    clock: C,
    swept: Mutex<Instant>,
}

impl Limiter {
    pub(crate) fn new(rate: Rate) -> Self {
        Self::with_clock(rate, MonotonicClock)
    }
}

impl<C: Clock + Clone> Limiter<C> {
    fn with_clock(rate: Rate, clock: C) -> Self {
        Self {
            limiter: RateLimiter::hashmap_with_clock(rate.quota(), clock.clone()),
            hasher: RandomState::new(),
            clock,
            swept: Mutex::new(Instant::now()),
        }
    }

    /// Counts one more of this key.
    ///
    /// # Errors
    /// The seconds to wait, at least one, when there were too many.
    pub(crate) fn admit(&self, key: &(impl Hash + ?Sized)) -> Result<(), u64> {
        let place = self.hasher.hash_one(key) % PLACES;
        self.limiter.check_key(&place).map_err(|early| {
            let wait = early.wait_time_from(self.clock.now());
            wait.as_secs()
                .saturating_add(u64::from(wait.subsec_nanos() > 0))
                .max(1)
        })
    }

    /// Forgets those who have rested, when that was done more than a minute ago.
    pub(crate) fn sweep_if_due(&self) {
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.elapsed() < SWEEP {
            return;
        }
        *swept = Instant::now();
        drop(swept);
        self.sweep();
    }

    /// Forgets those who have rested.
    pub(crate) fn sweep(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// How often those who have rested are forgotten.
const SWEEP: Duration = Duration::from_secs(60);

/// The part of an address that one customer of a network has: all of IPv4, the first half of IPv6.
pub(crate) fn customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(network))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn so_many_at_once_and_so_many_a_second() {
        let clock = FakeRelativeClock::default();
        let rate: Rate = "2/s:3".parse().unwrap();
        let limiter = Limiter::with_clock(rate, clock.clone());
        for _ in 0..3 {
            assert_eq!(limiter.admit("a"), Ok(()));
        }
        assert_eq!(limiter.admit("a"), Err(1));
        clock.advance(Duration::from_millis(500));
        assert_eq!(limiter.admit("a"), Ok(()));
        assert_eq!(limiter.admit("a"), Err(1));
    }

    #[test]
    fn the_table_does_not_grow_with_those_who_ask() {
        let clock = FakeRelativeClock::default();
        let limiter = Limiter::with_clock("1/s".parse().unwrap(), clock.clone());
        for key in 0..200_000 {
            let _ = limiter.admit(&key);
        }
        assert!(limiter.limiter.len() <= usize::try_from(PLACES).unwrap());
        clock.advance(Duration::from_secs(60));
        limiter.sweep();
        assert_eq!(limiter.limiter.len(), 0);
    }

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        let rate: Rate = "50/s".parse().unwrap();
        assert_eq!(rate.burst.get(), 500);
        let slow: Rate = "3/m:7".parse().unwrap();
        assert_eq!((slow.span, slow.burst.get()), (Span::Minute, 7));
        assert_eq!(slow.to_string(), "3/m:7");
        assert_eq!("50/s:500".parse(), Ok(rate));
        assert_eq!(rate.to_string().parse(), Ok(rate));
        for bad in ["", "50", "0/s", "5/s:0", "5/s:x", "-1/s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_customer_is_counted_once() {
        let customer = |text: &str| customer(text.parse().unwrap()).to_string();
        assert_eq!(customer("192.0.2.7"), "192.0.2.7");
        assert_eq!(customer("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(customer("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
