// SPDX-License-Identifier: MIT
//! Clients that write raw octets, most of them badly behaved.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Condvar, Mutex};
use std::thread::{self, JoinHandle};

use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::oneshot;

use super::*;

mod tls;

/// Answers with the packet reversed, and with the instance behind it; some packets ask for something else.
#[derive(Default)]
struct Echo {
    /// Packets that say "wait" wait until this is true.
    open: Mutex<bool>,
    changed: Condvar,
    waiting: Mutex<usize>,
}

impl Echo {
    fn release(&self) {
        *self.open.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn await_waiting(&self, count: usize) {
        while *self.waiting.lock().unwrap() < count {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl PacketHandler for Echo {
    fn handle(&self, instance: &str, packet: &[u8]) -> PacketReply {
        let mut packet = packet.to_vec();
        match &*packet {
            b"gone" => return PacketReply::SessionUnknown,
            b"refuse" => return PacketReply::Refused(429),
            b"nonsense" => return PacketReply::Refused(200),
            b"panic" => panic!("on purpose"),
            b"large" => return PacketReply::Packet(vec![7; 16 << 20]),
            b"wait" => {
                *self.waiting.lock().unwrap() += 1;
                let open = self.open.lock().unwrap();
                drop(self.changed.wait_while(open, |open| !*open).unwrap());
            }
            _ => {}
        }
        packet.reverse();
        packet.extend_from_slice(instance.as_bytes());
        PacketReply::Packet(packet)
    }
}

struct Server {
    address: SocketAddr,
    echo: Arc<Echo>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(limits: ListenerLimits) -> Self {
        Self::start_over(limits, None)
    }

    fn start_over(limits: ListenerLimits, tls: Option<Tls>) -> Self {
        let echo = Arc::new(Echo::default());
        let router = router_with(Arc::<Echo>::clone(&echo), &limits);
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime = runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let stopped = async { drop(stopped.await) };
                match tls {
                    Some(tls) => serve_tls(listener, tls, router, &limits, stopped).await,
                    None => serve(listener, router, &limits, stopped).await,
                }
            });
        });
        Self {
            address: told.recv().unwrap(),
            echo,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    /// Sends octets on a connection of their own; everything that comes back until the server closes.
    fn exchange(&self, octets: &[u8]) -> String {
        let mut stream = self.connect();
        stream.write_all(octets).unwrap();
        read_to_end(&mut stream)
    }

    fn post(&self, packet: &str) -> String {
        self.exchange(closing_post("", packet).as_bytes())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.echo.release();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// Limits that make tests short.
fn quick() -> ListenerLimits {
    ListenerLimits {
        handshake_time: Duration::from_millis(300),
        header_time: Duration::from_millis(300),
        body_pause: Duration::from_millis(300),
        body_time: Duration::from_millis(900),
        write_pause: Duration::from_millis(300),
        drain_time: Duration::from_secs(5),
        ..ListenerLimits::default()
    }
}

fn post(instance: &str, packet: &str) -> String {
    let length = packet.len();
    format!(
        "POST /.well-known/mmm/{instance} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n{packet}"
    )
}

fn closing_post(instance: &str, packet: &str) -> String {
    post(instance, packet).replacen("\r\nHost", "\r\nConnection: close\r\nHost", 1)
}

/// Until the end, or until the connection is reset after something came.
fn read_to_end(stream: &mut impl std::io::Read) -> String {
    let mut all = Vec::new();
    let mut buffer = [0; 65536];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => all.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
    }
    String::from_utf8(all).unwrap()
}

/// Reads until the text contains this.
fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&all).contains(end) {
        let count = stream.read(&mut buffer).unwrap();
        assert!(
            count > 0,
            "closed after {:?}",
            String::from_utf8_lossy(&all)
        );
        all.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(all).unwrap()
}

fn status(response: &str) -> &str {
    response.get(9..12).unwrap_or("none")
}

fn content(response: &str) -> &str {
    response
        .split_once("\r\n\r\n")
        .map_or("", |(_, content)| content)
}

#[test]
fn a_packet_is_answered_with_a_packet() {
    let server = Server::start(quick());
    let response = server.post("abc");
    assert_eq!(status(&response), "200");
    assert_eq!(content(&response), "cba");
    assert!(response.contains("content-type: application/octet-stream"));
    let response = server.exchange(closing_post("host1", "abc").as_bytes());
    assert_eq!(content(&response), "cbahost1");
    let response = server.post("");
    assert_eq!((status(&response), content(&response)), ("200", ""));
}

#[test]
fn answers_without_a_packet_are_a_status_only() {
    let server = Server::start(quick());
    for (packet, expected) in [
        ("gone", "410"),
        ("refuse", "429"),
        ("nonsense", "500"),
        ("panic", "500"),
    ] {
        let response = server.post(packet);
        assert_eq!(
            (status(&response), content(&response)),
            (expected, ""),
            "{packet}"
        );
    }
    assert_eq!(status(&server.post("after all that")), "200");
}

#[test]
fn health_is_told() {
    let server = Server::start(quick());
    let response = server
        .exchange(b"GET /.well-known/mmm/health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_eq!((status(&response), content(&response)), ("200", "ok"));
    assert_eq!(
        status(&server.exchange(closing_post("health", "x").as_bytes())),
        "405"
    );
}

#[test]
fn other_methods_and_paths_are_refused() {
    let server = Server::start(quick());
    for (line, expected) in [
        ("GET /.well-known/mmm/", "405"),
        ("GET /.well-known/mmm/host1", "405"),
        ("PUT /.well-known/mmm/", "405"),
        ("BREW /.well-known/mmm/", "405"),
        ("POST /", "404"),
        ("POST /.well-known/mmm", "404"),
        ("POST /.well-known/mmm/a/b", "404"),
        ("POST /.well-known/mmm/../mmm/", "404"),
        ("POST /.well-known/mmm/%ff", "400"),
    ] {
        let request =
            format!("{line} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(
            status(&server.exchange(request.as_bytes())),
            expected,
            "{line}"
        );
    }
}

#[test]
fn an_announced_oversize_is_refused_before_it_is_sent() {
    let server = Server::start(quick());
    for length in [(16 << 20) + 1, 1_u64 << 40] {
        let request = format!(
            "POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n"
        );
        let mut stream = server.connect();
        stream.write_all(request.as_bytes()).unwrap();
        assert_eq!(status(&read_to_end(&mut stream)), "413");
    }
}

#[test]
fn an_oversize_in_chunks_is_refused_when_it_gets_too_long() {
    let limits = ListenerLimits {
        max_packet: 100_000,
        ..quick()
    };
    let server = Server::start(limits);
    let chunk = format!("{:x}\r\n{}\r\n", 50_000, "a".repeat(50_000));
    let head = "POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let exact = server.exchange(format!("{head}{chunk}{chunk}0\r\n\r\n").as_bytes());
    assert_eq!((status(&exact), content(&exact).len()), ("200", 100_000));
    let over = server.exchange(format!("{head}{chunk}{chunk}1\r\na\r\n").as_bytes());
    assert_eq!(status(&over), "413");
}

#[test]
fn the_largest_packet_passes() {
    let server = Server::start(ListenerLimits {
        body_time: Duration::from_secs(20),
        ..quick()
    });
    let packet = "x".repeat(16 << 20);
    let response = server.post(&packet);
    assert_eq!(status(&response), "200");
    assert!(content(&response) == packet);
}

#[test]
fn slow_headers_end_the_connection() {
    let server = Server::start(quick());
    let begun = Instant::now();
    let mut stream = server.connect();
    for octet in b"POST /.well-known/mmm/ HTTP/1.1\r\nHost: an.endless.name.that.never.ends.example"
        .iter()
        .cycle()
    {
        if stream.write_all(&[*octet]).is_err() || begun.elapsed() > Duration::from_secs(10) {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(status(&server.post("others are served")), "200");
}

#[test]
fn idle_connections_are_closed() {
    let server = Server::start(quick());
    let begun = Instant::now();
    let mut silent = server.connect();
    assert_eq!(read_to_end(&mut silent), "");
    let mut used = server.connect();
    used.write_all(post("", "abc").as_bytes()).unwrap();
    assert_eq!(content(&read_to_end(&mut used)), "cba");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn slow_bodies_are_refused_when_they_pause_and_when_they_drip() {
    let server = Server::start(quick());
    let head = "POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n";
    let mut pausing = server.connect();
    pausing.write_all(head.as_bytes()).unwrap();
    pausing.write_all(b"some").unwrap();
    assert_eq!(status(&read_to_end(&mut pausing)), "408");
    let begun = Instant::now();
    let mut dripping = server.connect();
    dripping.write_all(head.as_bytes()).unwrap();
    for _ in 0..500 {
        if dripping.write_all(b"x").is_err() || begun.elapsed() > Duration::from_millis(1100) {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(status(&read_to_end(&mut dripping)), "408");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_client_that_does_not_take_its_answer_loses_the_connection() {
    let server = Server::start(ListenerLimits {
        max_connections: 1,
        ..quick()
    });
    let mut greedy = server.connect();
    greedy.write_all(post("", "large").as_bytes()).unwrap();
    // The only place is taken until the greedy client is given up.
    let begun = Instant::now();
    assert_eq!(status(&server.post("next")), "200");
    assert!(
        begun.elapsed() > Duration::from_millis(200),
        "{:?}",
        begun.elapsed()
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
    let mut all = Vec::new();
    let ended = greedy.read_to_end(&mut all);
    assert!(ended.is_err() || all.len() < 16 << 20);
}

#[test]
fn large_headers_are_refused() {
    let server = Server::start(quick());
    let request = format!(
        "POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n",
        "y".repeat(40_000)
    );
    assert_eq!(status(&server.exchange(request.as_bytes())), "431");
    let request = format!(
        "POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\n{}\r\n",
        "X: y\r\n".repeat(500)
    );
    assert_eq!(status(&server.exchange(request.as_bytes())), "431");
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(quick());
    let requests: String = (0..20)
        .map(|n| post("", &format!("number-{n:02}")))
        .collect();
    let last = closing_post("", "the-end");
    let responses = server.exchange(format!("{requests}{last}").as_bytes());
    assert_eq!(responses.matches("HTTP/1.1 200").count(), 21);
    let mut position = 0;
    for n in 0..20 {
        let answer: String = format!("number-{n:02}").chars().rev().collect();
        let found = responses[position..].find(&answer).unwrap();
        position += found;
    }
    assert!(responses.ends_with("dne-eht"));
}

#[test]
fn garbage_gets_400_or_nothing_and_harms_nobody() {
    let server = Server::start(quick());
    let tls: &[u8] = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x00";
    let mixed = b"POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd";
    let negative = b"POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n";
    let huge = b"POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n";
    let chunks = b"POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc";
    let http2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let zeros = [0; 5000];
    for octets in [
        tls,
        mixed,
        negative,
        huge,
        chunks,
        http2,
        &zeros,
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
    ] {
        let response = server.exchange(octets);
        let status = status(&response);
        assert!(
            ["400", "none", "505"].contains(&status),
            "{status}: {:?}",
            String::from_utf8_lossy(octets)
        );
    }
    let mut half = server.connect();
    half.write_all(&post("", "abcdef").as_bytes()[..66])
        .unwrap();
    drop(half);
    assert_eq!(status(&server.post("after all that")), "200");
}

#[test]
fn a_full_house_says_so_and_recovers() {
    let server = Server::start(ListenerLimits {
        max_running: 2,
        max_waiting: 1,
        ..quick()
    });
    let mut guests: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for guest in &mut guests {
        guest
            .write_all(closing_post("", "wait").as_bytes())
            .unwrap();
    }
    server.echo.await_waiting(2);
    // The third is in the queue soon; from then on there is no room.
    let refused = (0..200).find_map(|_| {
        let mut late = server.connect();
        late.write_all(closing_post("", "late").as_bytes()).unwrap();
        late.set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let mut buffer = [0; 1000];
        let count = late.read(&mut buffer).ok()?;
        Some(String::from_utf8_lossy(&buffer[..count]).into_owned())
    });
    let refused = refused.unwrap();
    assert_eq!(status(&refused), "503");
    assert!(refused.contains("retry-after: 1"));
    server.echo.release();
    for guest in &mut guests {
        let response = read_to_end(guest);
        assert!(["200", "503"].contains(&status(&response)));
    }
    assert_eq!(status(&server.post("again")), "200");
}

#[test]
fn large_packets_share_a_budget_of_memory() {
    let server = Server::start(ListenerLimits {
        max_memory: 1 << 20,
        body_pause: Duration::from_secs(5),
        ..quick()
    });
    let head = "POST /.well-known/mmm/ HTTP/1.1\r\nHost: h\r\nContent-Length: 900001\r\n\r\n";
    let mut first = server.connect();
    first.write_all(head.as_bytes()).unwrap();
    first.write_all(&[b'x'; 900_000]).unwrap();
    thread::sleep(Duration::from_millis(150));
    assert_eq!(status(&server.post(&"y".repeat(500_000))), "503");
    assert_eq!(
        status(&server.post(&"y".repeat(60_000))),
        "200",
        "small packets always pass"
    );
    first.write_all(b"x").unwrap();
    assert_eq!(status(&read_until(&mut first, "\r\n\r\n")), "200");
    drop(first);
    assert_eq!(status(&server.post(&"y".repeat(500_000))), "200");
}

#[test]
fn a_shutdown_lets_requests_in_progress_finish() {
    let mut server = Server::start(quick());
    let mut idle = server.connect();
    let mut busy = server.connect();
    busy.write_all(post("", "wait").as_bytes()).unwrap();
    server.echo.await_waiting(1);
    drop(server.stop.take());
    assert_eq!(read_to_end(&mut idle), "");
    assert!(TcpStream::connect(server.address).is_err());
    server.echo.release();
    let response = read_to_end(&mut busy);
    assert_eq!((status(&response), content(&response)), ("200", "tiaw"));
    server.thread.take().unwrap().join().unwrap();
}

#[test]
fn a_shutdown_does_not_wait_for_ever() {
    let mut server = Server::start(ListenerLimits {
        drain_time: Duration::from_millis(200),
        ..quick()
    });
    let mut busy = server.connect();
    busy.write_all(post("", "wait").as_bytes()).unwrap();
    server.echo.await_waiting(1);
    drop(server.stop.take());
    assert_eq!(read_to_end(&mut busy), "");
}

#[test]
fn the_log_tells_sizes_and_times_and_nothing_of_the_packet() {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Lines {
        fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(octets);
            Ok(octets.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limits = quick();
    let router = router_with(Arc::new(Echo::default()), &limits);
    let (stop, stopped) = oneshot::channel::<()>();
    let response = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream
                .write_all(closing_post("", "a secret marker").as_bytes())
                .unwrap();
            let response = read_to_end(&mut stream);
            drop(stop);
            response
        });
        serve(listener, router, &limits, async { drop(stopped.await) }).await;
        client.join().unwrap()
    });
    assert_eq!(content(&response), "rekram terces a");
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let line = log
        .lines()
        .find(|line| line.contains("mesh_service::listener"))
        .unwrap();
    for part in [
        "method=POST",
        "status=200",
        "received=15",
        "sent=15",
        "micros=",
    ] {
        assert!(line.contains(part), "{line}");
    }
    assert!(!log.contains("marker") && !log.contains("rekram"));
}
