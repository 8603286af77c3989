// SPDX-License-Identifier: MIT
//! Certificates by ACME, from Pebble, which `apt install pebble` brings.
//!
//! Spec: RFC 8555, RFC 8737.
//! Here: getting one by tls-alpn-01 and by http-01, keeping it, renewing it, and what happens while the authority does not help.
//! Not here: other certificates (`tls`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Lines};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::name_server::NameServer;
use crate::tls::{Authority, Net, Service, openssl_pin};
use crate::world::{run, write_0600};

const DOMAIN: &str = "mesh.example";
const HOST: &str = "mmm.mesh.example";
const FURTHER: &str = "mail.mesh.example";
const ALICE: &str = "alice@mesh.example";
/// How long the authority may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// A port that nobody uses now.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// An authority.
struct Pebble {
    child: Child,
    management: u16,
    _names: NameServer,
}

impl Drop for Pebble {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where it will be, and who vouches for it.
struct Plan {
    port: u16,
    directory: String,
    /// By what it knows who is allowed an account, if it asks.
    binding: Option<(String, String)>,
}

impl Plan {
    fn new(net: &Net) -> Self {
        let authority = Authority::new();
        authority.issue(net, "localhost", 2020..2060);
        for file in ["chain.pem", "key.pem"] {
            std::fs::rename(net.path(file), net.path(&format!("pebble-{file}"))).unwrap();
        }
        std::fs::write(net.path("pebble-ca.pem"), &authority.pem).unwrap();
        let port = free_port();
        Self {
            port,
            directory: format!("https://localhost:{port}/dir"),
            binding: None,
        }
    }

    /// Starts it: it looks at these ports of the host, whose address is that of this machine.
    fn start(&self, net: &Net, tls: u16, http: u16) -> Pebble {
        self.start_issuing(net, tls, http, Duration::from_secs(5 * 365 * 86_400))
    }

    /// The same with certificates that are valid for this long.
    fn start_issuing(&self, net: &Net, tls: u16, http: u16, valid: Duration) -> Pebble {
        let names = format!("{HOST}. A 127.0.0.1\n{FURTHER}. A 127.0.0.1");
        let names = NameServer::start(&names);
        let management = free_port();
        let config = json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{}", self.port),
            "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": net.path("pebble-chain.pem"),
            "privateKey": net.path("pebble-key.pem"),
            "tlsPort": tls,
            "httpPort": http,
            "certificateValidityPeriod": valid.as_secs(),
            "externalAccountBindingRequired": self.binding.is_some(),
            "externalAccountMACKeys": self.binding.iter().cloned().collect::<BTreeMap<_, _>>(),
        }});
        std::fs::write(net.path("pebble.json"), config.to_string()).unwrap();
        let log = net.path("pebble.log");
        let child = Command::new("pebble")
            .arg("-config")
            .arg(net.path("pebble.json"))
            .args(["-strict", "-dnsserver", &names.address()])
            .env("PEBBLE_VA_NOSLEEP", "1")
            .env("PEBBLE_VA_ALWAYS_VALID", "0")
            .env("PEBBLE_AUTHZREUSE", "0")
            .env("PEBBLE_WFE_NONCEREJECT", "20")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .expect("pebble is needed: apt install pebble");
        let pebble = Pebble {
            child,
            management,
            _names: names,
        };
        let begun = Instant::now();
        let root = loop {
            if let Some(root) = pebble.root() {
                break root;
            }
            if begun.elapsed() > PATIENCE {
                panic!("pebble does not answer: {:?}", std::fs::read_to_string(log));
            }
            sleep(Duration::from_millis(50));
        };
        std::fs::write(net.path("ca.pem"), root).unwrap();
        // It listens for clients last.
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            sleep(Duration::from_millis(20));
        }
        pebble
    }

    fn options<'a>(&'a self, ca: &'a str) -> Vec<&'a str> {
        let directory = &self.directory;
        vec!["--acme", "--acme-directory", directory, "--acme-ca", ca]
    }
}

impl Pebble {
    /// The certificate under which it issues others.
    fn root(&self) -> Option<String> {
        let at = format!("127.0.0.1:{}", self.management);
        let mut command = Command::new("openssl");
        command.args(["s_client", "-quiet", "-connect", &at]);
        let done = run(&mut command, "GET /roots/0 HTTP/1.0\r\n\r\n");
        let begin = done.stdout.find("-----BEGIN")?;
        if begin == 0 || !done.stdout.starts_with("HTTP/1.0 200") {
            return None;
        }
        Some(done.stdout[begin..].to_owned())
    }
}

/// A service with what it logs.
struct Logged {
    service: Service,
    log: Lines<BufReader<ChildStderr>>,
}

impl Logged {
    fn start(net: &Net, listen: &str, options: &[&str]) -> Self {
        let arguments = [DOMAIN, "--data", "svc", "--listen", listen];
        let mut command = net.servermesh(&[&arguments, options].concat());
        command.env("MMM_LOG", "info").stderr(Stdio::piped());
        let (mut service, _lines) = Service::start(&mut command);
        let log = BufReader::new(service.child.stderr.take().unwrap()).lines();
        Self { service, log }
    }

    /// Waits until it logs this.
    fn says(&mut self, part: &str) -> String {
        self.says_without(part, "panicked")
    }

    /// The same where it must not log that before.
    fn says_without(&mut self, part: &str, wrong: &str) -> String {
        for line in &mut self.log {
            let line = line.unwrap();
            // Shown when the test fails.
            eprintln!("{line}");
            if line.contains(part) {
                return line;
            }
            assert!(!line.contains(wrong), "{line}");
        }
        panic!("it never said {part:?}");
    }

    /// Waits until it logs this, and lets it try again at once where an attempt fails, as it may on a machine that is busy.
    fn says_trying(&mut self, part: &str) {
        let mut seen = Vec::new();
        for _ in 0..10 {
            self.hang_up();
            for line in &mut self.log {
                let line = line.unwrap();
                let again = line.contains("it is tried again then");
                if line.contains(part) {
                    return;
                }
                seen.push(line);
                if again {
                    break;
                }
            }
        }
        panic!("it never said {part:?}: {seen:#?}");
    }

    fn hang_up(&self) {
        let pid = self.service.child.id().to_string();
        let told = Command::new("kill").args(["-HUP", &pid]).status().unwrap();
        assert!(told.success());
    }

    fn publish(&self, net: &Net) {
        let records = format!(
            "_mmm._tcp.{DOMAIN}. SRV 0 0 {} {HOST}.\n{HOST}. A 127.0.0.1\n",
            self.service.port()
        );
        std::fs::write(net.path("records"), records).unwrap();
    }
}

const ISSUED: &str = "a certificate was issued";

#[test]
fn a_service_gets_a_certificate_that_clients_believe_and_keeps_it() {
    let net = Net::new();
    let plan = Plan::new(&net);
    let ca = net.path("pebble-ca.pem").to_str().unwrap().to_owned();
    let mut options = plan.options(&ca);
    options.extend(["--acme-contact", "operator@mesh.example"]);

    // The authority does not answer yet: there is a service, and nobody is served.
    let mut logged = Logged::start(&net, "127.0.0.1:0", &options);
    logged.publish(&net);
    let failed = logged.says("there is no certificate");
    assert!(failed.contains("Connect"), "{failed}");
    let done = net.run("a", &["account", "create", ALICE], "");
    assert_eq!(done.code, 7, "{done:?}");

    // It answers, and finds another service at the port to which the host leads.
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let wrong = other.local_addr().unwrap().port();
    let pebble = plan.start(&net, free_port(), wrong);
    logged.hang_up();
    let failed = logged.says("trouble=");
    assert!(
        failed.contains("could not make sure of mmm.mesh.example"),
        "{failed}"
    );
    assert!(failed.contains("there is no certificate"), "{failed}");
    drop((pebble, other));

    // Now everything is in order. The account at the authority went with it, which is no reason to be without a certificate.
    let port = logged.service.port();
    let _pebble = plan.start(&net, port, free_port());
    logged.says_trying("does not know the account any more");
    logged.says_trying(ISSUED);
    net.story_of(ALICE);
    for file in ["account.json", "certificate.pem"] {
        let path = net.path("svc/acme").join(file);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let pin = openssl_pin(&net.path("svc/acme/certificate.pem"));

    // Started again it goes on with both.
    drop(logged);
    let at = format!("127.0.0.1:{port}");
    let mut arguments = vec![DOMAIN, "--data", "svc", "--listen", &at];
    arguments.extend(&options);
    let (service, _lines) = Service::start(&mut net.servermesh(&arguments));
    net.ask("a", &["account", "sync"], "");
    drop(service);
    assert_eq!(openssl_pin(&net.path("svc/acme/certificate.pem")), pin);

    // For another host, or by another authority, it gets another one.
    options.extend(["--host", "other.mesh.example"]);
    let mut logged = Logged::start(&net, &at, &options);
    logged.says("another authority or for another host");
    logged.says("there is no certificate");
}

#[test]
fn a_certificate_is_renewed_in_time_and_the_former_one_is_shown_until_then() {
    let net = Net::new();
    let plan = Plan::new(&net);
    let ca = net.path("pebble-ca.pem").to_str().unwrap().to_owned();
    let http = format!("127.0.0.1:{}", free_port());
    let mut options = plan.options(&ca);
    options.extend(["--acme-http", &http]);

    // More than two thirds of the time of this one are over.
    let former = Authority::new();
    former.issue(&net, HOST, 2000..2030);
    let part = |file: &str| std::fs::read_to_string(net.path(file)).unwrap();
    let kept = format!(
        "{HOST} by {}\n{}{}",
        plan.directory,
        part("key.pem"),
        part("chain.pem")
    );
    std::fs::create_dir_all(net.path("svc/acme")).unwrap();
    write_0600(&net.path("svc/acme/certificate.pem"), &kept);
    std::fs::write(net.path("ca.pem"), &former.pem).unwrap();

    let mut logged = Logged::start(&net, "127.0.0.1:0", &options);
    logged.publish(&net);
    logged.says("the certificate was not renewed, and is still valid");
    net.ask("a", &["account", "create", ALICE], "");

    let (_, port) = http.rsplit_once(':').unwrap();
    let _pebble = plan.start(&net, free_port(), port.parse().unwrap());
    logged.says_trying(ISSUED);
    // ca.pem is now that of Pebble.
    net.ask("a", &["account", "sync"], "");
    logged.hang_up();
    logged.says("not due");
}

#[test]
fn without_room_no_certificate_is_used_up_and_none_is_lost() {
    let net = Net::new();
    let plan = Plan::new(&net);
    let ca = net.path("pebble-ca.pem").to_str().unwrap().to_owned();
    let http = free_port();
    let at = format!("127.0.0.1:{http}");
    let mut options = plan.options(&ca);
    options.extend(["--acme-http", &at]);
    let _pebble = plan.start(&net, free_port(), http);
    let kept = |file: &str| net.path("svc/acme").join(file);
    // Files cannot be written where directories are.
    for file in ["next-key.pem", "certificate.pem"] {
        std::fs::create_dir_all(kept(file)).unwrap();
    }
    write_0600(&kept("account.json"), "of a disk that was full");

    let mut logged = Logged::start(&net, "127.0.0.1:0", &options);
    logged.publish(&net);
    logged.says("the account at the authority cannot be read");
    logged.says_without("there is no certificate", ISSUED);

    // What was issued is shown, and written as soon as that is possible.
    std::fs::remove_dir(kept("next-key.pem")).unwrap();
    logged.says_trying(ISSUED);
    logged.says("cannot be written");
    net.ask("a", &["account", "create", ALICE], "");
    std::fs::remove_dir(kept("certificate.pem")).unwrap();
    logged.hang_up();
    logged.says_without("not due", ISSUED);
    let begun = Instant::now();
    while !kept("certificate.pem").is_file() {
        assert!(begun.elapsed() < PATIENCE, "it is written");
        sleep(Duration::from_millis(50));
    }
    assert!(!kept("next-key.pem").exists());
}

#[test]
fn a_certificate_that_is_due_at_once_is_not_ordered_over_and_over() {
    let net = Net::new();
    let plan = Plan::new(&net);
    let ca = net.path("pebble-ca.pem").to_str().unwrap().to_owned();
    let http = free_port();
    let at = format!("127.0.0.1:{http}");
    let mut options = plan.options(&ca);
    options.extend(["--acme-http", &at]);
    let short = Duration::from_secs(2);
    let _pebble = plan.start_issuing(&net, free_port(), http, short);
    let mut logged = Logged::start(&net, "127.0.0.1:0", &options);
    logged.says(ISSUED);
    logged.says_without("due for renewal already", ISSUED);
    logged.says_without("it is tried again then", ISSUED);
}

#[test]
fn options_that_no_authority_can_follow_are_refused() {
    let net = Net::new();
    for (arguments, part) in [
        (
            &["localhost", "--host", "localhost", "--acme"][..],
            "--host",
        ),
        (&["mesh.example", "--host", "192.0.2.1", "--acme"], "--host"),
        (
            &["mesh.example", "--acme", "--acme-directory", "http://a"],
            "https://",
        ),
        (&["mesh.example", "--acme", "--acme-ca", "absent"], "absent"),
        (
            &["mesh.example", "--acme", "--acme-contact", "nobody"],
            "operator@",
        ),
        (&["mesh.example", "--acme-contact", "a@b.example"], "--acme"),
        (&["mesh.example", "--acme", "--plain"], "--plain"),
    ] {
        let done = run(&mut net.servermesh(arguments), "");
        assert_eq!(done.code, 2, "{arguments:?}: {done:?}");
        assert!(done.stderr.contains(part), "{done:?}");
    }
}

#[test]
fn an_authority_that_asks_who_it_is_gives_one_certificate_for_several_names() {
    let net = Net::new();
    let mut plan = Plan::new(&net);
    let key = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
    plan.binding = Some(("customer-1".to_owned(), key.to_owned()));
    let ca = net.path("pebble-ca.pem").to_str().unwrap().to_owned();
    let mut options = plan.options(&ca);
    options.extend(["--acme-names", FURTHER]);

    // Whom it does not know gets nothing, and hears why.
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let pebble = plan.start(&net, port, free_port());
    let mut logged = Logged::start(&net, &listen, &options);
    let failed = logged.says("there is no certificate");
    assert!(failed.contains("externalAccountBinding"), "{failed}");
    drop(logged);
    let file = net.path("eab.key");
    write_0600(&file, &format!("{key}\n"));
    let file = file.to_str().unwrap();
    let bound = ["--acme-eab", "customer-1", "--acme-eab-key-file", file];
    let wrong = ["--acme-eab", "customer-2", "--acme-eab-key-file", file];
    let mut logged = Logged::start(&net, &listen, &[&options[..], &wrong].concat());
    logged.says("there is no certificate");
    drop(logged);

    let mut logged = Logged::start(&net, &listen, &[&options[..], &bound].concat());
    logged.publish(&net);
    logged.says("an account was made");
    logged.says_trying(ISSUED);
    net.story_of(ALICE);
    let certificate = net.path("svc/acme/certificate.pem");
    let mut command = Command::new("openssl");
    command.args(["x509", "-noout", "-ext", "subjectAltName", "-in"]);
    let names = run(command.arg(&certificate), "").stdout;
    assert!(names.contains(HOST) && names.contains(FURTHER), "{names}");
    let kept = std::fs::read_to_string(net.path("svc/acme/account.json")).unwrap();
    assert!(kept.contains("customer-1") && !kept.contains(key));
    let pin = openssl_pin(&certificate);
    drop((logged, pebble));

    // Started again it goes on with both, without the authority; and what is not for all names is not used.
    let logged = Logged::start(&net, &listen, &[&options[..], &bound].concat());
    assert_eq!(openssl_pin(&certificate), pin);
    net.ask("a", &["account", "sync"], "");
    drop(logged);
    let more = ["--acme-names", "third.mesh.example"];
    let mut logged = Logged::start(&net, &listen, &[&options[..], &bound, &more].concat());
    logged.says("is not used");
    drop(logged);

    // A key that is none, and one that others can read.
    let serve = |file: &str| {
        let arguments = [DOMAIN, "--data", "svc", "--listen", "127.0.0.1:0"];
        let eab = ["--acme-eab", "customer-1", "--acme-eab-key-file", file];
        run(
            &mut net.servermesh(&[&arguments[..], &options, &eab].concat()),
            "",
        )
    };
    write_0600(&net.path("wrong.key"), "no key at all!\n");
    let done = serve(net.path("wrong.key").to_str().unwrap());
    assert_eq!(done.code, 2, "{done:?}");
    assert!(!done.stderr.contains("no key at all"), "{done:?}");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(file, open).unwrap();
    assert_ne!(serve(file).code, 0);
}
