// SPDX-License-Identifier: MIT
//! Tests of the handshake that need its insides.

mod reference;
mod vectors;
