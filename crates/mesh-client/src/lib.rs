// SPDX-License-Identifier: MIT
//! mesh-client.
