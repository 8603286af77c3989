// SPDX-License-Identifier: MIT
//! Recovery codes.
//!
//! Spec: mesh-architecture, "Escrow"; mesh-udf, "Shamir Shared Secret".
//! Here: splitting the account seed, publishing the escrow record, checking codes.
//! Not here: using the codes (`recover`).

use mesh_crypto::share::{ShareError, recover_seed, split};
use mesh_crypto::udf::profile_udf;
use mesh_crypto::{Share, Udf};
use mesh_dare::{Envelope, Seal};
use mesh_jsonbcd::{Format, Writer};
use mesh_schema::generated::CatalogedPublication;
use mesh_schema::profile::user::AccountKeys;

use crate::account::Account;
use crate::error::Error;

/// The content type under which the identifier of the escrow record follows from the escrow key.
const RECORD_TYPE: &str = "application/mmm/escrow";

impl Account {
    /// Makes `shares` recovery codes of which any `quorum` recover the account, and publishes the escrow record: how many codes
    /// there are and when they were made, sealed to the escrow key that only the codes give.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that does not hold the account seed; [`Error::Crypto`] for impossible numbers.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # let world = World::new(Connection::Direct)?;
    /// # let home = world.home("laptop")?;
    /// # let mut alice = home.create_account(&mesh_client::check_address("alice@localhost")?)?;
    /// let codes = alice.escrow(3, 2)?;
    /// assert_eq!(codes.len(), 3);
    /// for code in &codes {
    ///     println!("{code}"); // on a sheet of its own
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn escrow(&mut self, shares: u8, quorum: u8) -> Result<Vec<Share>, Error> {
        let seed = self.home.load_seed(&self.udf)?;
        let seed = seed.ok_or(Error::NotAllowed {
            what: "make recovery codes: it does not hold the key of the account",
        })?;
        let codes = split(&seed.binary(), shares, quorum, self.home.env())?;
        let record = CatalogedPublication {
            id: Some(escrow_id(&self.profile.escrow_key()?)),
            enveloped_data: Some(self.escrow_record(shares, quorum)?),
            ..CatalogedPublication::default()
        };
        self.put(&record)?;
        Ok(codes)
    }

    /// Checks recovery codes without recovering anything: which of them give, with others of them, the key of this account.
    ///
    /// # Errors
    /// [`Error::Crypto`] when there are fewer codes than they themselves say are needed.
    pub fn verify_codes(&self, codes: &[Share]) -> Result<Vec<bool>, Error> {
        let mut quorums: Vec<usize> = codes.iter().map(|code| code.quorum().into()).collect();
        quorums.sort_unstable();
        quorums.dedup();
        let need = quorums.first().copied().unwrap_or(1);
        if codes.len() < need {
            let have = codes.len();
            return Err(mesh_crypto::Error::from(ShareError::TooFew { have, need }).into());
        }
        let profile = self.profile.udf()?;
        let gives_the_account = |chosen: &[usize]| {
            let chosen: Vec<Share> = chosen
                .iter()
                .filter_map(|&place| codes.get(place).cloned())
                .collect();
            let Ok(seed) = recover_seed(&chosen) else {
                return false;
            };
            let root = AccountKeys::derive(seed).map(|keys| keys.root.udf());
            let udf = root
                .map_err(Error::from)
                .and_then(|root| Ok(profile_udf(&[root.binary()])?.to_string()));
            udf.is_ok_and(|udf| udf == profile)
        };
        // As many as work together, if there are any; then each of the others in the place of one of these.
        let mut good = vec![false; codes.len()];
        for quorum in quorums {
            let mut chosen: Vec<usize> = (0..quorum).collect();
            let mut found = codes.len() >= quorum && gives_the_account(&chosen);
            while !found && next_choice(&mut chosen, codes.len()) {
                found = gives_the_account(&chosen);
            }
            let Some((first, rest)) = chosen.split_first().filter(|_| found) else {
                continue;
            };
            for (place, good) in good.iter_mut().enumerate() {
                let instead = [rest, &[place]].concat();
                *good = chosen.contains(&place) || (place != *first && gives_the_account(&instead));
            }
            break;
        }
        Ok(good)
    }

    fn escrow_record(&mut self, shares: u8, quorum: u8) -> Result<Envelope, Error> {
        let cipher = self.cipher()?;
        let env = self.home.env();
        let mut writer = Writer::new(Format::Json);
        writer.begin_object();
        for (name, number) in [("Shares", shares), ("Quorum", quorum)] {
            writer.name(name);
            writer.integer(number.into());
        }
        writer.name("Created");
        writer.date_time(env.now());
        writer.end_object();
        let recipients = [self.profile.escrow_key()?];
        let seal = Seal {
            cipher,
            recipients: &recipients,
            signers: &[&self.keys.signature],
            ..Seal::default()
        };
        Ok(seal.seal(&writer.finish(), env)?)
    }
}

/// The identifier of an account's escrow record.
fn escrow_id(key: &mesh_crypto::PublicKey) -> String {
    Udf::digest(key.octets(), RECORD_TYPE).to_string()
}

/// The next choice of as many of `number` places, in the order of the dictionary; false after the last.
fn next_choice(chosen: &mut [usize], number: usize) -> bool {
    let size = chosen.len();
    for place in (0..size).rev() {
        let last = number.saturating_sub(size.saturating_sub(place));
        let Some(value) = chosen.get(place).copied().filter(|value| *value < last) else {
            continue;
        };
        let following = chosen.iter_mut().skip(place);
        for (offset, slot) in following.enumerate() {
            *slot = value.saturating_add(1).saturating_add(offset);
        }
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_comes_once() {
        let mut chosen = vec![0, 1, 2];
        let mut all = vec![chosen.clone()];
        while next_choice(&mut chosen, 5) {
            all.push(chosen.clone());
        }
        assert_eq!(all.len(), 10);
        assert_eq!(all[9], [2, 3, 4]);
        all.dedup();
        assert_eq!(all.len(), 10);
        let mut one = vec![0];
        assert!(!next_choice(&mut one, 1));
    }
}
