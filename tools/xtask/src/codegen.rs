// SPDX-License-Identifier: MIT
//! Which module is made from which schema.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use protogen::{Compilation, Emitter, RustEmitter, present};

struct Module {
    schemas: &'static [&'static str],
    imports: &'static [(&'static str, &'static str)],
    families: &'static [&'static str],
    envelope_path: &'static str,
    output: &'static str,
}

const JOSE: &str = "crates/mesh-crypto/schema/jose.protocol";
const DARE: &str = "crates/mesh-dare/schema/dare.protocol";
const MESH: &str = "crates/mesh-schema/schema/mesh.protocol";

const MODULES: [Module; 6] = [
    Module {
        schemas: &[JOSE],
        imports: &[],
        families: &["KeyAgreement"],
        envelope_path: "",
        output: "crates/mesh-crypto/src/jose/generated.rs",
    },
    Module {
        schemas: &[DARE],
        imports: &[(JOSE, "mesh_crypto::jose")],
        families: &[],
        envelope_path: "crate::envelope",
        output: "crates/mesh-dare/src/generated.rs",
    },
    Module {
        schemas: &[MESH],
        imports: &[(JOSE, "mesh_crypto::jose"), (DARE, "mesh_dare::generated")],
        families: &[],
        envelope_path: "mesh_dare",
        output: "crates/mesh-schema/src/generated.rs",
    },
    Module {
        schemas: &[
            "crates/mesh-protocol/schema/message_base.protocol",
            "crates/mesh-protocol/schema/service.protocol",
        ],
        imports: &[
            (JOSE, "mesh_crypto::jose"),
            (DARE, "mesh_dare::generated"),
            (MESH, "mesh_schema::generated"),
        ],
        families: &[],
        envelope_path: "mesh_dare",
        output: "crates/mesh-protocol/src/generated.rs",
    },
    Module {
        schemas: &["crates/mesh-client/schema/machine.protocol"],
        imports: &[
            (JOSE, "mesh_crypto::jose"),
            (DARE, "mesh_dare::generated"),
            (MESH, "mesh_schema::generated"),
        ],
        families: &["CatalogedMachine"],
        envelope_path: "mesh_dare",
        output: "crates/mesh-client/src/generated.rs",
    },
    Module {
        schemas: &["crates/mesh-service/schema/account.protocol"],
        imports: &[
            (JOSE, "mesh_crypto::jose"),
            (DARE, "mesh_dare::generated"),
            (MESH, "mesh_schema::generated"),
        ],
        families: &[],
        envelope_path: "mesh_dare",
        output: "crates/mesh-service/src/generated.rs",
    },
];

/// Writes the modules, or names those that are stale.
pub(crate) fn run(root: &Path, check: bool) -> Result<String, String> {
    let mut stale = Vec::new();
    for module in &MODULES {
        let text = format(&module.emit(root)?)?;
        let path = root.join(module.output);
        if std::fs::read_to_string(&path).unwrap_or_default() == text {
            continue;
        }
        stale.push(module.output);
        if !check {
            std::fs::write(&path, text)
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
    }
    match (stale.is_empty(), check) {
        (true, _) => Ok(format!("{} generated modules are current", MODULES.len())),
        (false, false) => Ok(format!("written: {}", stale.join(", "))),
        (false, true) => Err(format!(
            "stale: {}; run 'cargo xtask codegen'",
            stale.join(", ")
        )),
    }
}

impl Module {
    fn emit(&self, root: &Path) -> Result<String, String> {
        let read = |file: &str| {
            std::fs::read_to_string(root.join(file))
                .map_err(|error| format!("cannot read {file}: {error}"))
        };
        let mut compilation = Compilation::default();
        for (file, path) in self.imports {
            compilation.import(file, &read(file)?, path);
        }
        for file in self.schemas {
            compilation.add(file, &read(file)?);
        }
        let checked = compilation.check(true);
        if checked.has_errors() {
            let found: Vec<String> = checked
                .report
                .iter()
                .map(|found| present(found, compilation.sources()))
                .collect();
            return Err(format!("the schemas are faulty\n{}", found.join("")));
        }
        let emitter = RustEmitter {
            origin: self.schemas.join(" and "),
            envelope_path: self.envelope_path.to_owned(),
            families: self.families.iter().map(|&name| name.to_owned()).collect(),
            runtime_path: "crate::runtime".to_owned(),
            caller_path: "crate::caller".to_owned(),
        };
        Ok(emitter.emit(&compilation))
    }
}

/// Lays a text out with rustfmt, so that generated and written code look alike.
fn format(text: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("cannot run rustfmt: {error}");
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut stdin = child.stdin.take().ok_or("rustfmt takes no input")?;
    let input = text.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().map_err(failed)?;
    let written = writer
        .join()
        .map_err(|_| "rustfmt took no input".to_owned())?;
    written.map_err(failed)?;
    if !output.status.success() {
        return Err("rustfmt refused the generated text".to_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| format!("rustfmt gave no text: {error}"))
}
