// SPDX-License-Identifier: MIT
//! The widths of binary floating point numbers, and exact conversion between them.
//!
//! Spec: jsonbcd, "JSON-D"; IEEE 754, "Binary interchange format encodings"; Intel 64 Architectures Software Developer's
//! Manual, "Floating-Point Data Types" (80 bits).
//! Here: any width to 64 bits, 64 bits to the narrowest width; never with rounding.
//! Not here: decimal text (`reader`, `writer`); decimal widths, since the draft leaves their encoding open.

use crate::token;

/// The fields of a width, in bits.
#[derive(Clone, Copy)]
struct Width {
    exponent: u32,
    fraction: u32,
}

const BINARY16: Width = Width {
    exponent: 5,
    fraction: 10,
};
const BINARY32: Width = Width {
    exponent: 8,
    fraction: 23,
};
const BINARY64: Width = Width {
    exponent: 11,
    fraction: 52,
};
const BINARY128: Width = Width {
    exponent: 15,
    fraction: 112,
};

/// Why octets give no number of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// An infinity, or not a number.
    NotFinite,
    /// A number between or beyond those of 64 bits.
    Inexact,
    /// An encoding that the processor refuses.
    Invalid,
}

/// A finite number: plus or minus `mantissa` times two to the power of `exponent`.
struct Parts {
    negative: bool,
    mantissa: u128,
    exponent: i32,
}

/// The number of octets behind a code for floating point numbers.
pub(crate) const fn length(code: u8) -> usize {
    match code {
        token::FLOAT16 => 2,
        token::FLOAT32 => 4,
        token::FLOAT64 => 8,
        token::FLOAT80 => 10,
        _ => 16,
    }
}

/// The number behind a code, whose octets are complete.
pub(crate) fn read(code: u8, octets: &[u8]) -> Result<f64, Fault> {
    let bits = octets
        .iter()
        .fold(0_u128, |bits, octet| bits << 8 | u128::from(*octet));
    let parts = match code {
        token::FLOAT16 => split(bits, BINARY16),
        token::FLOAT32 => split(bits, BINARY32),
        token::FLOAT64 => split(bits, BINARY64),
        token::FLOAT80 => split_80(bits)?,
        _ => split(bits, BINARY128),
    };
    let parts = parts.ok_or(Fault::NotFinite)?;
    let bits = join(&parts, BINARY64).ok_or(Fault::Inexact)?;
    u64::try_from(bits)
        .map(f64::from_bits)
        .map_err(|_| Fault::Inexact)
}

/// Appends the narrowest code and octets that hold the number exactly.
pub(crate) fn write_narrowest(out: &mut Vec<u8>, value: f64) {
    let parts = split(value.to_bits().into(), BINARY64);
    let fit = |width| parts.as_ref().and_then(|parts| join(parts, width));
    if let Some(Ok(bits)) = fit(BINARY16).map(u16::try_from) {
        out.push(token::FLOAT16);
        out.extend_from_slice(&bits.to_be_bytes());
    } else if let Some(Ok(bits)) = fit(BINARY32).map(u32::try_from) {
        out.push(token::FLOAT32);
        out.extend_from_slice(&bits.to_be_bytes());
    } else {
        write_64(out, value);
    }
}

/// Appends the code and the octets of 64 bits.
pub(crate) fn write_64(out: &mut Vec<u8>, value: f64) {
    out.push(token::FLOAT64);
    out.extend_from_slice(&value.to_be_bytes());
}

/// The largest exponent of a number, and what is added to exponents where they are stored.
const fn bias(width: Width) -> i32 {
    (1 << (width.exponent - 1)) - 1
}

const fn mask(bits: u32) -> u128 {
    (1 << bits) - 1
}

/// Takes a number apart, unless it is an infinity or none.
fn split(bits: u128, width: Width) -> Option<Parts> {
    let stored = bits >> width.fraction & mask(width.exponent);
    let fraction = bits & mask(width.fraction);
    if stored == mask(width.exponent) {
        return None;
    }
    let unit =
        i32::try_from(stored.max(1)).ok()? - bias(width) - i32::try_from(width.fraction).ok()?;
    let implicit = if stored == 0 { 0 } else { 1 << width.fraction };
    let negative = bits >> (width.exponent + width.fraction) & 1 == 1;
    Some(reduced(negative, fraction | implicit, unit))
}

/// As [`split`] for 80 bits, whose leading bit is stored.
fn split_80(bits: u128) -> Result<Option<Parts>, Fault> {
    let stored = bits >> 64 & mask(15);
    let mantissa = bits & mask(64);
    if stored == mask(15) {
        return Ok(None);
    }
    if stored != 0 && mantissa >> 63 == 0 {
        return Err(Fault::Invalid);
    }
    let unit = i32::try_from(stored.max(1)).map_err(|_| Fault::Invalid)? - bias(BINARY128) - 63;
    Ok(Some(reduced(bits >> 79 & 1 == 1, mantissa, unit)))
}

/// Moves factors of two from the mantissa to the exponent.
fn reduced(negative: bool, mantissa: u128, exponent: i32) -> Parts {
    let zeros = if mantissa == 0 {
        0
    } else {
        mantissa.trailing_zeros()
    };
    Parts {
        negative,
        mantissa: mantissa >> zeros,
        exponent: exponent.saturating_add_unsigned(zeros),
    }
}

/// Puts a number together, if the width holds it exactly.
fn join(parts: &Parts, width: Width) -> Option<u128> {
    let sign = u128::from(parts.negative) << (width.exponent + width.fraction);
    if parts.mantissa == 0 {
        return Some(sign);
    }
    let bits = u128::BITS - parts.mantissa.leading_zeros();
    let top = parts.exponent.checked_add_unsigned(bits - 1)?;
    let least = 1 - bias(width);
    if bits > width.fraction + 1 || top > bias(width) {
        return None;
    }
    if top >= least {
        let stored = u128::try_from(top + bias(width)).ok()?;
        let fraction = parts.mantissa << (width.fraction + 1 - bits) & mask(width.fraction);
        return Some(sign | stored << width.fraction | fraction);
    }
    // Below the least power of two, all numbers are multiples of one unit.
    let unit = least.checked_sub_unsigned(width.fraction)?;
    let shift = u32::try_from(parts.exponent - unit).ok()?;
    Some(sign | parts.mantissa << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Octets from a number, most significant first.
    fn octets(code: u8, bits: u128) -> Vec<u8> {
        bits.to_be_bytes()[16 - length(code)..].to_vec()
    }

    #[test]
    fn known_numbers_of_all_widths() {
        for (code, bits, value) in [
            (token::FLOAT16, 0x3C00, 1.0),
            (token::FLOAT16, 0xC000, -2.0),
            (token::FLOAT16, 0x7BFF, 65504.0),
            (token::FLOAT16, 0x0001, 2_f64.powi(-24)),
            (token::FLOAT16, 0x3555, 0.333_251_953_125),
            (token::FLOAT32, 0x3F80_0000, 1.0),
            (token::FLOAT32, 0x0000_0001, 2_f64.powi(-149)),
            (token::FLOAT64, 0x3FF8_0000_0000_0000, 1.5),
            (token::FLOAT64, 1, f64::from_bits(1)),
            (token::FLOAT80, 0x3FFF_8000_0000_0000_0000, 1.0),
            (token::FLOAT80, 0xC000_C000_0000_0000_0000, -3.0),
            (token::FLOAT128, 0x3FFF << 112, 1.0),
            (token::FLOAT128, 0xC0008 << 108, -3.0),
            (token::FLOAT128, 0, 0.0),
        ] {
            let read = read(code, &octets(code, bits)).unwrap();
            assert_eq!(read.to_bits(), value.to_bits(), "{code:02X} {bits:X}");
        }
        let minus_zero = read(token::FLOAT16, &[0x80, 0]).unwrap();
        assert!(minus_zero == 0.0 && minus_zero.is_sign_negative());
    }

    #[test]
    fn what_64_bits_cannot_hold_is_said() {
        let third = 0x3FFD_5555_5555_5555_5555_5555_5555_5555_u128;
        for (code, bits, fault) in [
            (token::FLOAT16, 0x7C00, Fault::NotFinite),
            (token::FLOAT32, 0xFFC0_0000, Fault::NotFinite),
            (token::FLOAT80, 0x7FFF_8000_0000_0000_0000, Fault::NotFinite),
            (token::FLOAT80, 0x3FFF_0000_0000_0000_0001, Fault::Invalid),
            (token::FLOAT80, 0x3FFF_8000_0000_0000_0001, Fault::Inexact),
            (token::FLOAT80, 0x7FFE_8000_0000_0000_0000, Fault::Inexact),
            (token::FLOAT80, 0x0000_0000_0000_0000_0001, Fault::Inexact),
            (token::FLOAT128, 0x7FFF << 112, Fault::NotFinite),
            (token::FLOAT128, third, Fault::Inexact),
            (token::FLOAT128, 1, Fault::Inexact),
        ] {
            assert_eq!(
                read(code, &octets(code, bits)),
                Err(fault),
                "{code:02X} {bits:X}"
            );
        }
    }

    #[test]
    fn every_number_of_16_bits_is_written_in_16_bits() {
        for bits in 0..=u16::MAX {
            let octets = bits.to_be_bytes();
            let Ok(value) = read(token::FLOAT16, &octets) else {
                assert_eq!(bits & 0x7C00, 0x7C00);
                continue;
            };
            let mut out = Vec::new();
            write_narrowest(&mut out, value);
            assert_eq!(out, [token::FLOAT16, octets[0], octets[1]]);
        }
    }

    #[test]
    fn numbers_of_32_bits_are_written_in_32_bits() {
        for bits in [
            1,
            0x7F_FFFF,
            0x80_0000,
            0x3DCC_CCCD,
            0x7F7F_FFFF,
            0xFF7F_FFFF,
        ] {
            let mut out = Vec::new();
            write_narrowest(&mut out, f32::from_bits(bits).into());
            assert_eq!(
                out,
                [[token::FLOAT32].as_slice(), &bits.to_be_bytes()].concat()
            );
        }
        for value in [0.1, 1e39, f64::from_bits(1), f64::MAX] {
            let mut out = Vec::new();
            write_narrowest(&mut out, value);
            assert_eq!(
                out,
                [[token::FLOAT64].as_slice(), &value.to_be_bytes()].concat()
            );
        }
    }
}
