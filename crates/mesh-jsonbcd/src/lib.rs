// SPDX-License-Identifier: MIT
//! mesh-jsonbcd.
