// SPDX-License-Identifier: MIT
//! Answers from a name server on loopback, and from files.

use std::net::UdpSocket;
use std::thread::JoinHandle;

use domain::base::MessageBuilder;
use domain::base::iana::Rcode;

use super::*;

/// Knows nothing, and says when it is asked.
#[derive(Debug)]
struct Nobody;

impl Nobody {
    fn silent(name: &str) -> ResolveError {
        ResolveError::NoAnswer {
            name: name.to_owned(),
            text: "nobody is there".to_owned(),
        }
    }
}

impl Resolver for Nobody {
    fn services(&self, name: &str) -> Result<Vec<ServiceRecord>, ResolveError> {
        Err(Self::silent(name))
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, ResolveError> {
        Err(Self::silent(name))
    }

    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        Err(Self::silent(host))
    }
}

/// A name server that answers so many questions.
fn name_server(questions: usize) -> (SocketAddr, JoinHandle<()>) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let thread = thread::spawn(move || {
        for _ in 0..questions {
            let mut buffer = [0; 1500];
            let (length, from) = socket.recv_from(&mut buffer).unwrap();
            let asked = Message::from_octets(&buffer[..length]).unwrap();
            let answer = answer(&asked);
            socket.send_to(&answer, from).unwrap();
        }
    });
    (address, thread)
}

fn answer(asked: &Message<&[u8]>) -> Vec<u8> {
    let question = asked.first_question().unwrap();
    let (name, kind) = (question.qname().to_string(), question.qtype());
    let known = ["_mmm._tcp.example.org", "one.example.org"].contains(&name.as_str());
    let code = match name.as_str() {
        "broken.example.org" => Rcode::SERVFAIL,
        _ if known => Rcode::NOERROR,
        _ => Rcode::NXDOMAIN,
    };
    let mut answer = MessageBuilder::new_vec().start_answer(asked, code).unwrap();
    let owner = Name::<Vec<u8>>::from_str(&name).unwrap();
    let mut push = |data: ZoneRecordData<Vec<u8>, Name<Vec<u8>>>| {
        answer.push((owner.clone(), 60, data)).unwrap();
    };
    if known {
        match kind {
            Rtype::SRV => {
                let target = Name::from_str("one.example.org").unwrap();
                push(Srv::new(1, 2, 8443, target).into());
            }
            Rtype::TXT => push(Txt::build_from_slice(b"path=/mesh").unwrap().into()),
            Rtype::A => push(A::from_octets(192, 0, 2, 1).into()),
            _ => {}
        }
    }
    answer.finish()
}

#[test]
fn a_name_server_is_asked() {
    let (server, thread) = name_server(5);
    let resolver = DnsResolver::asking(server);
    let expected = ServiceRecord {
        priority: 1,
        weight: 2,
        port: 8443,
        target: "one.example.org".to_owned(),
    };
    let name = "_mmm._tcp.example.org";
    assert_eq!(resolver.services(name).unwrap(), [expected]);
    assert_eq!(resolver.texts(name).unwrap(), ["path=/mesh"]);
    let addresses = resolver.addresses("one.example.org").unwrap();
    assert_eq!(addresses, [IpAddr::from([192, 0, 2, 1])]);
    assert_eq!(resolver.services("_mmm._tcp.example.com").unwrap(), []);
    thread.join().unwrap();
}

#[test]
fn a_name_server_that_fails_is_no_absence_of_records() {
    let (server, _thread) = name_server(1);
    let error = DnsResolver::asking(server).services("broken.example.org");
    assert!(error.unwrap_err().to_string().contains("SERVFAIL"));
    let error = DnsResolver::default().services(&"a".repeat(64));
    assert!(matches!(error, Err(ResolveError::NoAnswer { .. })));
}

#[test]
fn a_file_stands_before_the_dns_name_by_name() {
    let text = "; what the operator has printed
_mmm._tcp.example.org. 3600 IN SRV 0 0 443 mesh.example.org.
_mmm._tcp.example.org IN TXT \"path=/.well-known/mmm/\" \"tls=no\"
mesh.example.org. A 127.0.0.1
Mesh.Example.org. AAAA ::1";
    let file = RecordFile::parse(text, Arc::new(Nobody)).unwrap();
    let services = file.services("_mmm._tcp.EXAMPLE.org").unwrap();
    assert_eq!(services.len(), 1);
    assert_eq!(
        (services[0].port, owner(&services[0].target)),
        (443, "mesh.example.org".to_owned())
    );
    assert_eq!(
        file.texts("_mmm._tcp.example.org.").unwrap(),
        ["path=/.well-known/mmm/", "tls=no"]
    );
    let addresses = file.addresses("mesh.example.org").unwrap();
    assert_eq!(addresses.len(), 2);
    assert_eq!(file.services("mesh.example.org").unwrap(), []);
    assert!(file.addresses("other.example.org").is_err());
}

#[test]
fn a_file_that_is_none_is_refused_with_its_place() {
    for text in [
        "example.org. SRV 0 0 x mesh.example.org.",
        "example.org. MX 10 mail.example.org.",
        "$INCLUDE other",
        "127.0.0.1 mesh.example.org",
    ] {
        let error = RecordFile::parse(text, Arc::new(Nobody)).unwrap_err();
        assert!(!error.is_empty(), "{text}");
    }
}
