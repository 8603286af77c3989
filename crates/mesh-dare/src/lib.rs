// SPDX-License-Identifier: MIT
//! mesh-dare.
