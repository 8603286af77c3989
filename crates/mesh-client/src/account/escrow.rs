// SPDX-License-Identifier: MIT
//! Recovery codes.
//!
//! Spec: mesh-architecture, "Escrow"; mesh-udf, "Shamir Shared Secret".
//! Here: splitting the account seed, publishing the escrow record, checking codes.
//! Not here: using the codes (`recover`).

use mesh_crypto::share::{ShareError, recover, split};
use mesh_crypto::udf::profile_udf;
use mesh_crypto::{Earl, SecretBytes, Seed, Share};
use mesh_jsonbcd::{from_bytes, to_json};
use mesh_schema::generated::CatalogedPublication;
use mesh_schema::profile::user::AccountKeys;
use zeroize::Zeroizing;

use crate::account::Account;
use crate::device::preconfigured::{add_publication, end_publication};
use crate::error::Error;
use crate::transact::Batch;

/// Bits of the key of an escrow record: what the codes are shares of.
const KEY_BITS: usize = 256;
/// The folder of escrow records among the publications.
const ESCROW: &str = "escrow";
/// What a device without the account seed is told.
const NO_SEED: &str = "make recovery codes: it does not hold the key of the account";
/// What the seed in an escrow record is for.
const SEED_TYPE: &str = "MeshProfileAccount";

impl Account {
    /// Makes `shares` recovery codes of which any `quorum` recover the account.
    ///
    /// Deviation: D-27. The codes of the reference are shares of the account's key, which can never be voided. These are shares of the key
    /// of an escrow record, which holds the account's key and which the service gives to whoever proves knowledge of the former.
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
        Ok(self.escrow_set(shares, quorum, false)?.codes)
    }

    /// Makes recovery codes as [`Account::escrow`] does, and voids all codes that it made before: the service gives what they open to
    /// nobody any longer. How many sets were voided stands in the result.
    ///
    /// # Errors
    /// As [`Account::escrow`].
    pub fn rotate_escrow(&mut self, shares: u8, quorum: u8) -> Result<Rotated, Error> {
        self.escrow_set(shares, quorum, true)
    }

    /// Makes recovery codes that hold the key of the account itself, as those of the reference do: they need no escrow record, and cannot
    /// be voided.
    ///
    /// # Errors
    /// As [`Account::escrow`].
    pub fn split_account_key(&self, shares: u8, quorum: u8) -> Result<Vec<Share>, Error> {
        let seed = self.account_seed(NO_SEED)?;
        Ok(split(&seed.binary(), shares, quorum, self.home.env())?)
    }

    fn escrow_set(&mut self, shares: u8, quorum: u8, rotate: bool) -> Result<Rotated, Error> {
        let seed = self.account_seed(NO_SEED)?;
        let env = self.home.0.client.env.clone();
        let key = Earl::generate(&*env, KEY_BITS);
        let codes = split(&key.binary(), shares, quorum, &*env)?;
        let octets = Zeroizing::new(to_json(&seed.to_jose(SEED_TYPE)));
        let cipher = self.cipher()?;
        let record = CatalogedPublication {
            path: Some(ESCROW.to_owned()),
            description: Some(format!("{quorum} of {shares} recovery codes")),
            ..CatalogedPublication::new(&octets, &key, cipher, None, &*env)?
        };
        let voided = self.transact(|account| {
            let mut batch = Batch::default();
            let mut voided = 0_usize;
            if rotate {
                for earlier in account.escrow_records()? {
                    end_publication(&mut batch, &earlier)?;
                    voided = voided.saturating_add(1);
                }
            }
            add_publication(&mut batch, &record)?;
            Ok((batch, voided))
        })?;
        Ok(Rotated { codes, voided })
    }

    pub(crate) fn account_seed(&self, what: &'static str) -> Result<Seed, Error> {
        let seed = self.home.load_seed(&self.udf)?;
        seed.ok_or(Error::NotAllowed { what })
    }

    pub(crate) fn escrow_records(&mut self) -> Result<Vec<CatalogedPublication>, Error> {
        let all: Vec<CatalogedPublication> = self.entries()?;
        let escrow = |entry: &CatalogedPublication| entry.path.as_deref() == Some(ESCROW);
        Ok(all.into_iter().filter(escrow).collect())
    }

    /// Checks recovery codes without recovering anything: which of them give, with others of them, the key of this account, and of which
    /// set they are.
    ///
    /// # Errors
    /// [`Error::Crypto`] when there are fewer codes than they themselves say are needed; [`Error::NotAllowed`] on a device that does not
    /// read the escrow records.
    pub fn verify_codes(&mut self, codes: &[Share]) -> Result<CheckedCodes, Error> {
        let mut quorums: Vec<usize> = codes.iter().map(|code| code.quorum().into()).collect();
        quorums.sort_unstable();
        quorums.dedup();
        let need = quorums.first().copied().unwrap_or(1);
        if codes.len() < need {
            let have = codes.len();
            return Err(mesh_crypto::Error::from(ShareError::TooFew { have, need }).into());
        }
        let profile = self.profile.udf()?;
        let records = self.escrow_records()?;
        let gives_the_account = |chosen: &[usize]| {
            let chosen: Vec<Share> = chosen
                .iter()
                .filter_map(|&place| codes.get(place).cloned())
                .collect();
            let recovered = recover(&chosen)
                .map_err(Error::from)
                .and_then(Recovered::read);
            let Ok(recovered) = recovered else {
                return None;
            };
            let set = match &recovered {
                Recovered::Account(_) => CodeSet::Account,
                Recovered::Record(key) => CodeSet::Record(key.publication_id().to_string()),
            };
            let Ok(Some(seed)) = recovered.seed(&records) else {
                return None;
            };
            let root = AccountKeys::derive(seed).map(|keys| keys.root.udf());
            let udf = root
                .map_err(Error::from)
                .and_then(|root| Ok(profile_udf(&[root.binary()])?.to_string()));
            udf.is_ok_and(|udf| udf == profile).then_some(set)
        };
        // As many as work together, if there are any; then each of the others in the place of one of these.
        let mut good = vec![false; codes.len()];
        for quorum in quorums {
            let mut chosen: Vec<usize> = (0..quorum).collect();
            let mut found = match codes.len() >= quorum {
                true => gives_the_account(&chosen),
                false => None,
            };
            while found.is_none() && next_choice(&mut chosen, codes.len()) {
                found = gives_the_account(&chosen);
            }
            let (Some(set), Some((first, rest))) = (found, chosen.split_first()) else {
                continue;
            };
            for (place, good) in good.iter_mut().enumerate() {
                let instead = [rest, &[place]].concat();
                *good = chosen.contains(&place)
                    || (place != *first && gives_the_account(&instead).is_some());
            }
            return Ok(CheckedCodes {
                good,
                set: Some(set),
            });
        }
        Ok(CheckedCodes { good, set: None })
    }
}

/// What recovery codes were found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCodes {
    /// For each code whether it gives, with others, the key of the account.
    pub good: Vec<bool>,
    /// The set of which the good ones are.
    pub set: Option<CodeSet>,
}

/// A set of recovery codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeSet {
    /// Codes of the account's key itself, which cannot be voided.
    Account,
    /// Codes of the escrow record with this identifier.
    Record(String),
}

/// A new set of recovery codes in the place of others.
#[derive(Debug)]
pub struct Rotated {
    /// The codes.
    pub codes: Vec<Share>,
    /// How many sets were voided.
    pub voided: usize,
}

/// What recovery codes hold.
pub(crate) enum Recovered {
    /// The key of the account.
    Account(Seed),
    /// The key of an escrow record, which holds that of the account.
    Record(Earl),
}

impl Recovered {
    /// Tells one from the other.
    pub(crate) fn read(secret: SecretBytes) -> Result<Self, Error> {
        if let Ok(key) = Earl::from_binary(&secret) {
            return Ok(Self::Record(key));
        }
        let seed = Seed::from_binary(&secret);
        Ok(Self::Account(seed.map_err(|_| {
            mesh_crypto::Error::from(ShareError::NotASeed)
        })?))
    }

    /// The key of the account, with the escrow records that there are; `None` when the one that is needed is not among them.
    pub(crate) fn seed(self, records: &[CatalogedPublication]) -> Result<Option<Seed>, Error> {
        match self {
            Self::Account(seed) => Ok(Some(seed)),
            Self::Record(key) => {
                let id = Some(key.publication_id().to_string());
                let record = records.iter().find(|record| record.id == id);
                record.map(|record| open_record(record, &key)).transpose()
            }
        }
    }
}

/// The key of the account in an escrow record.
pub(crate) fn open_record(record: &CatalogedPublication, key: &Earl) -> Result<Seed, Error> {
    let octets = record.open(key)?;
    Ok(Seed::from_jose(&from_bytes(octets.expose_secret())?)?)
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
