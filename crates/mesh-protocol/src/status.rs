// SPDX-License-Identifier: MIT
//! Status codes of responses.
//!
//! Spec: mesh-protocol, "Status codes".
//! Here: the numbers.
//! Not here: wording for people (`mesh`).

/// The status of a transaction that was executed.
pub const SUCCESS: i64 = 201;
/// The status of one that was not.
pub const FAILURE: i64 = 400;

/// True when a status means that the transaction was executed.
#[must_use]
pub fn is_success(status: i64) -> bool {
    (200..300).contains(&status)
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal;)*) => {
        /// Why a transaction was not executed: the field `StatusExtended`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
            /// A code that this version does not know.
            Other(i64),
        }

        impl Code {
            /// The number.
            #[must_use]
            pub fn number(self) -> i64 {
                match self {
                    $(Self::$name => $code,)*
                    Self::Other(number) => number,
                }
            }

            /// The code of a number.
            #[must_use]
            pub fn of(number: i64) -> Self {
                match number {
                    $($code => Self::$name,)*
                    other => Self::Other(other),
                }
            }

            /// The name, for counting.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                    Self::Other(_) => "Other",
                }
            }

            /// The bland text for the network.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(_) => "Error occurred",
                }
            }
        }
    };
}

codes! {
    /// The address is taken.
    AccountRegistered = 1 "The account address is already registered";
    /// The caller may not do this.
    NotAuthorized = 2 "Not authorized";
    /// Only an administrator may do this.
    NotAdministrator = 3 "Not an administrator";
    /// The device was removed from the account.
    DeviceRevoked = 4 "The device was removed from the account";
    /// The request is well formed and was refused.
    Refused = 5 "Refused";
    /// There is no such account or object.
    NotFound = 6 "Not found";
    /// The account has moved.
    Moved = 7 "Moved";
    /// The request or its result is too large.
    TooLarge = 8 "Too large";
    /// The service did not finish in time.
    Timeout = 9 "Timeout";
    /// The stores have moved on since the caller read them: deviation D-11, no such code in the drafts.
    Stale = 10 "The stores have changed";
    /// The request does not parse or contradicts itself: deviation D-11.
    Invalid = 11 "Invalid request";
    /// The service cannot do it now: deviation D-11.
    Unavailable = 12 "Service unavailable";
    /// The operator of the service has suspended the account: deviation D-61.
    Suspended = 13 "The operator of the service has suspended the account";
    /// The account has used up the room that it has: deviation D-61.
    QuotaExceeded = 14 "The account has no room left";
    /// The service takes new accounts by invitation, and this request brings none that counts: deviation D-61.
    InvitationNeeded = 15 "An invitation is needed";
    /// The account asks for too much at a time: deviation D-61.
    TooManyRequests = 16 "Too many requests";
}

/// What `Complete` answers while no administrator has decided; clients ask again.
pub const RESPONSE_NOT_FOUND: &str = "MeshResponseNotFound";
