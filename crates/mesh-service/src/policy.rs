// SPDX-License-Identifier: MIT
//! What the operator of a service allows: who becomes an account, how much it keeps, how fast it asks.
//!
//! Spec: none.
//! Here: the settings, with defaults that allow everything: a program sets its own.
//! Not here: counting (`rate`, `quota`), invitations (`operator`).

use std::num::NonZeroU32;

use crate::rate::Rate;

/// What the operator of a service allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Who becomes an account.
    pub sign_up: SignUp,
    /// How many accounts there may be, in whatever state.
    pub max_accounts: Option<u64>,
    /// How many accounts may be created within an hour without an invitation.
    pub sign_ups_per_hour: Option<NonZeroU32>,
    /// Octets that an account may keep for which nothing else is set.
    pub quota: Option<u64>,
    /// How often an account may ask for something.
    pub per_account: Option<Rate>,
}

/// Who becomes an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUp {
    /// Whoever asks.
    #[default]
    Open,
    /// Whoever brings an invitation.
    Invitation,
    /// Nobody.
    Closed,
}

impl SignUp {
    /// As a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invitation => "invitation",
            Self::Closed => "closed",
        }
    }
}
