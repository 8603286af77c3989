// SPDX-License-Identifier: MIT
//! The test world: a service and the homes of devices, in temporary directories, over any of the three connections.
//!
//! Spec: none.
//! Here: [`attack`] (what a hostile service tries), [`world`] (who is there and how they talk), [`story`] (what happens), [`load`] (devices that write while something
//! happens to their service), [`proxy`] (who listens in), [`search`] (for secrets where they must not be).
//! Not here: assertions about single crates.

pub mod attack;
pub mod hostile;
pub mod load;
pub mod proxy;
pub mod search;
pub mod simulation;
pub mod story;
pub mod world;
