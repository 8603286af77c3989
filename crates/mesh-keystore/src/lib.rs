// SPDX-License-Identifier: MIT
//! mesh-keystore.
