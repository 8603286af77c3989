// SPDX-License-Identifier: MIT
//! QR codes: shown on a terminal, written as PNG or SVG, read from the picture of a camera.
//!
//! Spec: mesh-protocol, "Device Connection", dynamic QR code; the text is a Mesh URI (`mesh-crypto`, uri).
//! Here: text into a code and back.
//! Not here: what the text says (`command/device`).

use std::io::{Cursor, Read};
use std::path::Path;

use image::{ExtendedColorType, ImageEncoder, ImageFormat, ImageReader, Limits};
use mesh_jsonbcd::ErrorClass;
use qrcode::{Color, EcLevel, QrCode};
use zeroize::Zeroizing;

use crate::error::Failure;

/// White modules around a code, as the standard demands.
const QUIET: usize = 4;
/// Pixels of a module in a picture.
const SCALE: usize = 8;
/// The largest picture that is read, in pixels of each side: that of a very good camera.
const MAX_SIDE: u32 = 12_000;
/// The largest file that is read.
const MAX_FILE: u64 = 64 << 20;
/// Octets that a decoded picture may take.
const MAX_DECODED: u64 = 512 << 20;

fn code(text: &str) -> Result<QrCode, Failure> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| {
        Failure::of(
            ErrorClass::Misuse,
            "the text is too long for a QR code".to_owned(),
        )
    })
}

/// Dark modules, with the quiet zone, in rows.
///
/// # Errors
/// [`Failure`] when the text is too long.
pub(crate) fn modules(text: &str) -> Result<Vec<Vec<bool>>, Failure> {
    let code = code(text)?;
    let width = code.width();
    let side = width.saturating_add(QUIET.saturating_mul(2));
    let mut rows = vec![vec![false; side]; side];
    let inner = rows.iter_mut().skip(QUIET);
    for (row, colors) in inner.zip(code.to_colors().chunks(width)) {
        for (module, color) in row.iter_mut().skip(QUIET).zip(colors) {
            *module = *color == Color::Dark;
        }
    }
    Ok(rows)
}

/// A code of half blocks, two modules in a character; light modules are drawn, for terminals are dark more often than not.
///
/// # Errors
/// [`Failure`] when the text is too long.
pub fn terminal(text: &str) -> Result<Zeroizing<String>, Failure> {
    let rows = modules(text)?;
    let mut out = Zeroizing::new(String::new());
    for pair in rows.chunks(2) {
        let (Some(upper), lower) = (pair.first(), pair.get(1)) else {
            continue;
        };
        for (column, &above) in upper.iter().enumerate() {
            // Behind the last row there is nothing to draw.
            let below = lower.is_none_or(|lower| lower.get(column) == Some(&true));
            out.push(match (above, below) {
                (false, false) => '\u{2588}',
                (false, true) => '\u{2580}',
                (true, false) => '\u{2584}',
                (true, true) => ' ',
            });
        }
        out.push('\n');
    }
    Ok(out)
}

/// A code as a file, in the form that its name ends with: `.png` or `.svg`.
///
/// # Errors
/// [`Failure`] for other endings, and when the text is too long.
pub fn picture(text: &str, file: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let ending = file.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("png") => png(text),
        Some("svg") => {
            let svg = code(text)?
                .render::<qrcode::render::svg::Color<'_>>()
                .min_dimensions(256, 256)
                .build();
            Ok(Zeroizing::new(svg.into_bytes()))
        }
        _ => Err(Failure::misuse(
            format!("{} is neither .png nor .svg", file.display()),
            "name a file that ends with .png or .svg",
        )),
    }
}

fn png(text: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let rows = modules(text)?;
    let side = rows.len().saturating_mul(SCALE);
    let mut pixels = Zeroizing::new(Vec::with_capacity(side.saturating_mul(side)));
    for row in &rows {
        for _ in 0..SCALE {
            for &dark in row {
                let value = if dark { 0 } else { u8::MAX };
                pixels.extend(std::iter::repeat_n(value, SCALE));
            }
        }
    }
    let side = u32::try_from(side).unwrap_or(u32::MAX);
    let mut out = Zeroizing::new(Vec::new());
    image::codecs::png::PngEncoder::new(&mut *out)
        .write_image(&pixels, side, side, ExtendedColorType::L8)
        .map_err(|error| Failure::of(ErrorClass::Internal, error.to_string()))?;
    Ok(out)
}

/// The text of the one code in a picture, PNG or JPEG.
///
/// # Errors
/// [`Failure`] when the file is no such picture, is too large, or holds no code or several.
pub fn read(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let mut octets = Zeroizing::new(Vec::new());
    std::fs::File::open(file)?
        .take(MAX_FILE.saturating_add(1))
        .read_to_end(&mut octets)?;
    decode(&octets).map_err(|why| Failure {
        cause: format!("{}: {why}", file.display()),
        remedy: "take a sharp picture of the whole code, as PNG or JPEG".to_owned(),
        class: ErrorClass::Malformed,
    })
}

/// The text of the one code in the octets of a picture, or why there is none.
///
/// # Errors
/// What is wrong with the picture, for people.
pub fn decode(octets: &[u8]) -> Result<Zeroizing<String>, String> {
    if u64::try_from(octets.len()).unwrap_or(u64::MAX) > MAX_FILE {
        return Err(format!("a file of more than {MAX_FILE} octets"));
    }
    let reader = ImageReader::new(Cursor::new(octets)).with_guessed_format();
    let mut reader = reader.map_err(|error| error.to_string())?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err("neither PNG nor JPEG".to_owned());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| error.to_string())?;
    let picture = picture.into_luma8();
    let side = |pixels: u32| usize::try_from(pixels).unwrap_or(usize::MAX);
    let (width, height) = (side(picture.width()), side(picture.height()));
    let pixels = Zeroizing::new(picture.into_raw());
    let at = |x: usize, y: usize| {
        let place = y.saturating_mul(width).saturating_add(x);
        pixels.get(place).copied().unwrap_or(u8::MAX)
    };
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
    let mut found: Vec<Zeroizing<String>> = Vec::new();
    let mut unreadable = None;
    for grid in prepared.detect_grids() {
        match grid.decode() {
            Ok((_, text)) => found.push(Zeroizing::new(text)),
            // What looks like a code and is none must not hide the one beside it.
            Err(error) => unreadable = Some(error.to_string()),
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(text), true) => Ok(text),
        (Some(_), false) => Err("several QR codes".to_owned()),
        (None, _) => Err(unreadable.unwrap_or_else(|| "no QR code".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "mcd://alice@example.com/ADE7-U5DR-2YNJ-XKVX-4RUE-SVL5-5I";

    #[test]
    fn a_code_is_read_from_its_picture() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("code.png");
        std::fs::write(&file, &*picture(TEXT, &file).unwrap()).unwrap();
        assert_eq!(*read(&file).unwrap(), TEXT);
        let svg = picture(TEXT, &directory.path().join("code.SVG")).unwrap();
        assert!(svg.starts_with(b"<?xml"));
        assert!(picture(TEXT, Path::new("code.gif")).is_err());
        assert!(picture(&"x".repeat(5000), &file).is_err());
    }

    #[test]
    fn what_the_terminal_shows_is_a_code() {
        // Back from half blocks into a picture, with which the reader agrees.
        let shown = terminal(TEXT).unwrap();
        let mut rows: Vec<Vec<u8>> = Vec::new();
        for line in shown.lines() {
            let (mut upper, mut lower) = (Vec::new(), Vec::new());
            for block in line.chars() {
                let (above, below) = match block {
                    '\u{2588}' => (255, 255),
                    '\u{2580}' => (255, 0),
                    '\u{2584}' => (0, 255),
                    _ => (0, 0),
                };
                upper.extend([above; 4]);
                lower.extend([below; 4]);
            }
            for row in [upper, lower] {
                rows.extend([row.clone(), row.clone(), row.clone(), row]);
            }
        }
        let (width, height) = (rows[0].len(), rows.len());
        let mut prepared =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| rows[y][x]);
        let grids = prepared.detect_grids();
        assert_eq!(grids[0].decode().unwrap().1, TEXT);
    }

    #[test]
    fn other_files_are_refused_without_harm() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("picture");
        let whole = png(TEXT).unwrap().to_vec();
        let mut blank = Vec::new();
        image::codecs::png::PngEncoder::new(&mut blank)
            .write_image(&[255; 64 * 64], 64, 64, ExtendedColorType::L8)
            .unwrap();
        // A small file that says it is huge.
        let mut bomb = whole.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        for octets in [
            &b""[..],
            b"no picture",
            &whole[..whole.len() / 2],
            &blank,
            &bomb,
            b"GIF89a",
        ] {
            std::fs::write(&file, octets).unwrap();
            assert!(read(&file).is_err());
        }
        assert!(read(&directory.path().join("none")).is_err());
    }

    /// Pictures of codes with pixels, rows and blocks overwritten: the reader is a library, and a panic in it would be ours.
    #[test]
    fn damaged_codes_do_no_harm() {
        let clean = image::load_from_memory(&png(TEXT).unwrap())
            .unwrap()
            .into_luma8();
        let (width, height) = clean.dimensions();
        let mut state = 1_u64;
        let mut random = |below: u32| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            u32::try_from(state >> 33).unwrap() % below
        };
        let rounds = std::env::var("MESH_QR_ROUNDS").map_or(150, |rounds| rounds.parse().unwrap());
        for _ in 0..rounds {
            let mut damaged = clean.clone();
            for _ in 0..=random(12) {
                let (left, top) = (random(width), random(height));
                let (right, bottom) = (random(64) + 1, random(64) + 1);
                let value = [0, 255, 128][usize::try_from(random(3)).unwrap()];
                for y in top..(top + bottom).min(height) {
                    for x in left..(left + right).min(width) {
                        damaged.put_pixel(x, y, image::Luma([value]));
                    }
                }
            }
            let damaged = image::imageops::crop_imm(
                &damaged,
                random(24),
                random(24),
                width - random(40),
                height - random(40),
            )
            .to_image();
            let mut octets = Vec::new();
            image::codecs::png::PngEncoder::new(&mut octets)
                .write_image(
                    damaged.as_raw(),
                    damaged.width(),
                    damaged.height(),
                    ExtendedColorType::L8,
                )
                .unwrap();
            if let Ok(text) = decode(&octets) {
                assert_eq!(*text, TEXT, "what is read is what was written");
            }
        }
    }
}
