// SPDX-License-Identifier: MIT
//! mesh-test.
