// SPDX-License-Identifier: MIT
//! The side of the device that is to be connected.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: asking by address, PIN, URI or QR code; waiting and completing; the one line over SSH.
//! Not here: what they do (`mesh-client`, device).

use std::io::{BufRead, IsTerminal, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use mesh_client::{Account, Completion, PendingConnection, check_address};
use mesh_crypto::Pin;
use mesh_crypto::udf::witness_words;
use mesh_jsonbcd::ErrorClass;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::Failure;
use crate::output::{Answer, line, working};
use crate::step::read_invitation;
use crate::{qr, text};

/// The longest line with a secret that is read, in octets.
const MAX_SECRET: usize = 64 << 10;
/// The longest line that 'device join' prints.
const MAX_LINE: u64 = 4096;

/// How a device was told where to ask.
pub(super) struct Invitation<'a> {
    pub(super) address: Option<&'a str>,
    pub(super) pin: Option<&'a str>,
    pub(super) pin_stdin: bool,
    pub(super) uri_stdin: bool,
    pub(super) qr_image: Option<&'a Path>,
}

impl Invitation<'_> {
    /// The address, and the PIN if there is one.
    fn read(&self) -> Result<(String, Option<Zeroizing<String>>), Failure> {
        let uri = match (self.qr_image, self.uri_stdin, self.address) {
            (Some(file), _, _) => qr::read(file)?,
            (None, true, _) => secret_from_stdin(text::PROMPT_URI)?,
            (None, false, Some(address)) if !address.contains("://") => {
                let pin = match (self.pin, self.pin_stdin) {
                    (Some(pin), _) => Some(Zeroizing::new(pin.to_owned())),
                    (None, true) => Some(secret_from_stdin(text::PROMPT_PIN)?),
                    (None, false) => None,
                };
                return Ok((address.to_owned(), pin.filter(|pin| !pin.is_empty())));
            }
            (None, false, uri) => Zeroizing::new(uri.unwrap_or_default().to_owned()),
        };
        if self.pin.is_some() || self.pin_stdin {
            return Err(Failure::misuse(
                "the URI holds a PIN already",
                "leave --pin and --pin-stdin away",
            ));
        }
        let (address, pin) = read_invitation(&uri)?;
        Ok((address, Some(pin)))
    }
}

/// Asks for this device to be connected.
pub(super) fn request(context: &Context, how: &Invitation<'_>) -> Result<Answer, Failure> {
    let (address, pin) = how.read()?;
    let pending = ask(context, &address, pin.as_deref().map(String::as_str))?;
    let words = witness_words(&pending.witness)?;
    Ok(Answer::say(format!(
        "account  {}\nudf      {}\nwitness  {}\nwords    {words}\nThe administrator's screen must show the same witness value, or the same words. Then run 'meshman device complete'.",
        pending.address, pending.account_udf, pending.witness
    ))
    .with("words", words)
    .with("account", pending.address.to_string())
    .with("udf", pending.account_udf)
    .with("device", pending.device_udf)
    .with("witness", pending.witness))
}

fn ask(context: &Context, address: &str, pin: Option<&str>) -> Result<PendingConnection, Failure> {
    let address = check_address(address)?;
    let pin = pin.map(Pin::parse).transpose()?;
    let home = context.home_or_new()?;
    Ok(home.request_connection(&address, pin.as_ref())?)
}

/// Asks, prints the request for another machine, and waits until it is decided.
pub(super) fn join(context: &Context, address: &str, wait: u64) -> Result<Answer, Failure> {
    // The request may be there already, when this was tried before.
    let pending = match context.home() {
        Ok(home) => match home.complete_connection(context.named()) {
            Ok(Completion::Pending(pending)) if pending.address.to_string() == address => {
                Some(pending)
            }
            _ => None,
        },
        Err(_) => None,
    };
    let pending = match pending {
        Some(pending) => pending,
        None => ask(context, address, None)?,
    };
    let request = json!({
        "account": pending.address.to_string(), "device": pending.device_udf, "witness": pending.witness
    });
    // When the other end of the pipe is gone, nobody will accept: there is nothing to wait for.
    line(&request.to_string()).map_err(|error| Failure {
        cause: format!("nobody read the request of this device: {error}"),
        remedy: "see what 'device accept --stdin' said, then run this command again".to_owned(),
        class: ErrorClass::Unavailable,
    })?;
    complete(context, wait)
}

/// What 'device join' printed on the other machine.
pub(super) struct Joining {
    account: String,
    device: String,
    witness: String,
}

impl Joining {
    /// The witness of the request, once it is known to be just that of the device.
    pub(super) fn among(&self, account: &mut Account) -> Result<String, Failure> {
        let other = |why: String| {
            Failure {
            cause: why,
            remedy: "run 'device join --request' on the device again, and do not go on if it happens twice".to_owned(),
            class: ErrorClass::Untrusted,
        }
        };
        if self.account != account.address().to_string() {
            return Err(other(format!(
                "the device asks to be connected to {}, not to {}",
                self.account,
                account.address()
            )));
        }
        let pending = account.pending()?;
        let found = pending
            .iter()
            .find(|device| device.device_udf == self.device && device.witness == self.witness);
        found.map(|device| device.witness.clone()).ok_or_else(|| {
            other(format!(
                "the service shows no request of the device {} with the witness {}",
                self.device, self.witness
            ))
        })
    }
}

/// Reads the line that 'device join --request' prints.
pub(super) fn joining_from_stdin() -> Result<Joining, Failure> {
    let mut read = String::new();
    std::io::stdin()
        .lock()
        .take(MAX_LINE)
        .read_line(&mut read)?;
    let object: Value = serde_json::from_str(&read).unwrap_or_default();
    let field = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    match (field("account"), field("device"), field("witness")) {
        (Some(account), Some(device), Some(witness)) => Ok(Joining {
            account,
            device,
            witness,
        }),
        _ => Err(Failure {
            cause: "standard input holds no request of a device".to_owned(),
            remedy: "pipe the output of 'mesh device join ADDRESS --request' into this command; what went wrong there stands on its standard error".to_owned(),
            class: ErrorClass::Malformed,
        }),
    }
}

/// Completes the connection of this device.
pub(super) fn complete(context: &Context, wait: u64) -> Result<Answer, Failure> {
    let home = context.home()?;
    let end = Instant::now().checked_add(Duration::from_secs(wait));
    loop {
        match working("completing the connection", || {
            home.complete_connection(context.named())
        })? {
            Completion::Connected(account) => {
                return Ok(Answer::say(format!(
                    "connected to {} with the roles {}",
                    account.address(),
                    account.roles()
                ))
                .with("account", account.address().to_string())
                .with("udf", account.udf())
                .with("device", account.device_udf())
                .with("roles", account.roles().names()));
            }
            Completion::Pending(pending) if end.is_some_and(|end| Instant::now() >= end) => {
                let address = pending.address.to_string();
                return Err(mesh_client::Error::Pending { address }.into());
            }
            Completion::Unclaimed(_) if end.is_some_and(|end| Instant::now() >= end) => {
                return Err(mesh_client::Error::Unclaimed.into());
            }
            Completion::Pending(_) | Completion::Unclaimed(_) => {
                std::thread::sleep(Duration::from_millis(500));
            }
            Completion::Rejected => {
                return Err(Failure {
                    cause: "an administrator rejected this device".to_owned(),
                    remedy: "ask the administrator, then run 'meshman device request' again"
                        .to_owned(),
                    class: ErrorClass::Refused,
                });
            }
        }
    }
}

/// A secret from standard input: asked for on a terminal, its first line otherwise.
pub(crate) fn secret_from_stdin(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    if std::io::stdin().is_terminal() {
        return Ok(Zeroizing::new(rpassword::prompt_password(prompt)?));
    }
    let mut line = Zeroizing::new(String::with_capacity(MAX_SECRET));
    let most = u64::try_from(MAX_SECRET).unwrap_or(u64::MAX);
    std::io::stdin().lock().take(most).read_line(&mut line)?;
    if line.len() == MAX_SECRET {
        return Err(Failure::misuse(
            format!("the line on standard input has {MAX_SECRET} octets or more"),
            "write the secret alone into it",
        ));
    }
    let secret = line.trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(secret.to_owned()))
}
