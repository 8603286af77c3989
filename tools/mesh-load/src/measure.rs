// SPDX-License-Identifier: MIT
//! How much is done in a while, and how long each took.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;

/// Somebody who asks for the same kind of thing again and again.
pub(crate) trait Ask: Send {
    /// Asks once and waits for the answer; false when there is nothing left to ask for.
    fn ask(&mut self) -> Outcome<bool>;
}

/// What was measured.
pub(crate) struct Figures {
    per_second: f64,
    times: Vec<Duration>,
}

impl Figures {
    /// `work connections per_second p50 p99`, times in microseconds.
    pub(crate) fn print(&self, work: &str, connections: usize) {
        let at = |percent: usize| {
            let place = self.times.len().saturating_mul(percent) / 100;
            self.times.get(place).map_or(0, Duration::as_micros)
        };
        println!(
            "{work} {connections} {:.0} {} {}",
            self.per_second,
            at(50),
            at(99)
        );
    }
}

/// Lets all ask, each on a thread of its own, for a while or until one of them has nothing left.
pub(crate) fn measure(asking: Vec<Box<dyn Ask>>, span: Duration) -> Outcome<Figures> {
    let (stop, begin) = (AtomicBool::new(false), Barrier::new(asking.len()));
    let done: Vec<Outcome<(Vec<Duration>, Duration)>> = thread::scope(|scope| {
        let threads: Vec<_> = asking
            .into_iter()
            .map(|mut asking| {
                let (stop, begin) = (&stop, &begin);
                scope.spawn(move || {
                    // Sessions are made before the clock runs.
                    let ready = asking.ask();
                    begin.wait();
                    ready?;
                    let begun = Instant::now();
                    let mut times = Vec::new();
                    while begun.elapsed() < span && !stop.load(Ordering::Relaxed) {
                        let asked = Instant::now();
                        if !asking.ask()? {
                            stop.store(true, Ordering::Relaxed);
                            break;
                        }
                        times.push(asked.elapsed());
                    }
                    Ok((times, begun.elapsed()))
                })
            })
            .collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread
                .join()
                .unwrap_or_else(|_| Err("a client panicked".into()))
        };
        threads.into_iter().map(join).collect()
    });
    let (mut times, mut longest) = (Vec::new(), Duration::ZERO);
    for one in done {
        let (more, took) = one?;
        times.extend(more);
        longest = longest.max(took);
    }
    times.sort_unstable();
    let number = u32::try_from(times.len())?;
    Ok(Figures {
        per_second: f64::from(number) / longest.as_secs_f64(),
        times,
    })
}
