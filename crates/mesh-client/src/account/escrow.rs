// SPDX-License-Identifier: MIT
//! Recovery codes.
//!
//! Spec: mesh-architecture, "Escrow"; mesh-udf, "Shamir Shared Secret".
//! Here: splitting the account seed, publishing the escrow record.
//! Not here: using the codes (`recover`).

use mesh_crypto::share::split;
use mesh_crypto::{Share, Udf};
use mesh_dare::{Envelope, Seal};
use mesh_jsonbcd::{Format, Writer};
use mesh_schema::generated::CatalogedPublication;

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
