// SPDX-License-Identifier: MIT
//! What follows from answers of the DNS.

use std::collections::BTreeSet;

use mesh_crypto::Seeded;

use super::*;

/// A DNS in which one name has records.
#[derive(Debug, Default)]
struct One {
    services: Vec<ServiceRecord>,
    texts: Vec<String>,
    silent: bool,
    vouched: bool,
}

impl Resolver for One {
    fn services(&self, name: &str) -> Result<Vec<ServiceRecord>, ResolveError> {
        assert_eq!(name, "_mmm._tcp.example.org");
        match self.silent {
            true => Err(ResolveError::NoAnswer {
                name: name.to_owned(),
                text: "timeout".to_owned(),
            }),
            false => Ok(self.services.clone()),
        }
    }

    fn texts(&self, _: &str) -> Result<Vec<String>, ResolveError> {
        Ok(self.texts.clone())
    }

    fn addresses(&self, _: &str) -> Result<Vec<IpAddr>, ResolveError> {
        unreachable!("addresses are looked up on connecting")
    }

    fn vouches(&self, _: &str) -> bool {
        self.vouched
    }
}

fn host(priority: u16, weight: u16, target: &str) -> ServiceRecord {
    ServiceRecord {
        priority,
        weight,
        port: 8443,
        target: target.to_owned(),
    }
}

fn found(dns: &One, seed: u64) -> Result<Vec<String>, ResolveError> {
    let map = ServiceMap::parse("mapped.example=http://127.0.0.1:1").unwrap();
    let found = discover("Example.org", &map, dns, &Seeded::new(seed))?;
    Ok(found.iter().map(|found| found.url().to_owned()).collect())
}

#[test]
fn the_map_and_this_machine_are_asked_before_the_dns() {
    let map = ServiceMap::parse("mapped.example=http://127.0.0.1:1").unwrap();
    for (domain, url) in [
        ("Mapped.example", "http://127.0.0.1:1/.well-known/mmm/"),
        ("localhost", "http://127.0.0.1:15099/.well-known/mmm/"),
    ] {
        let dns = One {
            silent: true,
            ..One::default()
        };
        let found = discover(domain, &map, &dns, &Seeded::new(1)).unwrap();
        assert_eq!(found[0].url(), url);
    }
}

#[test]
fn a_domain_without_records_has_its_service_at_mmm() {
    let urls = found(&One::default(), 1).unwrap();
    assert_eq!(urls, ["https://mmm.example.org/.well-known/mmm/"]);
}

#[test]
fn the_records_say_host_port_path_and_whether_it_speaks_tls() {
    let mut dns = One {
        services: vec![host(0, 0, "mesh.example.org.")],
        ..One::default()
    };
    let base = "mesh.example.org:8443";
    assert_eq!(
        found(&dns, 1).unwrap(),
        [format!("https://{base}/.well-known/mmm/")]
    );
    dns.texts = vec!["version=1 PATH=/mesh".to_owned(), "tls=no".to_owned()];
    dns.vouched = true;
    assert_eq!(found(&dns, 1).unwrap(), [format!("http://{base}/mesh/")]);
    dns.vouched = false;
    dns.texts = vec!["path=/mesh".to_owned()];
    assert_eq!(found(&dns, 1).unwrap(), [format!("https://{base}/mesh/")]);
    for nonsense in ["path=mesh", "path=/a?b", "path", "=", "path=/é"] {
        dns.texts = vec![nonsense.to_owned()];
        assert_eq!(
            found(&dns, 1).unwrap(),
            [format!("https://{base}/.well-known/mmm/")],
            "{nonsense}"
        );
    }
}

#[test]
fn what_an_operator_writes_is_read() {
    for (tls, pins) in [(true, 0), (false, 0), (true, 2)] {
        let text = ServiceText {
            path: "/mesh/".to_owned(),
            tls,
            pins: (0..pins).map(|at| CertificatePin::new([at; 32])).collect(),
        };
        let strings = text.strings();
        assert!(strings.iter().all(|string| string.len() < 256));
        assert_eq!(ServiceText::parse(&strings).as_ref(), Ok(&text));
        assert_eq!(ServiceText::parse(&[strings.join(" ")]), Ok(text));
    }
}

#[test]
fn a_pin_in_the_records_is_that_of_every_host() {
    let pin = CertificatePin::new([7; 32]);
    let dns = One {
        services: vec![host(0, 0, "one"), host(1, 0, "two")],
        texts: vec![format!("pin={pin}")],
        ..One::default()
    };
    let found = discover("example.org", &ServiceMap::default(), &dns, &Seeded::new(1)).unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|host| host.tls() && host.pins() == [pin]));
}

#[test]
fn pins_that_cannot_be_followed_are_no_missing_pins() {
    let pin = CertificatePin::new([7; 32]);
    let mut dns = One {
        services: vec![host(0, 0, "one")],
        texts: vec![format!("pin={pin}"), "pin=sha256:short".to_owned()],
        ..One::default()
    };
    let error = found(&dns, 1).unwrap_err();
    assert!(
        error.to_string().contains("pin=\"sha256:short\""),
        "{error}"
    );
    let pins = |count: usize| {
        let pins = (0..count).map(|at| CertificatePin::new([u8::try_from(at).unwrap(); 32]));
        pins.map(|pin| format!("pin={pin}")).collect()
    };
    dns.texts = pins(16);
    assert!(found(&dns, 1).is_ok());
    dns.texts = pins(17);
    assert!(matches!(found(&dns, 1), Err(ResolveError::Text { .. })));
}

#[test]
fn without_tls_the_dns_cannot_aim_at_whatever_it_likes() {
    let mut dns = One {
        services: vec![host(0, 0, "printer.example")],
        texts: vec!["tls=no".to_owned(), "path=/reset".to_owned()],
        ..One::default()
    };
    assert!(matches!(found(&dns, 1), Err(ResolveError::Text { .. })));
    dns.texts = vec!["tls=no".to_owned()];
    assert_eq!(
        found(&dns, 1).unwrap(),
        ["http://printer.example:8443/.well-known/mmm/"]
    );
    for address in [
        "127.0.0.1",
        "169.254.169.254",
        "127.1.",
        "2130706433",
        "0x7f.0x1",
    ] {
        dns.services = vec![host(0, 0, address)];
        assert!(
            matches!(found(&dns, 1), Err(ResolveError::NoService { .. })),
            "{address}"
        );
    }
    // Who writes it into a file on this machine means it.
    dns.vouched = true;
    assert!(found(&dns, 1).is_ok());
}

#[test]
fn what_only_the_dns_says_is_known_as_such() {
    let mut dns = One {
        services: vec![host(0, 0, "one")],
        ..One::default()
    };
    for vouched in [false, true] {
        dns.vouched = vouched;
        let found = discover("example.org", &ServiceMap::default(), &dns, &Seeded::new(1)).unwrap();
        assert_eq!(found[0].is_by_dns(), !vouched);
    }
}

#[test]
fn hosts_come_by_priority_and_by_lot() {
    let dns = One {
        services: vec![
            host(2, 0, "last"),
            host(1, 1, "light"),
            host(1, 9, "heavy"),
            host(1, 0, "never"),
        ],
        ..One::default()
    };
    let mut first = BTreeSet::new();
    let mut light = 0;
    for seed in 0..200 {
        let urls = found(&dns, seed).unwrap();
        assert_eq!(urls.len(), 4);
        assert!(urls[3].contains("last"));
        light += usize::from(urls[0].contains("light"));
        first.insert(urls[0].clone());
    }
    // By weight a tenth of the clients begin with the light one.
    assert!((5..50).contains(&light), "{light}");
    assert!(first.iter().any(|url| url.contains("heavy")));
    assert!(!first.iter().any(|url| url.contains("last")));
}

#[test]
fn no_service_and_no_answer_are_told_apart() {
    let none = One {
        services: vec![host(0, 0, ".")],
        ..One::default()
    };
    assert!(matches!(
        found(&none, 1),
        Err(ResolveError::NoService { .. })
    ));
    let silent = One {
        silent: true,
        ..One::default()
    };
    assert!(matches!(
        found(&silent, 1),
        Err(ResolveError::NoAnswer { .. })
    ));
    let hostile = One {
        services: vec![host(0, 0, "user@evil.example/path?")],
        ..One::default()
    };
    assert!(found(&hostile, 1).is_err());
}
