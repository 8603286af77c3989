// SPDX-License-Identifier: MIT
//! The test world: a service and the homes of devices, in temporary directories, over any of the three connections.
//!
//! Spec: none.
//! Here: [`world`] (who is there and how they talk), [`story`] (what happens).
//! Not here: assertions about single crates.

pub mod story;
pub mod world;
