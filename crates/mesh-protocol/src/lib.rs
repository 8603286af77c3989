// SPDX-License-Identifier: MIT
//! mesh-protocol.
