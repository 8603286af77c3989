// SPDX-License-Identifier: MIT
//! The program `meshclient`.

fn main() -> std::process::ExitCode {
    mesh::run_wizard(mesh::wizard::Kind::Client)
}
