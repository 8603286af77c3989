// SPDX-License-Identifier: MIT
//! protogen.
