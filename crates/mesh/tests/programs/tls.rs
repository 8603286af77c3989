// SPDX-License-Identifier: MIT
//! A service over TLS, found through the DNS, as its operator and its users meet it.
//!
//! Spec: mesh-protocol, "Service Discovery".
//! Here: records and their check, certificates of the service's own and of an authority, and what clients say of wrong ones.
//! Not here: certificates by ACME (`acme`), TLS itself (`mesh-service`, listener).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mesh_client::dns::DnsResolver;
use mesh_client::{Client, Directory, Home, HomeUnlock, ServiceMap, check_address};
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::Sealing;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::name_server::NameServer;
use crate::world::{Done, run, text, write_0600};

const DOMAIN: &str = "mesh.example";
const HOST: &str = "host.mesh.example";
const ALICE: &str = "alice@mesh.example";

/// A directory for everything, in which the records of the domain are in the file `records`.
pub(crate) struct Net {
    directory: TempDir,
}

/// A service that was started.
pub(crate) struct Service {
    pub(crate) child: Child,
    pub(crate) url: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    /// Starts a service, and reads what it prints up to where it listens.
    pub(crate) fn start(command: &mut Command) -> (Self, impl Iterator<Item = String> + use<>) {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut lines = out.lines().map_while(Result::ok);
        let url = lines
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("the service says where it listens");
        (Self { child, url }, lines)
    }

    pub(crate) fn port(&self) -> u16 {
        let (_, port) = self.url.rsplit_once(':').unwrap();
        port.parse().unwrap()
    }
}

impl Net {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let net = Self { directory };
        write_0600(&net.path("passphrase"), "the passphrase of all homes\n");
        net
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// `servermesh` with a clean environment.
    pub(crate) fn servermesh(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
        command
            .env_clear()
            .env("MMM_LOG", "warn")
            .args(arguments)
            .current_dir(self.directory.path());
        command
    }

    fn serve(&self, data: &str, listen: &str, options: &[&str]) -> (Service, Option<String>) {
        let arguments = [DOMAIN, "--host", HOST, "--listen", listen, "--data", data];
        let mut command = self.servermesh(&[&arguments, options].concat());
        let (service, mut lines) = Service::start(&mut command);
        let pin = options
            .contains(&"--self-signed")
            .then(|| lines.find_map(|line| line.strip_prefix("certificate ").map(str::to_owned)));
        (service, pin.flatten())
    }

    /// Writes the records that `servermesh dns` says this service needs; the DNS has none of them.
    fn publish(&self, service: &Service, options: &[&str]) {
        let empty = NameServer::start("");
        let (port, server) = (service.port().to_string(), empty.address());
        let arguments = [
            "dns",
            DOMAIN,
            "--host",
            HOST,
            "--address",
            "127.0.0.1",
            "--port",
            &port,
            "--server",
            &server,
        ];
        let done = run(&mut self.servermesh(&[&arguments, options].concat()), "");
        assert_eq!(done.code, 4, "the records are missing: {done:?}");
        std::fs::write(self.path("records"), done.stdout).unwrap();
    }

    /// `meshman` on the device with this home.
    pub(crate) fn meshman(&self, home: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meshman"));
        command
            .env_clear()
            .env("MMM_HOME", self.path(home))
            .env("MMM_PASSPHRASE_FILE", self.path("passphrase"))
            .env("MMM_DNS", self.path("records"));
        command
    }

    /// The same where the authority of `ca.pem` is believed, if there is one.
    pub(crate) fn run(&self, home: &str, arguments: &[&str], input: &str) -> Done {
        let mut command = self.meshman(home);
        if self.path("ca.pem").exists() {
            command.env("SSL_CERT_FILE", self.path("ca.pem"));
        }
        run(command.args(arguments).arg("--json"), input)
    }

    pub(crate) fn ask(&self, home: &str, arguments: &[&str], input: &str) -> Value {
        let done = self.run(home, arguments, input);
        assert_eq!(done.code, 0, "{arguments:?}: {done:?}");
        done.object()
    }

    /// Cause and remedy of what must be refused as not to be trusted.
    fn untrusted(&self, home: &str, arguments: &[&str]) -> (String, String) {
        let done = self.run(home, arguments, "");
        assert_eq!(done.code, 4, "{arguments:?}: {done:?}");
        let object = done.object();
        let error = object.get("error").unwrap();
        (text(error, "message"), text(error, "remedy"))
    }

    /// An account on two devices that share a password.
    pub(crate) fn story_of(&self, account: &str) {
        self.ask("a", &["account", "create", account], "");
        self.ask(
            "a",
            &["password", "add", "example.com", "alice", "--stdin"],
            "over TLS\n",
        );
        let pin = text(&self.ask("a", &["account", "pin"], ""), "pin");
        self.ask("b", &["device", "request", account, "--pin-stdin"], &pin);
        self.ask("a", &["account", "sync", "--auto"], "");
        self.ask("b", &["device", "complete"], "");
        let shown = self.ask("b", &["password", "get", "example.com"], "");
        assert_eq!(text(&shown, "password"), "over TLS");
    }
}

#[test]
fn a_self_signed_service_is_found_through_its_records_and_recognised() {
    let net = Net::new();
    let (service, pin) = net.serve("svc", "127.0.0.1:0", &["--self-signed"]);
    assert!(service.url.starts_with("https://"), "{}", service.url);
    let pin = pin.unwrap();
    net.publish(&service, &["--pin", &pin]);
    net.story_of(ALICE);

    // Started again it shows the same certificate.
    let listen = format!("127.0.0.1:{}", service.port());
    drop(service);
    let (service, same) = net.serve("svc", &listen, &["--self-signed"]);
    assert_eq!(same.as_ref(), Some(&pin));
    net.ask("a", &["account", "sync"], "");

    // Another certificate is not the one of the records.
    drop(service);
    std::fs::remove_file(net.path("svc/tls-certificate.pem")).unwrap();
    let (service, other) = net.serve("svc", &listen, &["--self-signed"]);
    let other = other.unwrap();
    assert_ne!(other, pin);
    let (cause, remedy) = net.untrusted("a", &["account", "sync"]);
    for part in ["certificate", pin.as_str(), other.as_str()] {
        assert!(cause.contains(part), "{cause}");
    }
    assert!(remedy.contains("nothing was sent"), "{remedy}");

    // While it is exchanged both are in the records.
    net.publish(&service, &["--pin", &pin, "--pin", &other]);
    net.ask("a", &["account", "sync"], "");

    // Another service under the same certificate is another service, which the account does not know.
    drop(service);
    std::fs::create_dir(net.path("new")).unwrap();
    for file in ["tls-certificate.pem", "tls-key.pem"] {
        std::fs::copy(net.path("svc").join(file), net.path("new").join(file)).unwrap();
    }
    let (_service, same) = net.serve("new", &listen, &["--self-signed"]);
    assert_eq!(same, Some(other));
    let (cause, remedy) = net.untrusted("a", &["account", "sync"]);
    assert!(cause.contains("another service answers"), "{cause}");
    assert!(remedy.contains("operator"), "{remedy}");
}

#[test]
fn a_forged_answer_of_the_dns_takes_no_tls_away() {
    let net = Net::new();
    let (service, pin) = net.serve("svc", "127.0.0.1:0", &["--self-signed"]);
    let pin = pin.unwrap();
    let said = |text: &str| {
        let port = service.port();
        let name = format!("_mmm._tcp.{DOMAIN}.");
        let server = NameServer::start(&format!(
            "{name} SRV 0 0 {port} {HOST}.\n{name} TXT {text}\n{HOST}. A 127.0.0.1"
        ));
        server.address().parse().unwrap()
    };
    let client = |home: &str, server| {
        let env = Arc::new(SystemEnvironment::new().unwrap());
        let dns = Arc::new(DnsResolver::asking(server));
        let directory = Directory::new(ServiceMap::default(), dns, env.clone());
        let file = Home::service_file(&net.path(home));
        Client::finding(directory.remembering(file), env)
    };
    let alice = check_address(ALICE).unwrap();
    let honest = said(&format!("pin={pin}"));
    let home = Home::create(&net.path("a"), &Sealing::Clear, client("a", honest)).unwrap();
    drop(home.create_account(&alice).unwrap());
    drop(home);
    let kept = std::fs::read_to_string(net.path("a/services")).unwrap();
    assert_eq!(kept, format!("{DOMAIN} {pin}\n"));

    let sync = |server| {
        let unlock = HomeUnlock::Sealing(Sealing::Clear);
        let home = Home::open(&net.path("a"), &unlock, client("a", server)).unwrap();
        home.account(None).unwrap().sync().map(|_| ())
    };
    sync(honest).unwrap();
    let error = sync(said("tls=no")).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Untrusted, "{error}");
    assert!(error.to_string().contains("tls=no"), "{error}");
    // Another certificate than that of the service does not help who stands between, and a pin that is none is no leave to take any.
    let other = format!("sha256:{}", "00".repeat(32));
    let error = sync(said(&format!("pin={other}"))).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Untrusted, "{error}");
    let error = sync(said("pin=sha256:00")).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Unavailable, "{error}");
    assert_eq!(
        std::fs::read_to_string(net.path("a/services")).unwrap(),
        kept
    );

    // At first contact without TLS, the DNS leads to no address of this machine.
    let client = client("b", said("tls=no"));
    let home = Home::create(&net.path("b"), &Sealing::Clear, client).unwrap();
    let error = home.create_account(&alice).map(|_| ()).unwrap_err();
    assert!(
        error.to_string().contains("127.0.0.1 is on this machine"),
        "{error}"
    );
}

/// An authority for the tests.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut parameters = CertificateParams::new(Vec::<String>::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        parameters
            .distinguished_name
            .push(DnType::CommonName, "An authority of our own");
        let key = KeyPair::generate().unwrap();
        let pem = parameters.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(parameters, key);
        Self { issuer, pem }
    }

    /// Writes a certificate for a name, that is valid in these years.
    pub(crate) fn issue(&self, net: &Net, name: &str, years: std::ops::Range<i32>) {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.not_before = date_time_ymd(years.start, 1, 1);
        parameters.not_after = date_time_ymd(years.end, 1, 1);
        self.sign(net, &parameters);
    }

    /// Writes a certificate for a name, that is valid for this time from now on.
    fn issue_for(&self, net: &Net, name: &str, time: Duration) {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.not_before = date_time_ymd(2020, 1, 1);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        parameters.not_after = date_time_ymd(1970, 1, 1) + now + time;
        self.sign(net, &parameters);
    }

    fn sign(&self, net: &Net, parameters: &CertificateParams) {
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let put = |file: &str, content: &str| {
            let new = net.path("new.pem");
            write_0600(&new, content);
            std::fs::rename(new, net.path(file)).unwrap();
        };
        put("key.pem", &key.serialize_pem());
        put("chain.pem", &certificate.pem());
    }
}

const OPERATORS: [&str; 4] = ["--certificate", "chain.pem", "--certificate-key", "key.pem"];

#[test]
fn a_certificate_of_an_authority_is_believed_and_renewed_without_a_restart() {
    let net = Net::new();
    let authority = Authority::new();
    authority.issue(&net, HOST, 2020..2060);
    let first = openssl_pin(&net.path("chain.pem"));
    let (service, _) = net.serve("svc", "127.0.0.1:0", &OPERATORS);
    net.publish(&service, &[]);
    let (cause, remedy) = net.untrusted("a", &["account", "create", ALICE]);
    assert!(
        cause.contains("no authority that this system trusts"),
        "{cause}"
    );
    assert!(remedy.contains("SSL_CERT_FILE"), "{remedy}");
    std::fs::write(net.path("ca.pem"), &authority.pem).unwrap();
    net.story_of(ALICE);

    // The operator renews it; whoever is connected anew sees the new one.
    authority.issue(&net, HOST, 2021..2061);
    let pid = service.child.id().to_string();
    let told = Command::new("kill").args(["-HUP", &pid]).status().unwrap();
    assert!(told.success());
    let renewed = openssl_pin(&net.path("chain.pem"));
    assert_ne!(renewed, first);
    let map = format!("{DOMAIN}=https://127.0.0.1:{}#{renewed}", service.port());
    let sync = || {
        let mut command = net.meshman("a");
        run(
            command.env("MMM_SERVICES", &map).args(["account", "sync"]),
            "",
        )
    };
    let done = (0..100).map(|_| sync()).find(|done| done.code == 0);
    assert!(done.is_some(), "{:?}", sync());
}

#[test]
fn devices_go_on_by_themselves_when_a_certificate_has_expired_and_is_exchanged() {
    let net = Net::new();
    let authority = Authority::new();
    std::fs::write(net.path("ca.pem"), &authority.pem).unwrap();
    authority.issue(&net, HOST, 2020..2060);
    let (service, _) = net.serve("svc", "127.0.0.1:0", &OPERATORS);
    net.publish(&service, &[]);
    net.story_of(ALICE);
    let exchanged = || {
        let pid = service.child.id().to_string();
        let told = Command::new("kill").args(["-HUP", &pid]).status().unwrap();
        assert!(told.success());
    };
    let rounds = mesh_test::load::faults(1);
    let stop = AtomicBool::new(false);
    let refused: [AtomicUsize; 2] = Default::default();
    let done: [AtomicUsize; 2] = Default::default();
    // Writes one password after the other; what it was told is done.
    let write = |device: usize| {
        let home = ["a", "b"][device];
        for number in 0.. {
            if stop.load(Ordering::SeqCst) {
                return number;
            }
            let site = format!("{home}-{number}.example");
            let add = ["password", "add", &site, "alice", "--stdin"];
            loop {
                let said = net.run(home, &add, "secret\n");
                if said.code == 0 {
                    break;
                }
                // Of what it needs first, the help of the service, it says that this cannot be had.
                assert!([4, 7].contains(&said.code), "{said:?}");
                assert!(said.stdout.contains("it has expired"), "{said:?}");
                refused[device].fetch_add(1, Ordering::SeqCst);
                if stop.load(Ordering::SeqCst) {
                    return number;
                }
            }
            done[device].fetch_add(1, Ordering::SeqCst);
        }
        unreachable!("numbers do not end");
    };
    let both_get_on = |counts: &[AtomicUsize; 2]| {
        let before = counts.each_ref().map(|count| count.load(Ordering::SeqCst));
        let begun = Instant::now();
        while !(0..2).all(|device| counts[device].load(Ordering::SeqCst) > before[device]) {
            assert!(begun.elapsed() < Duration::from_secs(60), "nobody gets on");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    let written = std::thread::scope(|scope| {
        let writers = [0, 1].map(|device| {
            let write = &write;
            scope.spawn(move || write(device))
        });
        let troubled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..rounds {
                both_get_on(&done);
                authority.issue_for(&net, HOST, Duration::from_secs(1));
                exchanged();
                both_get_on(&refused);
                authority.issue(&net, HOST, 2020..2060);
                exchanged();
                both_get_on(&done);
            }
        }));
        stop.store(true, Ordering::SeqCst);
        let written = writers.map(|writer| writer.join().unwrap());
        if let Err(panic) = troubled {
            std::panic::resume_unwind(panic);
        }
        written
    });
    for home in ["a", "b"] {
        net.ask(home, &["account", "sync"], "");
        let list = net.ask(home, &["password", "list"], "").to_string();
        for (of, written) in ["a", "b"].into_iter().zip(written) {
            for number in 0..written {
                let site = format!("\"{of}-{number}.example\"");
                assert_eq!(list.matches(&site).count(), 1, "{site} in {list}");
            }
        }
    }
    let done = run(&mut net.servermesh(&["verify", "--data", "svc"]), "");
    assert_eq!(done.code, 0, "{done:?}");
    mesh_test::load::counted(rounds, "certificates that expired");
}

/// The fingerprint as OpenSSL computes it.
pub(crate) fn openssl_pin(certificate: &Path) -> String {
    let mut command = Command::new("openssl");
    command.args(["x509", "-noout", "-fingerprint", "-sha256", "-in"]);
    let done = run(command.arg(certificate), "");
    let (_, digits) = done.stdout.trim().split_once('=').unwrap();
    format!("sha256:{}", digits.replace(':', "").to_lowercase())
}

#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let net = Net::new();
    let authority = Authority::new();
    std::fs::write(net.path("ca.pem"), &authority.pem).unwrap();
    for (name, years, expected) in [
        ("other.example", 2020..2060, "it is for another host"),
        (HOST, 2020..2021, "it has expired"),
        (HOST, 2059..2060, "not valid yet"),
    ] {
        authority.issue(&net, name, years);
        let (service, _) = net.serve("svc", "127.0.0.1:0", &OPERATORS);
        net.publish(&service, &[]);
        let (cause, remedy) = net.untrusted("a", &["account", "create", ALICE]);
        assert!(cause.contains(expected), "{cause}");
        assert!(remedy.contains("operator"), "{remedy}");
    }
    // Where the records promise TLS, speaking in clear is no way around it.
    let arguments = [DOMAIN, "--listen", "127.0.0.1:0", "--data", "clear"];
    let (service, _lines) = Service::start(&mut net.servermesh(&arguments));
    net.publish(&service, &[]);
    let done = net.run("a", &["account", "create", ALICE], "");
    assert_eq!(done.code, 7, "{done:?}");
    assert!(done.stdout.contains("does not speak TLS"), "{done:?}");
}

#[test]
fn the_records_of_a_domain_are_checked_through_the_dns() {
    let net = Net::new();
    let dns = |records: &str, options: &[&str]| {
        let server = NameServer::start(records);
        let address = server.address();
        let arguments = ["dns", "example.org", "--server", &address, "--json"];
        let done = run(&mut net.servermesh(&[&arguments, options].concat()), "");
        let states: Vec<String> = done.object()["records"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|record| format!("{} {}", text(record, "type"), text(record, "state")))
            .collect();
        (done.code, states.join(", "))
    };
    let good = "_mmm._tcp.example.org. SRV 0 0 443 mmm.example.org.
_mmm._tcp.example.org. TXT \"path=/.well-known/mmm/\"
mmm.example.org. A 192.0.2.1
mmm.example.org. AAAA 2001:db8::1";
    let (there, missing) = ("SRV there, TXT there", "SRV missing, TXT missing");
    assert_eq!(dns(good, &[]), (0, format!("{there}, AAAA there, A there")));
    assert_eq!(dns("", &[]), (4, format!("{missing}, A missing")));
    let both = ["--address", "2001:db8::1,192.0.2.1"];
    assert_eq!(
        dns(good, &both),
        (0, format!("{there}, AAAA there, A there"))
    );
    let one = ["--address", "192.0.2.1"];
    assert_eq!(
        dns(good, &one),
        (4, format!("{there}, A there, AAAA wrong"))
    );
    let other = ["--host", "Mesh.example.org"];
    assert_eq!(
        dns(good, &other),
        (4, "SRV wrong, TXT there, A missing".to_owned())
    );
    let port = ["--port", "8443"];
    assert_eq!(
        dns(good, &port).1,
        "SRV wrong, TXT there, AAAA there, A there"
    );
    assert_eq!(
        dns(good, &["--plain"]).1,
        "SRV there, TXT wrong, AAAA there, A there"
    );
    let (code, states) = dns("fails", &one);
    assert_eq!(
        (code, states.as_str()),
        (7, "SRV unknown, TXT unknown, A unknown")
    );

    let bad_pin = good.replace("mmm/\"", "mmm/ pin=sha256:00\"");
    assert_eq!(
        dns(&bad_pin, &[]).1,
        "SRV there, TXT wrong, AAAA there, A there"
    );

    // A file stands before the DNS where that is asked for, and never in the place of the server that is named.
    std::fs::write(net.path("records"), good).unwrap();
    let done = run(
        &mut net.servermesh(&["dns", "example.org", "--dns", "records"]),
        "",
    );
    assert_eq!(done.code, 0, "{done:?}");
    let empty = NameServer::start("").address();
    let mut command = net.servermesh(&["dns", "example.org", "--server", &empty]);
    let done = run(command.env("MMM_DNS", net.path("records")), "");
    assert_eq!(done.code, 4, "{done:?}");
    let both = ["dns", "example.org", "--server", &empty, "--dns", "records"];
    assert_eq!(run(&mut net.servermesh(&both), "").code, 2);
    for (arguments, code) in [
        (&["dns", "example..org"][..], 2),
        (&["dns", "example.org", "--host", "a b"], 2),
        (&["dns", "example.org", "--dns", "absent"], 2),
        (&["dns", "example.org", "--dns", "passphrase"], 3),
    ] {
        let done = run(&mut net.servermesh(arguments), "");
        assert_eq!(done.code, code, "{arguments:?}: {done:?}");
        assert!(done.stderr.contains("remedy: "), "{done:?}");
    }
    std::fs::write(net.path("bad"), "example.org. MX 10 mail.example.org.\n").unwrap();
    let mut command = net.meshman("a");
    command.args(["account", "create", ALICE, "--dns"]);
    let done = run(command.arg(net.path("bad")), "");
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("MX"), "{done:?}");
}
