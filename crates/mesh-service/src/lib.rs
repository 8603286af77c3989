// SPDX-License-Identifier: MIT
//! mesh-service.
