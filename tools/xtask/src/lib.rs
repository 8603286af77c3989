// SPDX-License-Identifier: MIT
//! xtask.
