// SPDX-License-Identifier: MIT
//! The HTTP binding.
