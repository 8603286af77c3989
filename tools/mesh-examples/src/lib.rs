// SPDX-License-Identifier: MIT
//! mesh-examples.
