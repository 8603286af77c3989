// SPDX-License-Identifier: MIT
//! mesh-schema.
