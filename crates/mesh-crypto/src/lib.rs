// SPDX-License-Identifier: MIT
//! mesh-crypto.
