// SPDX-License-Identifier: MIT
//! Points in time with a resolution of one second.
//!
//! Spec: mesh-schema, "DateTime" (RFC 3339 text, written in UTC).
//! Here: parsing with any numeric offset, presentation, ordering, arithmetic.
//! Not here: reading a clock (`Environment` of `mesh-crypto`).

use std::fmt;

use crate::Error;

const SECONDS_PER_DAY: i64 = 86_400;
/// The Gregorian calendar repeats after 400 years of this many days.
const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_OFFSET: i64 = 719_468;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted, between the years 1 and 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(i64);

impl DateTime {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800);
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// From seconds since the Unix epoch. Values outside [`Self::MIN`] and [`Self::MAX`], which have no
    /// presentation with four digits, become the nearer of the two.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < Self::MIN.0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// Seconds since the Unix epoch.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Later (or earlier) by `seconds`; `None` outside the years 1 to 9999.
    #[must_use]
    pub fn add_seconds(self, seconds: i64) -> Option<Self> {
        self.0
            .checked_add(seconds)
            .filter(|sum| (Self::MIN.0..=Self::MAX.0).contains(sum))
            .map(Self)
    }

    /// Parses `yyyy-MM-ddTHH:mm:ss`, an optional fraction (dropped), and `Z` or an offset of at most 24 hours.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] when the text is none of this, or names a day or time that does not exist.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut cursor = Cursor(text.as_bytes());
        cursor
            .date_time()
            .filter(|_| cursor.0.is_empty())
            .ok_or(Error::malformed(0, INVALID))
    }
}

/// What is wrong when [`DateTime::parse`] fails.
pub(crate) const INVALID: &str = "not a date and time";

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0.div_euclid(SECONDS_PER_DAY));
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

/// The days since the epoch of a date; years count from March, so that a leap day is a year's last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
        - EPOCH_OFFSET
}

/// Year, month and day of a day since the epoch.
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + EPOCH_OFFSET;
    let era = shifted.div_euclid(DAYS_PER_ERA);
    let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era;
    (if month <= 2 { year + 1 } else { year }, month, day)
}

/// The rest of a text that is being parsed.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn date_time(&mut self) -> Option<DateTime> {
        let year = self.number(4)?;
        self.literal(b"-")?;
        let month = self.number(2)?;
        self.literal(b"-")?;
        let day = self.number(2)?;
        self.literal(b"Tt")?;
        let hour = self.number(2)?;
        self.literal(b":")?;
        let minute = self.number(2)?;
        self.literal(b":")?;
        let second = self.number(2)?;
        self.fraction()?;
        let offset = self.offset()?;

        let start = days(year, month, day);
        let exists = year >= 1
            && (1..=12).contains(&month)
            && day >= 1
            && civil(start) == (year, month, day);
        if !exists || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        DateTime(start * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second).add_seconds(-offset)
    }

    /// Exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        head.iter().try_fold(0_i64, |value, byte| {
            byte.is_ascii_digit()
                .then(|| value * 10 + i64::from(byte - b'0'))
        })
    }

    /// One of these characters.
    fn literal(&mut self, any: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        any.contains(first).then_some(*first)
    }

    fn fraction(&mut self) -> Option<()> {
        if let Some(rest) = self.0.strip_prefix(b".") {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.0 = rest.get(digits..).filter(|_| digits > 0)?;
        }
        Some(())
    }

    /// Seconds east of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.literal(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.number(2)?;
        if let Some(rest) = self.0.strip_prefix(b":") {
            self.0 = rest;
        }
        let minutes = self.number(2)?;
        let seconds = hours * 3600 + minutes * 60;
        (minutes < 60 && seconds <= SECONDS_PER_DAY).then_some(sign * seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_parse_and_present() {
        for (text, unix) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:34:56Z", 951_827_696),
            ("2024-10-14T13:10:44Z", 1_728_911_444),
            ("1969-12-31T23:59:59Z", -1),
            ("0001-01-01T00:00:00Z", DateTime::MIN.unix()),
            ("9999-12-31T23:59:59Z", DateTime::MAX.unix()),
        ] {
            let moment = DateTime::parse(text).unwrap();
            assert_eq!(moment.unix(), unix, "{text}");
            assert_eq!(moment.to_string(), text);
        }
    }

    #[test]
    fn offsets_up_to_a_day_and_fractions_are_accepted() {
        for text in [
            "2024-10-14T15:10:44+02:00",
            "2024-10-14T08:40:44-0430",
            "2024-10-15T13:10:44+24:00",
            "2024-10-13T13:10:44-24:00",
            "2024-10-14t13:10:44.999z",
        ] {
            assert_eq!(
                DateTime::parse(text).map(DateTime::unix),
                Ok(1_728_911_444),
                "{text}"
            );
        }
    }

    #[test]
    fn impossible_or_incomplete_texts_are_refused() {
        for text in [
            "",
            "2024-10-14",
            "2024-10-14T13:10:44",
            "2024-10-14T13:10:44+24:01",
            "2024-10-14T13:10:44+01:60",
            "2024-10-14T13:10:44.Z",
            "2024-10-14T13:10:44Z ",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-01-00T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:60:00Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "+024-01-01T00:00:00Z",
            "２024-01-01T00:00:00Z",
        ] {
            assert!(DateTime::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_day_of_a_calendar_cycle_round_trips() {
        let mut day = DateTime::from_unix(0);
        for _ in 0..DAYS_PER_ERA {
            assert_eq!(DateTime::parse(&day.to_string()), Ok(day));
            day = day.add_seconds(SECONDS_PER_DAY + 1).unwrap();
        }
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        assert_eq!(DateTime::MAX.add_seconds(1), None);
        assert_eq!(DateTime::MIN.add_seconds(-1), None);
        assert_eq!(DateTime::MAX.add_seconds(i64::MAX), None);
        assert_eq!(DateTime::from_unix(i64::MAX), DateTime::MAX);
        assert_eq!(DateTime::from_unix(i64::MIN), DateTime::MIN);
    }
}
