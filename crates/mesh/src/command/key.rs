// SPDX-License-Identifier: MIT
//! `key`: key files, nonce, secret, EARL, shares.
//!
//! Spec: mesh-udf, "Nonce", "Encryption", "Shamir Shared Secret", "Encrypted Authenticated Resource Locator".
//! Here: the commands of this noun that concern secrets.
//! Not here: the identifiers (`mesh-crypto`, udf and share), key files (`file`, `show`).

mod file;
mod show;

use mesh_crypto::share::{Share, recover, split};
use mesh_crypto::udf::TypeId;
use mesh_crypto::udf::presentation::present;
use mesh_crypto::{Earl, Environment, Seed};
use mesh_jsonbcd::SecretString;
use mesh_keystore::SystemEnvironment;
use serde_json::Value;
use zeroize::Zeroizing;

use super::account::escrow::codes_from_stdin;
use super::device::secret_from_stdin;
use crate::cli::Key;
use crate::error::Failure;
use crate::output::Answer;

/// Runs a command of this noun.
///
/// # Errors
/// [`Failure`] of the command.
pub fn run(command: &Key) -> Result<Answer, Failure> {
    let env = SystemEnvironment::new()?;
    match command {
        Key::Convert { .. } => file::convert(command),
        Key::Derive {
            file,
            name,
            alg,
            write,
        } => file::derive(file.as_deref(), name, *alg, write),
        Key::Generate { file, alg, write } => file::generate(file, *alg, write, &env),
        Key::Show {
            file,
            expect,
            host,
            passphrase_in,
        } => show::run(file, expect, host.as_deref(), passphrase_in.as_deref()),
        Key::Earl { bits, domain } => {
            let key = Earl::generate(&env, usize::from(*bits));
            let locator = key.locator_id_at(usize::from(*bits));
            let text = key.to_udf_string();
            let mut human = Zeroizing::new(format!("{}\n{locator}", text.expose_secret()));
            let address = domain.as_deref().map(|domain| key.web_address(domain));
            if let Some(address) = &address {
                human.push('\n');
                human.push_str(address);
            }
            Ok(Answer::say(human.as_str())
                .with("key", text.expose_secret())
                .with("locator", locator)
                .with("address", address))
        }
        Key::Nonce { bits } => {
            let mut octets = vec![TypeId::NONCE.octet()];
            octets.resize(usize::from(*bits).div_ceil(8).saturating_add(1), 0);
            if let Some(body) = octets.get_mut(1..) {
                env.random(body);
            }
            let nonce = present(&octets, usize::MAX);
            Ok(Answer::say(nonce.as_str()).with("nonce", nonce))
        }
        Key::Recover => {
            let codes = codes_from_stdin()?;
            let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
            let shares = Share::parse_all(&codes).map_err(mesh_crypto::Error::from)?;
            let secret = recover(&shares)?;
            let secret = match (Earl::from_binary(&secret), Seed::from_binary(&secret)) {
                (Ok(key), _) => key.to_udf_string(),
                (_, Ok(seed)) => seed.to_udf_string(),
                (Err(_), Err(error)) => return Err(error.into()),
            };
            said(&secret)
        }
        Key::Secret { bits } => said(&Earl::generate(&env, usize::from(*bits)).to_udf_string()),
        Key::Share {
            shares,
            quorum,
            bits,
            stdin,
        } => {
            if quorum > shares {
                return Err(Failure::misuse(
                    "more shares are needed than there are",
                    "choose a --quorum of at most --shares",
                ));
            }
            let (binary, text) = match stdin {
                true => {
                    let given = secret_from_stdin("Secret: ")?;
                    match (Earl::parse(&given), Seed::parse(&given)) {
                        (Ok(key), _) => (key.binary(), None),
                        (_, Ok(seed)) => (seed.binary(), None),
                        (Err(error), Err(_)) => return Err(error.into()),
                    }
                }
                false => {
                    let key = Earl::generate(&env, usize::from(*bits));
                    (key.binary(), Some(key.to_udf_string()))
                }
            };
            let made = split(&binary, *shares, *quorum, &env)?;
            let made: Vec<Zeroizing<String>> = made
                .iter()
                .map(|share| Zeroizing::new(share.to_string()))
                .collect();
            let mut human = Zeroizing::new(String::new());
            if let Some(text) = &text {
                human.push_str(text.expose_secret());
                human.push('\n');
            }
            for share in &made {
                human.push_str(share);
                human.push('\n');
            }
            let list: Vec<Value> = made
                .iter()
                .map(|share| Value::from(share.as_str()))
                .collect();
            let answer = Answer::say(human.trim_end())
                .with("shares", list)
                .with("quorum", *quorum);
            Ok(match &text {
                Some(text) => answer.with("key", text.expose_secret()),
                None => answer,
            })
        }
    }
}

fn said(secret: &SecretString) -> Result<Answer, Failure> {
    Ok(Answer::say(secret.expose_secret()).with("key", secret.expose_secret()))
}
