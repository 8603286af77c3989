// SPDX-License-Identifier: MIT
//! The program `servermesh`.

fn main() -> std::process::ExitCode {
    mesh::run_service()
}
