// SPDX-License-Identifier: MIT
//! `servermesh package`: the service as others install it.
//!
//! Spec: deb(5), deb-control(5).
//! Here: a package for Debian of this program, the same octets each time; a Dockerfile.
//! Not here: the units (`install`).

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};

use clap::CommandFactory;
use elf::ElfBytes;
use elf::abi::DT_NEEDED;
use elf::endian::AnyEndian;
use flate2::{Compression, GzBuilder};
use mesh_jsonbcd::ErrorClass;

use super::install::{SystemFile, own_program, units};
use crate::cli::{PackageArgs, ServiceCli};
use crate::error::Failure;
use crate::files::Destination;
use crate::output::Answer;

const DOCKERFILE: &str = include_str!("../../packaging/Dockerfile");
const LICENSE: &str = include_str!("../../../../LICENSE");
const POSTINST: &str = "#!/bin/sh
set -e
if [ \"$1\" = configure ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    # Does nothing where it does not run.
    systemctl try-restart servermesh.service || true
fi
";
const PRERM: &str = "#!/bin/sh
set -e
if [ \"$1\" = remove ] && [ -d /run/systemd/system ]; then
    systemctl disable --now servermesh.socket servermesh.service || true
fi
";
const POSTRM: &str = "#!/bin/sh
set -e
# The data of the accounts stay in /var/lib/private/servermesh.
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload || true
fi
";

/// Makes a package, or prints what makes an image.
///
/// # Errors
/// [`Failure`] when this program runs on no Debian, or the file cannot be written.
pub fn run(args: &PackageArgs) -> Result<Answer, Failure> {
    let program = own_program()?;
    let needs = Needs::of(&program)?;
    let Some(path) = &args.form.deb else {
        let text = DOCKERFILE
            .replace("@MACHINE@", needs.architecture)
            .replace("@RELEASE@", needs.release()?)
            .replace("@LIBRARIES@", &needs.libraries.join(" "));
        return Ok(Answer::say(text.clone()).with("value", text));
    };
    let destination = Destination::create(path, args.force, false)?;
    let version = env!("CARGO_PKG_VERSION");
    let octets = debian(program, &needs, version)?;
    let written = destination.file()?.write_all(&octets);
    written.map_err(|error| Failure::of_file(path, &error))?;
    destination.commit()?;
    let name = format!("servermesh_{version}_{}.deb", needs.architecture);
    Ok(Answer::say(format!(
        "written to {}; its usual name is {name}\nafter 'dpkg -i' say in /etc/default/servermesh what it serves, and run: systemctl enable --now servermesh",
        path.display()
    ))
    .with("file", path.display().to_string())
    .with("name", name)
    .with("octets", octets.len()))
}

/// What the program needs of a system, as its loader reads it.
struct Needs {
    architecture: &'static str,
    /// The newest version of the C library that it asks for; its number after `2.`.
    libc: u32,
    /// Packages with other libraries.
    libraries: Vec<&'static str>,
}

impl Needs {
    fn of(program: &[u8]) -> Result<Self, Failure> {
        let unreadable =
            |error: elf::ParseError| unsupported(format!("this program is no ELF file: {error}"));
        let file = ElfBytes::<AnyEndian>::minimal_parse(program).map_err(unreadable)?;
        let architecture = match file.ehdr.e_machine {
            elf::abi::EM_386 => "i386",
            elf::abi::EM_AARCH64 => "arm64",
            elf::abi::EM_ARM => "armhf",
            elf::abi::EM_PPC64 => "ppc64el",
            elf::abi::EM_RISCV => "riscv64",
            elf::abi::EM_S390 => "s390x",
            elf::abi::EM_X86_64 => "amd64",
            other => {
                return Err(unsupported(format!("Debian has no machine {other}")));
            }
        };
        let (Some((symbols, names)), Some(dynamic)) = (
            file.dynamic_symbol_table().map_err(unreadable)?,
            file.dynamic().map_err(unreadable)?,
        ) else {
            return Err(unsupported(
                "this program is not linked as Debian's are".to_owned(),
            ));
        };
        let mut libraries = BTreeSet::new();
        for entry in dynamic.iter().filter(|entry| entry.d_tag == DT_NEEDED) {
            let at = usize::try_from(entry.d_val()).unwrap_or(usize::MAX);
            match names.get(at).map_err(unreadable)? {
                "libc.so.6" | "libm.so.6" | "libpthread.so.0" | "libdl.so.2" => {}
                loader if loader.starts_with("ld-linux") || loader.starts_with("ld64") => {}
                "libgcc_s.so.1" => drop(libraries.insert("libgcc-s1")),
                "libcrypto.so.3" | "libssl.so.3" => drop(libraries.insert("libssl3")),
                other => {
                    return Err(unsupported(format!(
                        "which package of Debian has {other} is not known here"
                    )));
                }
            }
        }
        let versions = file.symbol_version_table().map_err(unreadable)?;
        let mut libc = 0;
        for at in 0..symbols.len() {
            let Some(versions) = &versions else { break };
            let needed = versions.get_requirement(at).map_err(unreadable)?;
            let version = needed.and_then(|needed| needed.name.strip_prefix("GLIBC_2."));
            let version = version.and_then(|version| version.split('.').next()?.parse().ok());
            libc = libc.max(version.unwrap_or(0));
        }
        if libc == 0 {
            return Err(unsupported(
                "this program was not built for the C library of Debian".to_owned(),
            ));
        }
        Ok(Self {
            architecture,
            libc,
            libraries: libraries.into_iter().collect(),
        })
    }

    /// The oldest release of Debian that has it all.
    fn release(&self) -> Result<&'static str, Failure> {
        match self.libc {
            ..=36 => Ok("12"),
            37..=41 => Ok("13"),
            newer => Err(unsupported(format!(
                "no release of Debian that is known here has the C library 2.{newer}"
            ))),
        }
    }
}

fn unsupported(cause: String) -> Failure {
    Failure {
        cause,
        remedy: "build the program on Debian 12 or 13".to_owned(),
        class: ErrorClass::Unsupported,
    }
}

fn debian(program: Vec<u8>, needs: &Needs, version: &str) -> Result<Vec<u8>, Failure> {
    let mut files = units("usr/lib/systemd/system", "/usr/bin/servermesh", 443, "");
    let configuration: Vec<String> = files
        .iter()
        .filter(|file| file.path.starts_with("etc/"))
        .map(|file| format!("/{}\n", file.path))
        .collect();
    files.push(SystemFile {
        path: "usr/bin/servermesh".to_owned(),
        content: program,
        mode: 0o755,
    });
    files.push(SystemFile {
        path: "usr/share/doc/servermesh/copyright".to_owned(),
        content: LICENSE.as_bytes().to_vec(),
        mode: 0o644,
    });
    files.extend(manuals()?);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let size: usize = files.iter().map(|file| file.content.len()).sum();
    let libraries: String = needs
        .libraries
        .iter()
        .map(|library| format!("{library}, "))
        .collect();
    let control = format!(
        "Package: servermesh
Version: {version}
Architecture: {}
Maintainer: Operator <root@localhost>
Installed-Size: {}
Depends: libc6 (>= 2.{}), {libraries}ca-certificates
Section: net
Priority: optional
Description: service of the Mathematical Mesh
 Carries the keys and passwords of its users between their devices, and can
 read none of them. It is started when /etc/default/servermesh says for which
 domain.
",
        needs.architecture,
        size.div_ceil(1024),
        needs.libc
    );
    let script = |path: &str, text: &str, mode| SystemFile {
        path: path.to_owned(),
        content: text.as_bytes().to_vec(),
        mode,
    };
    let control = [
        script("control", &control, 0o644),
        script("conffiles", &configuration.concat(), 0o644),
        script("postinst", POSTINST, 0o755),
        script("prerm", PRERM, 0o755),
        script("postrm", POSTRM, 0o755),
    ];
    let mut package = ar::Builder::new(Vec::new());
    for (name, content) in [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", archive(&control)?),
        ("data.tar.gz", archive(&files)?),
    ] {
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let mut header = ar::Header::new(name.as_bytes().to_vec(), length);
        header.set_mode(0o100_644);
        package.append(&header, content.as_slice())?;
    }
    Ok(package.into_inner()?)
}

/// The manual pages of the service, compressed as Debian has them.
fn manuals() -> Result<Vec<SystemFile>, Failure> {
    let directory = tempfile::tempdir()?;
    clap_mangen::generate_to(ServiceCli::command(), &directory)?;
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(&directory)? {
        let entry = entry?;
        let mut compressed = gzip(Vec::new());
        io::copy(&mut File::open(entry.path())?, &mut compressed)?;
        pages.push(SystemFile {
            path: format!(
                "usr/share/man/man1/{}.gz",
                entry.file_name().to_string_lossy()
            ),
            content: compressed.finish()?,
            mode: 0o644,
        });
    }
    Ok(pages)
}

/// Files of root, with the directories above them, as of the beginning of 1970.
fn archive(files: &[SystemFile]) -> Result<Vec<u8>, Failure> {
    let mut archive = tar::Builder::new(gzip(Vec::new()));
    let mut made: Vec<String> = Vec::new();
    let header = |kind, size: usize, mode| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(u64::try_from(size).unwrap_or(u64::MAX));
        header.set_mode(mode);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_username("root")?;
        header.set_groupname("root")?;
        Ok::<_, io::Error>(header)
    };
    for file in files {
        for (at, _) in file.path.match_indices('/') {
            let above = format!("{}/", file.path.get(..at).unwrap_or_default());
            if !made.contains(&above) {
                let mut header = header(tar::EntryType::Directory, 0, 0o755)?;
                archive.append_data(&mut header, &above, io::empty())?;
                made.push(above);
            }
        }
        let mut header = header(tar::EntryType::Regular, file.content.len(), file.mode)?;
        archive.append_data(&mut header, &file.path, file.content.as_slice())?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// Without a name and a time, so that the same content gives the same octets.
fn gzip(into: Vec<u8>) -> flate2::write::GzEncoder<Vec<u8>> {
    GzBuilder::new()
        .mtime(0)
        .write(into, Compression::default())
}
