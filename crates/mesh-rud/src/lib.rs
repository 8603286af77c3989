// SPDX-License-Identifier: MIT
//! mesh-rud.
