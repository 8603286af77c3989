// SPDX-License-Identifier: MIT
//! The story of the product: one person's devices share credentials and survive the loss of every device.
//!
//! Spec: mesh-architecture, "User Experience".
//! Here: one telling of it through the client library, which compares what it finds with what it put in.
//! Not here: the same story through the command line (`mesh`, quickstart).

use std::time::Duration;

use mesh_client::{Completion, Role, Roles, check_address};
use mesh_jsonbcd::SecretString;
use mesh_schema::generated::{CatalogedApplicationSsh, CatalogedContact, CatalogedCredential};

use crate::world::{Outcome, World};

/// The secrets that came up in a telling: what must never be found at the service.
#[derive(Debug, Default)]
pub struct Secrets(pub Vec<(String, Vec<u8>)>);

impl Secrets {
    fn text(&mut self, what: &str, secret: &str) {
        self.0.push((what.to_owned(), secret.as_bytes().to_vec()));
    }
}

/// Tells the story over a world.
///
/// # Errors
/// The step that failed, or the comparison that did not hold.
pub fn tell(world: &World) -> Outcome<Secrets> {
    let mut secrets = Secrets::default();
    let address = check_address("alice@localhost")?;
    let first_password = "correct horse battery staple 1";
    let second_password = "changed on the second device 2";
    secrets.text("first password", first_password);
    secrets.text("second password", second_password);
    secrets.text("name of a site", "example.com");

    // Device 1: the account, a password, an SSH key, recovery codes and a PIN.
    let (codes, ssh, pin) = {
        let home = world.home("one")?;
        let mut alice = home.create_account(&address)?;
        let entry = CatalogedCredential::password(
            "example.com",
            "alice",
            SecretString::new(first_password.to_owned()),
        );
        alice.put(&entry)?;
        let ssh = alice.create_ssh_key("work")?;
        let own: Vec<CatalogedContact> = alice.entries()?;
        expect(own.len(), 1, "contact of the user's own")?;
        let codes = alice.escrow(3, 2)?;
        let pin = alice.issue_pin(
            &Roles::new(&[Role::Web]),
            Duration::from_secs(3600),
            Some("second"),
        )?;
        (codes, ssh, pin.pin)
    };
    for code in &codes {
        secrets.text("recovery code", &code.to_string());
    }
    secrets.text("PIN", pin.to_udf_string().expose_secret());
    if let Some(mesh_crypto::jose::AnyKey::PrivateKeyECDH(key)) = ssh
        .client_key
        .as_ref()
        .and_then(|key| key.private_parameters.as_ref())
        && let Some(octets) = &key.private
    {
        secrets
            .0
            .push(("SSH key".to_owned(), octets.expose_secret().to_vec()));
    }

    // Device 2 asks with the PIN; device 1 accepts without being asked.
    world
        .home("two")?
        .request_connection(&address, Some(&pin))?;
    {
        let mut alice = world.home("one")?.account(None)?;
        alice.sync()?;
        expect(alice.accept_pins()?.len(), 1, "devices accepted by PIN")?;
        expect(alice.devices()?.len(), 2, "connected devices")?;
    }
    {
        let home = world.home("two")?;
        let Completion::Connected(mut alice) = home.complete_connection(None)? else {
            return Err("the second device is not connected".into());
        };
        expect(
            password(&alice.credential("example.com", None)?),
            Some(first_password.to_owned()),
            "password on device 2",
        )?;
        same_key(&alice.ssh_key("work")?, &ssh)?;
        let entry = CatalogedCredential::password(
            "example.com",
            "alice",
            SecretString::new(second_password.to_owned()),
        );
        alice.put(&entry)?;
        expect(
            alice
                .issue_pin(&Roles::new(&[Role::Web]), Duration::from_secs(60), None)
                .is_err(),
            true,
            "refusal of administration",
        )?;
    }

    // Device 1 sees the change, removes device 2, which is refused from then on.
    let second = {
        let mut alice = world.home("one")?.account(None)?;
        alice.sync()?;
        expect(
            password(&alice.credential("example.com", None)?),
            Some(second_password.to_owned()),
            "password on device 1",
        )?;
        let second = alice
            .devices()?
            .into_iter()
            .find(|device| !device.this)
            .ok_or("the second device is not listed")?;
        alice.delete_device(&second.device_udf)?;
        second.device_udf
    };
    {
        let mut alice = world.home("two")?.account(None)?;
        let refused = matches!(alice.sync(), Err(mesh_client::Error::DeviceRemoved { .. }));
        expect(refused, true, "refusal of the removed device")?;
    }

    // Everything on device 1 is lost; device 3 recovers the account from two codes.
    let before = {
        let home = world.home("one")?;
        let mut alice = home.account(None)?;
        alice.sync()?;
        let before = (
            alice.udf().to_owned(),
            alice.credentials()?,
            alice.ssh_keys()?,
        );
        drop(alice);
        home.delete_account(None)?;
        before
    };
    let home = world.home("three")?;
    let wrong = home.recover_account(&address, codes.get(..1).unwrap_or_default());
    expect(wrong.is_err(), true, "refusal of one code alone")?;
    let mut alice = home.recover_account(&address, codes.get(1..).unwrap_or_default())?;
    expect(alice.udf().to_owned(), before.0, "account fingerprint")?;
    expect(alice.credentials()?, before.1, "recovered passwords")?;
    expect(alice.ssh_keys()?, before.2, "recovered SSH keys")?;
    expect(
        alice
            .devices()?
            .iter()
            .any(|device| device.device_udf == second),
        false,
        "removed device among the devices",
    )?;
    alice.verify()?;
    Ok(secrets)
}

fn password(entry: &CatalogedCredential) -> Option<String> {
    entry
        .password
        .as_ref()
        .map(|password| password.expose_secret().to_owned())
}

fn same_key(found: &CatalogedApplicationSsh, made: &CatalogedApplicationSsh) -> Outcome<()> {
    expect(found, made, "SSH key on device 2")
}

fn expect<T: PartialEq + std::fmt::Debug>(found: T, wanted: T, what: &str) -> Outcome<()> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{what}: found {found:?}, expected {wanted:?}").into())
    }
}
