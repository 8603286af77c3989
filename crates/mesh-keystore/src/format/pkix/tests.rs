// SPDX-License-Identifier: MIT
//! Keys in ASN.1 in both directions, with `openssl` as the judge where it knows the algorithm.

use mesh_crypto::{PrivateKey, PublicKey};

use super::*;
use crate::format::cost::Budget;
use crate::format::detect::{private_key, public_key};
use crate::format::samples::{
    self, PASSPHRASE, answer, fixture, fixture_text, key, never, program, run, secret, written,
};
use crate::format::{armour, write};

const MISMATCH: Error = Error::Crypto(mesh_crypto::Error::KeyPairMismatch);

/// Those that openssl 3.0 knows and whose keys are written.
const ALGORITHMS: [KeyAlgorithm; 9] = [
    KeyAlgorithm::Ed25519,
    KeyAlgorithm::P256,
    KeyAlgorithm::P384,
    KeyAlgorithm::P521,
    KeyAlgorithm::Rsa2048,
    KeyAlgorithm::Rsa3072,
    KeyAlgorithm::Rsa4096,
    KeyAlgorithm::X25519,
    KeyAlgorithm::X448,
];

fn read(name: &str) -> Result<PrivateKey> {
    private_key(&fixture(name), &mut answer)
}

fn block(text: &str) -> Vec<u8> {
    let blocks = armour::blocks(text).unwrap();
    blocks[0].octets.expose_secret().to_vec()
}

fn pem(key: &PrivateKey, passphrase: Option<&str>) -> String {
    let passphrase = passphrase.map(secret);
    let keys = std::slice::from_ref(key);
    let text = write::private_keys(keys, write::Form::Pem, "", passphrase.as_ref());
    text.unwrap().expose_secret().to_owned()
}

#[test]
fn keys_of_openssl_are_read_with_both_halves() {
    for algorithm in ALGORITHMS {
        let name = algorithm.jose_name().to_lowercase();
        let key = read(&format!("openssl/{name}.pkcs8.pem")).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        let theirs = fixture_text(&format!("openssl/{name}.spki.pem"));
        assert_eq!(
            block(&theirs),
            public::present(key.public()).unwrap(),
            "{name}"
        );
        // Without the parity an X448 key is not one of the Mesh.
        match public_key(theirs.as_bytes()) {
            Ok(public) => assert_eq!(&public, key.public()),
            Err(error) => assert!(
                algorithm == KeyAlgorithm::X448 && matches!(error, Error::Unsupported { .. }),
                "{error:?}"
            ),
        }
        // openssl writes what we write, to the octet.
        assert_eq!(
            pem(&key, None),
            fixture_text(&format!("openssl/{name}.pkcs8.pem"))
        );
    }
    for (der, pem) in [
        ("openssl/p256.pkcs8.der", "openssl/p256.pkcs8.pem"),
        ("openssl/rsa2048.pkcs8.der", "openssl/rsa2048.pkcs8.pem"),
        ("openssl/x448.pkcs8.der", "openssl/x448.pkcs8.pem"),
        ("openssl/rsa2048.pkcs1.pem", "openssl/rsa2048.pkcs8.pem"),
        ("openssl/p256.sec1.pem", "openssl/p256.pkcs8.pem"),
        ("openssl/p384.sec1.pem", "openssl/p384.pkcs8.pem"),
        ("openssl/p521.sec1.pem", "openssl/p521.pkcs8.pem"),
    ] {
        assert_eq!(read(der).unwrap().udf(), read(pem).unwrap().udf(), "{der}");
    }
    assert!(read("openssl/p256-parameters.sec1.pem").is_ok());
    for name in [
        "openssl/rsa2048.spki.der",
        "openssl/rsa2048.pkcs1-public.pem",
    ] {
        let public = public_key(&fixture(name)).unwrap();
        assert_eq!(
            public.udf(),
            read("openssl/rsa2048.pkcs8.pem").unwrap().udf()
        );
    }
    // The same key in SEC 1 and PKCS #1 without the armour.
    for name in ["openssl/p256.sec1.pem", "openssl/rsa2048.pkcs1.pem"] {
        let der = private_key(&block(&fixture_text(name)), &mut never).unwrap();
        assert_eq!(der.udf(), read(name).unwrap().udf());
    }
}

#[test]
fn openssl_reads_what_is_written() {
    for algorithm in ALGORITHMS {
        for passphrase in [None, Some("correct horse")] {
            let home = tempfile::tempdir().unwrap();
            let key = key(algorithm);
            let path = written(&home, "key", pem(&key, passphrase).as_bytes());
            let pass = format!("pass:{}", passphrase.unwrap_or("none"));
            let path = path.to_str().unwrap();
            let Some(public) = run(
                "openssl",
                &["pkey", "-in", path, "-passin", &pass, "-pubout"],
            ) else {
                return;
            };
            let ours = write::public_keys(&[key.public().clone()], write::Form::Pem, "");
            assert_eq!(public, ours.unwrap(), "{algorithm}");
            if passphrase.is_some() {
                let wrong = ["pkey", "-in", path, "-passin", "pass:wrong"];
                assert!(!program("openssl", &wrong).unwrap().0);
            }
        }
    }
}

#[test]
fn an_ed448_key_of_openssl_signs_as_openssl_verifies_and_is_not_written_again() {
    let key = read("openssl/ed448.pkcs8.pem").unwrap();
    let public = public_key(&fixture("openssl/ed448.spki.pem")).unwrap();
    assert_eq!(key.public(), &public);
    assert!(key.expose_seed_octets().is_none());
    assert!(matches!(
        private::present(&key),
        Err(Error::Unsupported { .. })
    ));
    let seeded = samples::key(KeyAlgorithm::Ed448);
    assert!(matches!(
        private::present(&seeded),
        Err(Error::Unsupported { .. })
    ));

    let home = tempfile::tempdir().unwrap();
    let message = written(&home, "message", b"message");
    let signature = written(&home, "signature", &key.sign(b"message").unwrap());
    let pem = write::public_keys(&[public], write::Form::Pem, "").unwrap();
    let public = written(&home, "public", pem.as_bytes());
    let [message, signature, public] = [&message, &signature, &public].map(|p| p.to_str().unwrap());
    let verify = [
        "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public, "-in", message, "-sigfile",
        signature,
    ];
    if let Some(said) = run("openssl", &verify) {
        assert!(said.contains("Verified Successfully"), "{said}");
    }
}

#[test]
fn keys_that_read_back_are_the_same() {
    for algorithm in KeyAlgorithm::ALL {
        let key = key(algorithm);
        if algorithm != KeyAlgorithm::Ed448 {
            for passphrase in [None, Some(PASSPHRASE)] {
                let text = pem(&key, passphrase);
                let read = private_key(text.as_bytes(), &mut answer).unwrap();
                assert_eq!(read.udf(), key.udf());
                assert_eq!(read.expose_seed_octets(), key.expose_seed_octets());
            }
        }
        if algorithm != KeyAlgorithm::X448 {
            let info = public::present(key.public()).unwrap();
            assert_eq!(public::parse(&info).as_ref(), Ok(key.public()));
        }
    }
    let keys = [key(KeyAlgorithm::X25519), key(KeyAlgorithm::MlKem768)];
    let text = write::private_keys(&keys, write::Form::Pem, "", None).unwrap();
    let text = text.expose_secret().as_bytes();
    let read = crate::format::detect::private_keys(text, &mut never).unwrap();
    assert_eq!(read.len(), 2);
    assert!(matches!(
        private_key(text, &mut never),
        Err(Error::SeveralKeys { count: 2 })
    ));
}

#[test]
fn every_way_to_encrypt_opens_with_its_passphrase_only() {
    let clear = read("openssl/p256.pkcs8.pem").unwrap();
    for name in ["aes256", "aes128", "des3", "scrypt", "pbes1"] {
        let text = fixture(&format!("openssl/p256.{name}.pem"));
        let key = private_key(&text, &mut answer).unwrap();
        assert_eq!(key.udf(), clear.udf(), "{name}");
        // The same without the armour.
        let der = block(std::str::from_utf8(&text).unwrap());
        assert_eq!(private_key(&der, &mut answer).unwrap().udf(), clear.udf());
        let wrong = private_key(&text, &mut || Ok(secret("wrong")));
        assert_eq!(wrong.err(), Some(Error::WrongPassphrase), "{name}");
        assert_eq!(
            private_key(&text, &mut never).err(),
            Some(Error::NoPassphrase)
        );
    }
    for name in ["rsa2048", "ed25519"] {
        let sealed = read(&format!("openssl/{name}.aes256.pem")).unwrap();
        let clear = read(&format!("openssl/{name}.pkcs8.pem")).unwrap();
        assert_eq!(sealed.udf(), clear.udf());
    }
    let empty = encrypted::present(&clear, &secret(""));
    assert_eq!(empty.err(), Some(Error::PassphraseLength));
}

#[test]
fn keys_under_the_encryption_of_former_days_open() {
    for (name, key) in [
        ("rsa2048.aes128", "rsa2048"),
        ("rsa2048.des3", "rsa2048"),
        ("p256.aes256", "p256"),
        ("p521.aes192", "p521"),
    ] {
        let text = fixture(&format!("openssl/{name}.traditional.pem"));
        let opened = private_key(&text, &mut answer).unwrap();
        let clear = read(&format!("openssl/{key}.pkcs8.pem")).unwrap();
        assert_eq!(opened.udf(), clear.udf(), "{name}");
        for wrong in 0..600 {
            let read = private_key(&text, &mut || Ok(secret(&wrong.to_string())));
            assert_eq!(read.err(), Some(Error::WrongPassphrase), "{name} {wrong}");
        }
        assert_eq!(
            private_key(&text, &mut never).err(),
            Some(Error::NoPassphrase)
        );
    }
}

#[test]
fn headers_that_say_half_of_it_are_refused() {
    let text = fixture_text("openssl/rsa2048.aes128.traditional.pem");
    let header = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap();
    let (sealed, how) = (header("Proc-Type"), header("DEK-Info"));
    let shorter = &how[..how.len() - 2];
    for (from, to) in [
        (sealed, ""),
        (how, ""),
        (how, shorter),
        (how, "DEK-Info: AES-128-CBC"),
        (how, "DEK-Info: \u{1b}[31m,00"),
        (sealed, "Proc-Type: 4,MIC-CLEAR"),
        (sealed, &format!("{sealed}\n{sealed}")),
        (how, &format!("{how}\n{how}")),
    ] {
        let damaged = text.replace(from, to);
        let read = private_key(damaged.as_bytes(), &mut never);
        assert!(matches!(read, Err(Error::Malformed { .. })), "{to}");
    }
}

#[test]
fn what_is_not_supported_is_named() {
    let named = |name: &str| match read(name).unwrap_err() {
        Error::Unsupported { what } => what,
        Error::Crypto(mesh_crypto::Error::Unsupported { name }) => name,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(named("openssl/p224.pkcs8.pem"), "the curve 1.3.132.0.33");
    assert_eq!(named("openssl/rsa1024.pkcs8.pem"), "RSA of 1024 bits");
    assert_eq!(
        named("openssl/p256-explicit.pkcs8.pem"),
        "a curve whose parameters are written out"
    );
    let old = fixture_text("openssl/rsa2048.aes128.traditional.pem");
    let other = old.replace("AES-128-CBC", "DES-CBC");
    assert!(matches!(
        private_key(other.as_bytes(), &mut never),
        Err(Error::Unsupported { what }) if what.contains("DES-CBC")
    ));
    let other = old.replace("RSA PRIVATE", "DSA PRIVATE");
    assert!(matches!(
        private_key(other.as_bytes(), &mut never),
        Err(Error::Unsupported { what }) if what.contains("encrypted DSA PRIVATE KEY")
    ));
    assert_eq!(
        named("lattice/ML-KEM-512-expanded.priv"),
        "an expanded ML-KEM-512 key without its seed"
    );
    assert_eq!(
        named("lattice/ML-DSA-44-expanded.priv"),
        "an expanded ML-DSA-44 key without its seed"
    );
    let other = "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n";
    assert_eq!(
        private_key(other.as_bytes(), &mut never).err(),
        Some(Error::Unsupported {
            what: "a PEM block of DSA PRIVATE KEY".into()
        })
    );
}

#[test]
fn the_examples_of_the_rfcs_on_lattices_are_one_key_in_every_form() {
    for algorithm in KeyAlgorithm::ALL {
        let name = algorithm.jose_name();
        if !name.starts_with("ML-") {
            continue;
        }
        let seed = read(&format!("lattice/{name}-seed.priv")).unwrap();
        assert_eq!(seed.algorithm(), algorithm);
        let both = read(&format!("lattice/{name}-both.priv")).unwrap();
        let public = public_key(&fixture(&format!("lattice/{name}.pub"))).unwrap();
        assert_eq!(seed.public(), &public);
        assert_eq!(both.public(), &public);
        let certified = public_key(&fixture(&format!("lattice/{name}.crt"))).unwrap();
        assert_eq!(certified, public);
        // What is written are the same octets.
        assert_eq!(
            block(&pem(&seed, None)),
            block(&fixture_text(&format!("lattice/{name}-seed.priv")))
        );
    }
}

#[test]
fn lattice_keys_whose_parts_do_not_belong_together_are_refused() {
    let refused = |name: &str| read(&format!("lattice/{name}")).unwrap_err();
    assert_eq!(refused("bad-ML-KEM-512-1.priv"), MISMATCH);
    assert_eq!(refused("bad-ML-KEM-512-4.priv"), MISMATCH);
    assert_eq!(refused("bad-ML-DSA-44-1.priv"), MISMATCH);
    for name in [
        "bad-ML-KEM-512-2.priv",
        "bad-ML-KEM-512-3.priv",
        "bad-ML-DSA-44-2.priv",
        "bad-ML-DSA-44-3.priv",
    ] {
        assert!(matches!(refused(name), Error::Unsupported { .. }), "{name}");
    }
}

#[test]
fn truncated_and_continued_keys_are_malformed() {
    for name in ["openssl/p256.pkcs8.der", "openssl/x448.pkcs8.der"] {
        let whole = fixture(name);
        for length in 0..whole.len() {
            let read = private::parse(&whole[..length]);
            assert!(matches!(read, Err(Error::Malformed { .. })), "{length}");
            assert!(private_key(&whole[..length], &mut never).is_err());
        }
        let longer = [&whole[..], &[0]].concat();
        assert!(matches!(
            private::parse(&longer),
            Err(Error::Malformed { .. })
        ));
    }
    let whole = fixture("openssl/p256.spki.der");
    for length in 0..whole.len() {
        assert!(public::parse(&whole[..length]).is_err());
    }
}

#[test]
fn a_private_key_with_the_public_half_of_another_is_refused() {
    let ours = key(KeyAlgorithm::P256);
    let theirs = read("openssl/p256.pkcs8.pem").unwrap();
    let mut octets = private::present(&ours).unwrap().expose_secret().to_vec();
    let (own, other) = (ours.public().octets(), theirs.public().octets());
    let at = octets.windows(own.len()).position(|w| w == own).unwrap();
    octets[at..at + own.len()].copy_from_slice(other);
    assert_eq!(private::parse(&octets).err(), Some(MISMATCH));

    // RFC 5958 has a place for the public key as well.
    let with_public = |public: &PublicKey| {
        let seed = theirs_of_ed25519();
        let octets = seed.expose_seed_octets().unwrap();
        let mut inner = vec![0x04, 0x20];
        inner.extend_from_slice(octets.expose_secret());
        let mut body = vec![0x02, 1, 1, 0x30, 5, 0x06, 3, 0x2b, 0x65, 0x70, 0x04, 0x22];
        body.extend_from_slice(&inner);
        body.extend_from_slice(&[0x81, 0x21, 0]);
        body.extend_from_slice(public.octets());
        let mut out = vec![0x30, u8::try_from(body.len()).unwrap()];
        out.extend_from_slice(&body);
        private::parse(&out)
    };
    let own = theirs_of_ed25519();
    assert_eq!(with_public(own.public()).unwrap().udf(), own.udf());
    let other = read("openssl/ed25519.pkcs8.pem").unwrap();
    assert_eq!(with_public(other.public()).err(), Some(MISMATCH));
}

fn theirs_of_ed25519() -> PrivateKey {
    key(KeyAlgorithm::Ed25519)
}

#[test]
fn an_rsa_key_whose_numbers_do_not_fit_is_refused() {
    let octets = key(KeyAlgorithm::Rsa2048).expose_seed_octets().unwrap();
    let octets = octets.expose_secret();
    assert!(private::parse_rsa(octets).is_ok());
    // In the modulus, the private exponent and both primes.
    for at in [100, 400, 640, 770] {
        let mut altered = octets.to_vec();
        altered[at] ^= 1;
        assert!(private::parse_rsa(&altered).is_err(), "{at}");
    }
}

#[test]
fn a_file_that_asks_for_excessive_work_is_refused_before_the_passphrase_is_asked_for() {
    let sealed = block(&fixture_text("openssl/p256.aes256.pem"));
    // 2048 iterations, as an integer of two octets: made an integer of the same length that is as large as can be.
    let at = sealed
        .windows(4)
        .position(|w| w == [0x02, 2, 0x08, 0])
        .unwrap();
    let bomb = |count: [u8; 4]| {
        let mut out = sealed.clone();
        out.splice(at..at + 4, [&[0x02, 4][..], &count].concat());
        grow(&out, 2)
    };
    let parsed = |octets: &[u8]| encrypted::parse(octets, &mut never, &mut Budget::new());
    assert_eq!(parsed(&sealed).err(), Some(Error::NoPassphrase));
    assert_eq!(
        parsed(&bomb([0x7f, 0xff, 0xff, 0xff])).err(),
        Some(Error::TooCostly {
            what: "2147483647 iterations".into()
        })
    );
    // scrypt with N = 16384, made 2^22, takes half a gigabyte.
    let mut sealed = block(&fixture_text("openssl/p256.scrypt.pem"));
    let at = sealed
        .windows(4)
        .position(|w| w == [0x02, 2, 0x40, 0])
        .unwrap();
    sealed.splice(at..at + 4, [0x02, 3, 0x40, 0, 0]);
    assert!(matches!(
        parsed(&grow(&sealed, 1)).err(),
        Some(Error::TooCostly { .. })
    ));
}

/// Lengthens the sequences around the parameters of PBES2 by so many octets.
fn grow(octets: &[u8], by: u8) -> Vec<u8> {
    let mut out = octets.to_vec();
    // The whole (in one octet behind 0x81), the scheme, its parameters, the derivation, its parameters.
    let mut at = 0;
    for _ in 0..5 {
        assert_eq!(out[at], 0x30);
        let length = match out[at + 1] {
            0x81 => at + 2,
            _ => at + 1,
        };
        out[length] += by;
        at = length + 1;
        // Passes over an identifier that stands first.
        if out[at] == 0x06 {
            at += 2 + usize::from(out[at + 1]);
        }
    }
    out
}
