// SPDX-License-Identifier: MIT
//! The encoding in which Firefox and the key chain of macOS write these files, made that of everybody else.
//!
//! Spec: X.690, "Basic encoding rules"; RFC 7292, section 4 allows them.
//! Here: lengths that are not stated beforehand, or longer than they must be; octet strings in pieces.
//! Not here: what the values mean (`pkcs12`); tags above 30, which these files do not have.

use zeroize::Zeroizing;

/// How deep values may be within each other.
const MAX_DEPTH: usize = 16;
const CONSTRUCTED: u8 = 0x20;
const OCTET_STRING: u8 = 0x04;
const END: [u8; 2] = [0, 0];

/// One value, and nothing behind it, in DER; `None` when it is not well formed. What is DER already stays as it is.
pub(super) fn to_der(octets: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (value, rest) = Value::read(octets, 0)?;
    if !rest.is_empty() {
        return None;
    }
    let length = value.length(0)?;
    // Of one piece, so that nothing of a key is left behind where it grew.
    let mut der = Zeroizing::new(Vec::with_capacity(length.checked_add(HEAD)?));
    value.write(&mut der, 0)?;
    Some(der)
}

/// The octets of an octet string in pieces, which a tag of the context has instead of its own.
pub(super) fn joined(pieces: &[u8]) -> Option<Vec<u8>> {
    let whole = Value {
        tag: OCTET_STRING | CONSTRUCTED,
        content: pieces,
    };
    let mut octets = Vec::with_capacity(whole.length(0)?);
    whole.write_content(&mut octets, 0)?;
    Some(octets)
}

/// Octets of a tag and the longest length.
const HEAD: usize = 1 + 1 + size_of::<usize>();

#[derive(Clone, Copy)]
struct Value<'a> {
    tag: u8,
    content: &'a [u8],
}

impl<'a> Value<'a> {
    /// The first value, and what is behind it.
    fn read(octets: &'a [u8], depth: usize) -> Option<(Self, &'a [u8])> {
        if depth > MAX_DEPTH {
            return None;
        }
        let (&tag, rest) = octets.split_first()?;
        let (&length, rest) = rest.split_first()?;
        if tag & 0x1f == 0x1f || tag == 0 {
            return None;
        }
        let (content, rest) = match length {
            0..0x80 => rest.split_at_checked(usize::from(length))?,
            0x80 if tag & CONSTRUCTED == 0 => return None,
            0x80 => {
                let mut left = rest;
                while !left.starts_with(&END) {
                    (_, left) = Self::read(left, depth.checked_add(1)?)?;
                }
                let length = rest.len().checked_sub(left.len())?;
                (rest.get(..length)?, left.get(END.len()..)?)
            }
            _ => {
                let (stated, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
                let length = stated.iter().try_fold(0usize, |length, octet| {
                    length.checked_mul(256)?.checked_add(usize::from(*octet))
                })?;
                rest.split_at_checked(length)?
            }
        };
        Some((Self { tag, content }, rest))
    }

    fn is_in_pieces(self) -> bool {
        self.tag == OCTET_STRING | CONSTRUCTED
    }

    /// Calls for each of the values within.
    fn within(
        self,
        depth: usize,
        each: &mut dyn FnMut(Value<'a>, usize) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_add(1)?;
        let mut rest = self.content;
        while !rest.is_empty() {
            let (value, after) = Self::read(rest, depth)?;
            if self.is_in_pieces() && value.tag & !CONSTRUCTED != OCTET_STRING {
                return None;
            }
            each(value, depth)?;
            rest = after;
        }
        Some(())
    }

    /// Octets of the content in DER.
    fn length(self, depth: usize) -> Option<usize> {
        if self.tag & CONSTRUCTED == 0 {
            return Some(self.content.len());
        }
        let mut sum = 0usize;
        self.within(depth, &mut |value, depth| {
            let length = value.length(depth)?;
            let head = match self.is_in_pieces() {
                true => 0,
                false => head(value.tag, length).len(),
            };
            sum = sum.checked_add(head)?.checked_add(length)?;
            Some(())
        })?;
        Some(sum)
    }

    fn write(self, der: &mut Vec<u8>, depth: usize) -> Option<()> {
        let tag = match self.is_in_pieces() {
            true => OCTET_STRING,
            false => self.tag,
        };
        der.extend_from_slice(&head(tag, self.length(depth)?));
        self.write_content(der, depth)
    }

    fn write_content(self, der: &mut Vec<u8>, depth: usize) -> Option<()> {
        if self.tag & CONSTRUCTED == 0 {
            der.extend_from_slice(self.content);
            return Some(());
        }
        self.within(depth, &mut |value, depth| match self.is_in_pieces() {
            true => value.write_content(der, depth),
            false => value.write(der, depth),
        })
    }
}

/// Tag and length.
fn head(tag: u8, length: usize) -> Vec<u8> {
    let octets = length.to_be_bytes();
    let stated: Vec<u8> = octets.into_iter().skip_while(|octet| *octet == 0).collect();
    let mut head = vec![tag];
    match (u8::try_from(length), u8::try_from(stated.len())) {
        (Ok(length @ 0..0x80), _) => head.push(length),
        (_, Ok(count)) => {
            head.push(0x80 | count);
            head.extend_from_slice(&stated);
        }
        // A length has eight octets.
        (_, Err(_)) => {}
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(octets: &[u8]) -> Option<Vec<u8>> {
        to_der(octets).map(|der| der.to_vec())
    }

    #[test]
    fn lengths_are_stated_and_pieces_joined() {
        let cases: [(&[u8], &[u8]); 6] = [
            (&[0x30, 3, 2, 1, 5], &[0x30, 3, 2, 1, 5]),
            (&[0x30, 0x80, 2, 1, 5, 0, 0], &[0x30, 3, 2, 1, 5]),
            (&[0x30, 0x82, 0, 3, 2, 0x81, 1, 5], &[]),
            (&[0x30, 0x82, 0, 4, 2, 0x81, 1, 5], &[0x30, 3, 2, 1, 5]),
            (
                &[
                    0x24, 0x80, 4, 1, 7, 0x24, 0x80, 4, 0, 4, 2, 8, 9, 0, 0, 0, 0,
                ],
                &[4, 3, 7, 8, 9],
            ),
            (
                &[0xa0, 0x80, 0x24, 0x80, 4, 1, 0, 0, 0, 0, 0],
                &[0xa0, 3, 4, 1, 0],
            ),
        ];
        for (ber, expected) in cases {
            let expected = Some(expected.to_vec()).filter(|expected| !expected.is_empty());
            assert_eq!(der(ber), expected, "{ber:?}");
        }
        let long = [&[0x24, 0x80, 4, 0x81, 200][..], &[1; 200], &[0, 0]].concat();
        assert_eq!(der(&long), Some([&[4, 0x81, 200][..], &[1; 200]].concat()));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let deep = [[0x30, 0x80]; MAX_DEPTH + 2].concat();
        let ends = [END; MAX_DEPTH + 2].concat();
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 0x80],
            &[0x30, 0x80, 0],
            &[4, 0x80, 0, 0],
            &[4, 2, 1],
            &[4, 1, 1, 1],
            &[0x24, 3, 2, 1, 5],
            &[0x1f, 0x22, 0],
            &[4, 0xff],
            &[4, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            &[deep, ends].concat(),
        ] {
            assert_eq!(der(bad), None, "{bad:?}");
        }
    }
}
