// SPDX-License-Identifier: MIT
//! The program `meshconnect`.

fn main() -> std::process::ExitCode {
    mesh::run_wizard(mesh::wizard::Kind::Connect)
}
