// SPDX-License-Identifier: MIT
//! mesh.
