// SPDX-License-Identifier: MIT
//! The program `mesh`.

fn main() -> std::process::ExitCode {
    mesh::run("mesh")
}
