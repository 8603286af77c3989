// SPDX-License-Identifier: MIT
//! What can go wrong while decoding, and the classes by which every crate of the workspace says whose fault an error is.
//!
//! Spec: schema-protocol, "Response" (status values of a failed transaction).
//! Here: [`Error`] of this crate; [`ErrorClass`] with the one table of exit codes, protocol statuses and C result ranges.
//! Not here: texts for people (`mesh`), error enums of the other crates.

use crate::Kind;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorClass {
    /// A defect of this implementation.
    Internal,
    /// The bytes do not parse.
    Malformed,
    /// The caller broke a stated precondition.
    Misuse,
    /// A peer or a policy declined.
    Refused,
    /// Input and output, the network or a store failed; trying again may help.
    Unavailable,
    /// Well formed, but it uses something that is not implemented.
    Unsupported,
    /// It parses, but a signature, a digest or a binding does not hold.
    Untrusted,
}

impl ErrorClass {
    /// Every class, in alphabetical order.
    pub const ALL: [Self; 7] = [
        Self::Internal,
        Self::Malformed,
        Self::Misuse,
        Self::Refused,
        Self::Unavailable,
        Self::Unsupported,
        Self::Untrusted,
    ];

    /// The table: name, process exit code, protocol status.
    const fn row(self) -> (&'static str, u8, u16) {
        match self {
            Self::Internal => ("internal", 8, 500),
            Self::Malformed => ("malformed", 3, 400),
            Self::Misuse => ("misuse", 2, 422),
            Self::Refused => ("refused", 6, 403),
            Self::Unavailable => ("unavailable", 7, 503),
            Self::Unsupported => ("unsupported", 5, 501),
            Self::Untrusted => ("untrusted", 4, 401),
        }
    }

    /// The class as one lower-case word, as vectors and logs spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// The exit code of a program that ends with an error of this class.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        self.row().1
    }

    /// The `Status` of a protocol response, where the operation defines no better one.
    #[must_use]
    pub const fn protocol_status(self) -> u16 {
        self.row().2
    }

    /// The first of the thousand C result codes that belong to this class: the exit code times one thousand.
    #[must_use]
    pub fn result_base(self) -> i32 {
        i32::from(self.row().1) * 1000
    }
}

/// Why bytes could not be decoded. The text never contains a decoded value, only positions, member names and codes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Two members of one object have the same name.
    #[error("the member name {name:?} occurs twice (at byte {offset})")]
    DuplicateName {
        /// Position behind the second occurrence.
        offset: usize,
        /// The name, cut after 64 characters.
        name: String,
    },
    /// A limit of [`crate::Limits`] is exceeded.
    #[error("{what} exceed the limit of {maximum} (at byte {offset})")]
    Limit {
        /// Position of the value that is too large.
        offset: usize,
        /// What is counted.
        what: &'static str,
        /// The limit.
        maximum: usize,
    },
    /// The bytes break the grammar.
    #[error("{what} (at byte {offset})")]
    Malformed {
        /// Position of the offending byte or value.
        offset: usize,
        /// The rule that is broken.
        what: &'static str,
    },
    /// The reader was called in the wrong order, such as asking for a value before a member name.
    #[error("reader misused: {what} (at byte {offset})")]
    Misuse {
        /// Position of the reader.
        offset: usize,
        /// The precondition that does not hold.
        what: &'static str,
    },
    /// A number does not fit the type that is asked for.
    #[error("number out of range (at byte {offset})")]
    NumberRange {
        /// Position of the number.
        offset: usize,
    },
    /// Bytes follow the value that should be the last.
    #[error("unexpected bytes behind the value (at byte {offset})")]
    Trailing {
        /// Position of the first excess byte.
        offset: usize,
    },
    /// The input ends inside a value.
    #[error("the input ends too early (at byte {offset})")]
    Truncated {
        /// Position of the item that is incomplete.
        offset: usize,
    },
    /// A value has another kind than the one asked for.
    #[error("expected {expected}, found {found} (at byte {offset})")]
    UnexpectedKind {
        /// Position of the value.
        offset: usize,
        /// What was asked for.
        expected: Kind,
        /// What is there.
        found: Kind,
    },
    /// A tagged object carries another tag than the one asked for.
    #[error("expected an object tagged {expected:?}, found {found:?}")]
    UnexpectedTag {
        /// The tag asked for.
        expected: &'static str,
        /// The tag found, cut after 64 characters.
        found: String,
    },
    /// A code of JSON-C or JSON-D, or a number behind one, that this version does not implement.
    #[error("the {family} code 0x{code:02X} is not supported (at byte {offset})")]
    Unsupported {
        /// Position of the code.
        offset: usize,
        /// The code.
        code: u8,
        /// What the code stands for.
        family: &'static str,
    },
}

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::DuplicateName { .. }
            | Self::Limit { .. }
            | Self::Malformed { .. }
            | Self::NumberRange { .. }
            | Self::Trailing { .. }
            | Self::Truncated { .. }
            | Self::UnexpectedKind { .. }
            | Self::UnexpectedTag { .. } => ErrorClass::Malformed,
            Self::Misuse { .. } => ErrorClass::Misuse,
            Self::Unsupported { .. } => ErrorClass::Unsupported,
        }
    }

    /// A [`Error::Malformed`] for decoders of other crates: `offset` is that of [`crate::Reader::offset`].
    #[must_use]
    pub const fn malformed(offset: usize, what: &'static str) -> Self {
        Self::Malformed { offset, what }
    }

    /// At most 64 characters of a name from outside, to be kept in an error.
    pub(crate) fn cut(name: &str) -> String {
        name.chars().take(64).collect()
    }
}

/// Where decoding is a part of input and output.
impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        Self::new(std::io::ErrorKind::InvalidData, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_and_result_ranges_are_distinct_and_never_success() {
        let mut codes: Vec<u8> = ErrorClass::ALL.iter().map(|c| c.exit_code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorClass::ALL.len());
        assert!(!codes.contains(&0));
        for class in ErrorClass::ALL {
            assert!(!(200..300).contains(&class.protocol_status()));
            assert_eq!(class.result_base(), i32::from(class.exit_code()) * 1000);
        }
    }

    #[test]
    fn a_long_name_is_cut_in_errors() {
        assert_eq!(Error::cut(&"é".repeat(100)), "é".repeat(64));
    }
}
