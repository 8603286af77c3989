// SPDX-License-Identifier: MIT
//! Networks and mail accounts, taken over from other programs on one device and given to those of another.
//!
//! Spec: mesh-schema, "CatalogedNetwork", "CatalogedApplicationMail".
//! Here: the commands of `network` and `mail` from one device to the next.
//! Not here: each form of a file (`import/network`, `import/mail`).

use std::os::unix::fs::PermissionsExt;

use crate::world::{ADDRESS, Device, World, text};

const MISUSE: i32 = 2;
const MALFORMED: i32 = 3;
const SECRET: &str = "correct horse";

/// Two devices of one account, of which the second has roles that read both catalogs.
fn devices(world: &World) -> (Device<'_>, Device<'_>) {
    let (a, b) = (world.device("a"), world.device("b"));
    a.ask(&["account", "create", ADDRESS]);
    let uri = text(&a.ask(&["account", "pin"]), "uri");
    b.ask_with(&["device", "request", "--uri-stdin"], &uri);
    a.ask(&["account", "sync", "--auto"]);
    b.ask(&["device", "complete"]);
    (a, b)
}

/// The settings of Thunderbird of somebody with one mail account.
pub(crate) fn settings(name: &str, domain: &str) -> String {
    let settings = [
        ("mail.accountmanager.accounts", "account1"),
        ("mail.account.account1.identities", "id1"),
        ("mail.account.account1.server", "server1"),
        ("mail.identity.id1.useremail", &format!("{name}@{domain}")),
        ("mail.server.server1.hostname", &format!("imap.{domain}")),
        ("mail.server.server1.type", "imap"),
        ("mail.server.server1.userName", name),
    ];
    let line = |(name, value)| format!("user_pref(\"{name}\", \"{value}\");\n");
    settings.map(line).concat()
}

#[test]
fn networks_go_from_one_device_to_another() {
    let world = World::new();
    let (a, b) = devices(&world);
    let file = |name: &str, content: &str| {
        let path = world.path(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let key_file = file(
        "Home.nmconnection",
        &format!(
            "[connection]\ntype=wifi\n[wifi]\nssid=Home\n[wifi-security]\nkey-mgmt=wpa-psk\npsk={SECRET}\n"
        ),
    );
    let wire = file("wire.nmconnection", "[connection]\ntype=ethernet\n");
    let done = a.ask(&["network", "import", &key_file, &wire]);
    assert_eq!((&done["added"], &done["skipped"]), (&1.into(), &1.into()));
    a.ask_with(
        &["network", "add", "Other place", "--protocol", "wpa3"],
        "another one",
    );
    a.ask(&["network", "add", "Cafe", "--protocol", "open"]);

    b.ask(&["account", "sync"]);
    let listed = b.ask(&["network", "list"]);
    assert_eq!(listed["networks"].as_array().unwrap().len(), 3);
    assert!(!listed.to_string().contains(SECRET));
    assert_eq!(b.say(&["network", "get", "Home"]).trim(), SECRET);
    let written = world.path("again.nmconnection");
    let path = written.to_str().unwrap();
    b.ask(&[
        "network",
        "get",
        "Home",
        "--format",
        "nmconnection",
        "--file",
        path,
    ]);
    let mode = std::fs::metadata(&written).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // What was written is read, and is what was there.
    let done = b.ask(&["network", "import", path]);
    assert_eq!((&done["added"], &done["same"]), (&0.into(), &1.into()));
    let code = b.say(&["network", "get", "Other place", "--format", "qr"]);
    assert!(code.lines().count() > 10, "{code}");

    // Another password stays outside until that is wanted.
    let other = file("other", "WIFI:T:WPA;S:Home;P:battery staple;;");
    assert_eq!(a.ask(&["network", "import", &other])["kept"], 1);
    assert_eq!(a.say(&["network", "get", "Home"]).trim(), SECRET);
    a.ask(&["network", "import", &other, "--replace"]);
    b.ask(&["account", "sync"]);
    assert_eq!(b.say(&["network", "get", "Home"]).trim(), "battery staple");

    let bad = file("bad", "network={\n ssid=\"x\"\n psk=\"hunter2\"\n}\n");
    let (cause, _) = a.refused(&["network", "import", &other, &bad], MALFORMED);
    assert!(
        cause.contains("line 4") && !cause.contains("hunter2"),
        "{cause}"
    );
    // A name makes no row of its own in a list.
    a.ask(&["network", "add", "Hotel\nHome  open", "--protocol", "open"]);
    let human = a.say(&["network", "list"]);
    assert!(human.contains("Hotel\\u{a}Home  open"), "{human}");
    assert_eq!(human.lines().count(), 4, "{human}");
    a.ask(&["network", "delete", "Hotel\nHome  open"]);
    // Two connections under one name: none takes the place of the other in silence.
    let twice = world.path("twice");
    let twice = twice.to_str().unwrap();
    let connection = |secret: &str| {
        format!(
            "[connection]\ntype=wifi\n[wifi]\nssid=Twice\n[wifi-security]\nkey-mgmt=wpa-psk\npsk={secret}\n"
        )
    };
    let both = connection("first of two") + &connection("second of two");
    std::fs::write(twice, both).unwrap();
    let done = a.ask(&["network", "import", twice]);
    assert_eq!((&done["added"], &done["kept"]), (&1.into(), &1.into()));
    let kept = a.say(&["network", "get", "Twice"]);
    assert_eq!(kept.trim(), "first of two");
    a.ask(&["network", "delete", "Cafe"]);
    a.refused(&["network", "get", "Cafe"], MISUSE);
}

#[test]
fn mail_accounts_go_from_one_device_to_another() {
    let world = World::new();
    let (a, b) = devices(&world);
    let (inbound, outbound) = (
        "imaps://alice@imap.example.net",
        "submit://alice@out.example.net",
    );
    a.ask(&[
        "mail",
        "add",
        "alice@example.net",
        "--inbound",
        inbound,
        "--outbound",
        outbound,
    ]);
    let profile = a.home().parent().unwrap().join(".thunderbird/x.default");
    std::fs::create_dir_all(&profile).unwrap();
    let prefs = profile.join("prefs.js");
    std::fs::write(&prefs, settings("bob", "example.org")).unwrap();
    assert_eq!(
        a.ask(&["mail", "import", prefs.to_str().unwrap()])["added"],
        1
    );

    b.ask(&["account", "sync"]);
    let listed = b.ask(&["mail", "list"]);
    assert_eq!(listed["accounts"].as_array().unwrap().len(), 2);
    let got = b.ask(&["mail", "get", "alice@example.net"]);
    assert_eq!(
        (text(&got, "inbound"), text(&got, "outbound")),
        (inbound.to_owned(), outbound.to_owned())
    );
    let got = b.ask(&["mail", "get", "bob@example.org"]);
    assert_eq!(text(&got, "inbound"), "imap://bob@imap.example.org");
    let with_password = "imap://alice:hunter2@imap.example.net";
    let (cause, _) = a.refused(
        &["mail", "add", "c@example.net", "--inbound", with_password],
        MISUSE,
    );
    assert!(!cause.contains("hunter2"), "{cause}");
    a.ask(&["mail", "delete", "bob@example.org"]);
    a.refused(&["mail", "get", "bob@example.org"], MISUSE);
}
