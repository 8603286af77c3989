// SPDX-License-Identifier: MIT
//! How long a program takes from its start to its first answer.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::http::Connection;

const TIMES: usize = 11;
const PATIENCE: Duration = Duration::from_secs(10);

/// Starts it, asks until it answers, ends it, and prints the median of several times, in microseconds.
pub(crate) fn run(address: SocketAddr, path: &str, command: &[String]) -> Outcome<()> {
    let (program, arguments) = command.split_first().ok_or("no program")?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let took = loop {
            let mut connection = Connection::new(address);
            let answered = connection
                .ask("GET", path, "", b"")
                .map(|(status, _)| status);
            if answered.is_ok_and(|status| status == 200) {
                break Some(begun.elapsed());
            }
            if begun.elapsed() > PATIENCE {
                break None;
            }
            std::thread::sleep(Duration::from_micros(100));
        };
        child.kill()?;
        child.wait()?;
        times.push(took.ok_or("it does not answer")?);
    }
    times.sort_unstable();
    let median = times.get(TIMES / 2).map_or(0, Duration::as_micros);
    println!("start 1 {median}");
    Ok(())
}
