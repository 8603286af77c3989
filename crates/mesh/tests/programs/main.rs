// SPDX-License-Identifier: MIT
//! The programs as a person or a script meets them: separate processes, files, exit codes.
//!
//! Spec: none.
//! Here: a service and devices as processes (`world`), the whole story by hand (`story`), single commands (`commands`).
//! Not here: what the libraries do by themselves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "all of this is test code"
)]

mod acme;
mod application;
mod archive;
mod browser;
mod commands;
mod connect;
mod contact;
mod dare;
mod escrow;
mod faults;
mod hash;
mod hybrid;
mod install;
mod key;
mod log;
mod moving;
mod name_server;
mod operate;
mod postgres;
mod power;
mod resume;
mod ssh;
mod story;
mod tls;
mod wizard;
mod world;
