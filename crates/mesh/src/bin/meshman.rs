// SPDX-License-Identifier: MIT
//! The program `meshman`.

fn main() -> std::process::ExitCode {
    mesh::run("meshman")
}
