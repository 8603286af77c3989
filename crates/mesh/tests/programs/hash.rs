// SPDX-License-Identifier: MIT
//! Fingerprints of files, secrets and their shares.
//!
//! Spec: mesh-udf, "Content Digest", "Authenticator UDF"; the values are those of the reference's guide, "Using the hash Command Set", made of the
//! file TestFile1.txt.
//! Here: the commands.
//! Not here: the identifiers (`mesh-crypto`).

use std::os::unix::fs::PermissionsExt;

use crate::world::{World, text};

const MISUSE: i32 = 2;
const UNTRUSTED: i32 = 4;
const UDF: &str = "MDLI-GX2C-3OQB-BVWI-REXY-EB56-JG4R";
const BINARY: &str = "MDBI-EE4Z-7NSH-SYBU-JHYL-JTGH-QQEZ";
const MAC: &str = "ABKU-FRDN-MRSH-2XFG-QOPC-ULU7-FCPO";

#[test]
fn files_have_the_published_fingerprints() {
    let world = World::new();
    let a = world.device("a");
    let (file, key) = (world.path("TestFile1.txt"), world.path("key"));
    std::fs::write(&file, "This is a test").unwrap();
    std::fs::write(&key, "NC7L-VWRR-S45F-DKC6-COZH-O4UN-XTKH\n").unwrap();
    let (file, key_file) = (file.to_str().unwrap(), key.to_str().unwrap());
    for (options, wanted) in [
        (&[][..], UDF),
        (&["--cty", "application/binary"], BINARY),
        (&["--alg", "sha3"], "KCYH-QB5Y-XZ6U-SXN2-WV63-AM4U-ZZIT"),
        (
            &["--bits", "200"],
            "MDLI-GX2C-3OQB-BVWI-REXY-EB56-JG4R-NYJQ-SWWT-UNJM",
        ),
    ] {
        let said = a.ask(&[&["hash", "udf", file], options].concat());
        assert_eq!(text(&said, "udf"), wanted);
    }
    let piped = a.ask_with(
        &["hash", "udf", "-", "--cty", "text/plain"],
        "This is a test",
    );
    assert_eq!(text(&piped, "udf"), UDF);
    for (alg, wanted) in [
        (
            "sha512",
            "a028d4f74b602ba45eb0a93c9a4677240dcf281a1a9322f183bd32f0bed82ec72de9c3957b2f4c9a1ccf7ed14f85d73498df38017e703d47ebb9f0b3bf116f69",
        ),
        (
            "sha3-256",
            "3c3b66edcfe51f5b15bf372f61e25710ffc1ad3c0e3c60d832b42053a96772cf",
        ),
        (
            "sha3-512",
            "ce548503582d94b17898e45b1b641e97be64dc23947890e8f5199e474819e7f94b5a0d55b41d2ccc01d0c37c978f1f2523bd294b7e282e36e20c39c84cc2730e",
        ),
        (
            "sha256",
            "c7be1ed902fb8dd4d48997c6452f5d7e509fbcdbe2808b16bcf4edce4c07d14e",
        ),
    ] {
        let said = a.ask(&["hash", "digest", file, "--alg", alg]);
        assert_eq!(text(&said, "digest"), wanted, "{alg}");
    }

    // A key that others can read is none.
    a.refused(&["hash", "mac", file, "--key-file", key_file], UNTRUSTED);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let said = a.ask(&["hash", "mac", file, "--key-file", key_file]);
    assert_eq!(text(&said, "udf"), MAC);
    let fresh = a.ask(&["hash", "mac", file]);
    assert_ne!(text(&fresh, "udf"), MAC);
    std::fs::write(&key, text(&fresh, "key")).unwrap();
    let wanted = text(&fresh, "udf");
    a.ask(&[
        "hash",
        "mac",
        file,
        "--key-file",
        key_file,
        "--expect",
        &wanted,
    ]);

    // What is expected counts at the precision at which it is given, and not below what can be forged.
    for expected in [
        UDF,
        &UDF[..24],
        &UDF.to_lowercase(),
        "MDLI-GX2C-3OQB-BVWI-REXY-EB56-JG4R-NYJQ-SWWT-UNJM",
    ] {
        let said = a.ask(&["hash", "udf", file, "--expect", expected]);
        assert_eq!(said["matches"], true, "{said}");
    }
    for expected in [
        BINARY,
        MAC,
        "MDLI-GX2C-3OQB-BVWI-REXY-EB56-JG4R-NYJQ-SWWT-UNJA",
    ] {
        a.refused(&["hash", "udf", file, "--expect", expected], UNTRUSTED);
    }
    assert_ne!(
        a.run(&["hash", "udf", file, "--expect", "MDLI-GX2C"]).code,
        0
    );
    a.refused(&["hash", "udf", "no such file"], MISUSE);
    a.refused(&["hash", "udf", file, "--alg", "sha256"], MISUSE);
}

#[test]
fn secrets_are_split_and_recovered() {
    let world = World::new();
    let a = world.device("a");
    assert!(text(&a.ask(&["key", "nonce"]), "nonce").starts_with('N'));
    let long = text(&a.ask(&["key", "secret", "--bits", "256"]), "key");
    assert!(long.starts_with('E') && long.len() > 60, "{long}");
    let earl = a.ask(&["key", "earl", "--domain", "example.com"]);
    let locator = text(&earl, "locator");
    assert_eq!(
        text(&earl, "address"),
        format!("https://example.com/.well-known/mmm-udf/{locator}")
    );

    let made = a.ask(&["key", "share", "--shares", "5", "--quorum", "3"]);
    let shares: Vec<&str> = made["shares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|share| share.as_str().unwrap())
        .collect();
    let recover = |shares: &[&str]| a.run_with(&["key", "recover", "--json"], &shares.join("\n"));
    let done = recover(&[shares[4], shares[0], shares[2]]);
    assert_eq!(text(&done.object(), "key"), text(&made, "key"));
    assert_eq!(recover(&shares[..2]).code, MISUSE);
    let altered = shares[1].replacen(|letter| letter != 'A' && letter != 'S', "A", 1);
    let done = recover(&[shares[0], &altered, shares[2], shares[3]]);
    assert_ne!(done.code, 0, "{done:?}");
    assert!(!done.stdout.contains(&altered) && !done.stderr.contains(&altered));

    // A secret of one's own: it is not printed again.
    let own = a.ask_with(&["key", "share", "--stdin"], &long);
    assert!(own.get("key").is_none(), "{own}");
    let shares: Vec<&str> = own["shares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|share| share.as_str().unwrap())
        .collect();
    assert_eq!(text(&recover(&shares[1..]).object(), "key"), long);
    a.refused(&["key", "share", "--shares", "2", "--quorum", "3"], MISUSE);
    let done = a.run_with(&["key", "share", "--stdin"], "nonsense!");
    assert_ne!(done.code, 0);
    assert!(!done.stderr.contains("nonsense"), "{done:?}");
}
