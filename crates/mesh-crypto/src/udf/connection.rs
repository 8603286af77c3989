// SPDX-License-Identifier: MIT
//! The witness value that a person compares when a device asks to be connected.
//!
//! Spec: mesh-protocol, "Device Connection", witness value.
//! Here: its computation.
//! Not here: the messages that carry the nonces (`mesh-schema`, `mesh-client`).

use super::{DEFAULT_BITS, presentation};
use crate::digest::sha512;

/// The connection witness of an account and a device.
///
/// `account` and `device` are the 65-octet list digests of the two profiles (see [`super::list_digest`]). The text
/// has no type octet: it is Base32 of the first 140 bits.
#[must_use]
pub fn connection_witness(
    account: &[u8],
    server_nonce: &[u8],
    device: &[u8],
    client_nonce: &[u8],
) -> String {
    let account = sha512(&[account, server_nonce]);
    let device = sha512(&[device, client_nonce]);
    presentation::present(&sha512(&[&account, &device]), DEFAULT_BITS)
}
