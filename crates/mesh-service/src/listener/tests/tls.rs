// SPDX-License-Identifier: MIT
//! Real handshakes on loopback, and connections that never do one.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, NamedGroup, RootCertStore, StreamOwned};

use super::*;

fn certificate(name: &str) -> (String, TlsCertificate) {
    let made = SelfSigned::generate(&[name]).unwrap();
    let certificate =
        TlsCertificate::from_pem(made.certificate.as_bytes(), made.key.as_bytes()).unwrap();
    (made.certificate, certificate)
}

fn server(limits: ListenerLimits) -> (Server, Tls, String) {
    let (pem, certificate) = certificate("mesh.example");
    let tls = Tls::new(Some(certificate)).unwrap();
    (Server::start_over(limits, Some(tls.clone())), tls, pem)
}

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A connection to the server that trusts one certificate, after the handshake.
fn shake(server: &Server, trusted: &str) -> Result<Stream, std::io::Error> {
    shake_for(server, trusted, &[])
}

/// The same, offering to carry this.
fn shake_for(server: &Server, trusted: &str, offered: &[&[u8]]) -> Result<Stream, std::io::Error> {
    let mut roots = RootCertStore::empty();
    let der = CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap();
    roots.add(der).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = offered.iter().map(|offered| offered.to_vec()).collect();
    let name = "mesh.example".try_into().unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, server.connect());
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

fn ask(stream: &mut Stream, packet: &str) -> String {
    stream.write_all(post("", packet).as_bytes()).unwrap();
    let mut buffer = [0; 4096];
    let mut all = String::new();
    while !all.contains("\r\n\r\n") || content(&all).len() < packet.len() {
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "closed after {all:?}");
        all.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    all
}

#[test]
fn a_packet_travels_over_a_hybrid_handshake() {
    let (server, _, pem) = server(quick());
    let mut stream = shake(&server, &pem).unwrap();
    let group = stream
        .conn
        .negotiated_key_exchange_group()
        .map(|group| group.name());
    assert_eq!(group, Some(NamedGroup::X25519MLKEM768));
    assert_eq!(content(&ask(&mut stream, "abc")), "cba");
    assert_eq!(
        content(&ask(&mut stream, "on the same connection")).len(),
        22
    );
}

#[test]
fn a_client_that_trusts_another_certificate_does_not_go_on() {
    let (server, _, _) = server(quick());
    let (other, _) = certificate("mesh.example");
    let error = shake(&server, &other).unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[test]
fn a_request_in_clear_is_told_to_use_tls() {
    let (server, _, _) = server(quick());
    let response = server.post("abc");
    assert_eq!(status(&response), "426");
    assert!(content(&response).contains("https://"), "{response}");
    let length = format!("Content-Length: {}\r\n", content(&response).len());
    assert!(response.contains(&length), "{response}");
}

#[test]
fn a_handshake_that_does_not_come_costs_its_place_for_a_short_time_only() {
    let (server, _, pem) = server(ListenerLimits {
        max_connections: 1,
        ..quick()
    });
    for begun in [&b""[..], b"\x16", b"\x16\x03\x01\x02\x00\x01"] {
        let mut silent = server.connect();
        silent.write_all(begun).unwrap();
        // The second one waits in the kernel until the place is free.
        let waited = Instant::now();
        let mut stream = shake(&server, &pem).unwrap();
        assert!(waited.elapsed() > Duration::from_millis(150));
        assert_eq!(content(&ask(&mut stream, "abc")), "cba");
        assert_eq!(read_to_end(&mut silent), "");
    }
}

#[test]
fn the_limits_of_requests_hold_after_the_handshake() {
    let (server, _, pem) = server(quick());
    let mut slow = shake(&server, &pem).unwrap();
    slow.write_all(b"POST /.well-known/mmm/ HTTP/1.1\r\n")
        .unwrap();
    let mut buffer = [0; 256];
    // hyper answers 408 or closes; in either case the connection ends.
    while matches!(slow.read(&mut buffer), Ok(count) if count > 0) {}
}

#[test]
fn another_certificate_is_shown_from_the_next_handshake_on() {
    let (server, tls, first) = server(ListenerLimits {
        header_time: Duration::from_secs(20),
        ..quick()
    });
    let mut open = shake(&server, &first).unwrap();
    assert_eq!(content(&ask(&mut open, "abc")), "cba");
    let (second, certificate) = certificate("mesh.example");
    tls.replace(certificate);
    assert!(shake(&server, &first).is_err());
    let mut renewed = shake(&server, &second).unwrap();
    assert_eq!(content(&ask(&mut renewed, "abc")), "cba");
    assert_eq!(content(&ask(&mut open, "abcd")), "dcba");
}

#[test]
fn without_a_certificate_nobody_is_served_until_there_is_one() {
    let tls = Tls::new(None).unwrap();
    let server = Server::start_over(quick(), Some(tls.clone()));
    let (pem, certificate) = certificate("mesh.example");
    assert!(shake(&server, &pem).is_err());
    assert!(tls.certificate().is_none());
    assert_eq!(certificate.names(), ["mesh.example"]);
    tls.replace(certificate);
    let mut stream = shake(&server, &pem).unwrap();
    assert_eq!(content(&ask(&mut stream, "abc")), "cba");
}

#[test]
fn only_who_asks_whether_the_name_is_ours_is_answered_so() {
    const ACME: &[u8] = b"acme-tls/1";
    let (server, tls, pem) = server(quick());
    let refused = |offered: &[&[u8]]| shake_for(&server, &pem, offered).unwrap_err().to_string();
    // Nobody has promised an answer.
    assert!(!refused(&[ACME]).contains("certificate"));
    let other = tls.answer("other.example", &[1; 32]).unwrap();
    assert!(!refused(&[ACME]).contains("certificate"));
    let answering = tls.answer("Mesh.example", &[1; 32]).unwrap();
    // It is no certificate for clients.
    assert!(refused(&[ACME]).contains("certificate"));
    let http: &[u8] = b"http/1.1";
    for offered in [&[][..], &[http], &[ACME, http]] {
        let mut stream = shake_for(&server, &pem, offered).unwrap();
        assert_eq!(content(&ask(&mut stream, "abc")), "cba");
    }
    drop((answering, other));
    assert!(!refused(&[ACME]).contains("certificate"));
}

#[test]
fn a_shutdown_does_not_wait_for_handshakes() {
    let (server, _, _) = server(ListenerLimits {
        handshake_time: Duration::from_secs(20),
        drain_time: Duration::from_secs(20),
        ..quick()
    });
    let silent = server.connect();
    thread::sleep(Duration::from_millis(100));
    let begun = Instant::now();
    drop(server);
    assert!(begun.elapsed() < Duration::from_secs(10));
    drop(silent);
}

#[test]
fn a_certificate_and_a_key_that_do_not_fit_are_refused() {
    let one = SelfSigned::generate(&["one.example"]).unwrap();
    let other = SelfSigned::generate(&["one.example"]).unwrap();
    for (chain, key) in [
        (one.certificate.as_bytes(), other.key.as_bytes()),
        (b"".as_slice(), one.key.as_bytes()),
        (one.certificate.as_bytes(), b"".as_slice()),
        (one.key.as_bytes(), one.certificate.as_bytes()),
    ] {
        let error = TlsCertificate::from_pem(chain, key).unwrap_err();
        assert!(matches!(error, crate::Error::Certificate { .. }));
    }
    let good = TlsCertificate::from_pem(one.certificate.as_bytes(), one.key.as_bytes()).unwrap();
    assert_eq!(good.fingerprint().len(), 32);
    assert!(good.not_before() < good.not_after());
    assert!(SelfSigned::generate(&["näh"]).is_err());
}
