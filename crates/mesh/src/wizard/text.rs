// SPDX-License-Identifier: MIT
//! What the wizards say, in each language.
//!
//! Spec: RFC 9110, "Accept-Language".
//! Here: the choice of the language, values put into texts.
//! Not here: the texts, one file for each language: `en` names the keys, the others give the same ones or do not compile.

mod de;
mod en;

use axum::http::HeaderValue;

pub(super) use self::en::Texts;

/// Makes the record of all texts, and the first of it.
macro_rules! texts {
    ($($key:ident: $text:expr,)*) => {
        /// Every text of the wizards.
        pub(in crate::wizard) struct Texts {
            $(pub(in crate::wizard) $key: &'static str,)*
        }

        impl Texts {
            /// The texts with their keys.
            #[cfg(test)]
            pub(super) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)*]
            }
        }

        /// English.
        pub(super) static EN: Texts = Texts { $($key: $text,)* };
    };
}
pub(in crate::wizard) use texts;

/// The languages.
static ALL: [&Texts; 2] = [&en::EN, &de::DE];

impl Texts {
    /// The language that a browser prefers among those that there are; English where it names none of them.
    pub(super) fn of(accepted: Option<&HeaderValue>) -> &'static Self {
        let accepted = accepted
            .and_then(|accepted| accepted.to_str().ok())
            .unwrap_or_default();
        let mut best: (&Self, f32) = (&en::EN, 0.0);
        for part in accepted.split(',') {
            let mut parts = part.split(';');
            let language = parts.next().unwrap_or_default().trim();
            let weight = parts
                .find_map(|parameter| parameter.trim().strip_prefix("q="))
                .map_or(Some(1.0), |weight| weight.parse::<f32>().ok());
            if let (Some(texts), Some(weight)) = (Self::named(language), weight)
                && weight > best.1
            {
                best = (texts, weight);
            }
        }
        best.0
    }

    /// The language of the environment.
    pub(super) fn of_environment() -> &'static Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty());
        set.and_then(|value| Self::named(&value)).unwrap_or(&en::EN)
    }

    fn named(name: &str) -> Option<&'static Self> {
        let primary = name.split(['-', '_', '.']).next()?;
        ALL.into_iter()
            .find(|texts| texts.lang.eq_ignore_ascii_case(primary))
    }
}

/// A text with values in the place of their names in braces.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // In one go: what stands in a value is not filled in again.
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(key, _)| *key == name);
        debug_assert!(value.is_some(), "nothing is given for {name:?} in {text:?}");
        out.push_str(value.map_or("", |(_, value)| value));
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let parts = text.split('{').skip(1);
        let mut names: Vec<&str> = parts.map(|part| part.split_once('}').unwrap().0).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_language_says_everything() {
        for texts in ALL {
            for ((key, english), (other, text)) in en::EN.all().into_iter().zip(texts.all()) {
                assert_eq!(key, other);
                assert!(!text.trim().is_empty(), "{} has no {key}", texts.lang);
                assert_eq!(names(english), names(text), "{} of {}", key, texts.lang);
                assert!(
                    !text.contains("  ") && text.trim() == text,
                    "{key}: {text:?}"
                );
            }
        }
    }

    #[test]
    fn no_language_is_left_in_another() {
        // Names of things, and words that are the same in both.
        let same = ["product", "code_label"];
        for ((key, english), (_, german)) in en::EN.all().into_iter().zip(de::DE.all()) {
            let names_only = english.split_whitespace().count() == 1;
            assert!(
                english != german || same.contains(&key) || names_only,
                "{key} is not translated"
            );
        }
    }

    #[test]
    fn the_preferred_language_is_chosen() {
        let of = |accepted: &str| {
            let value = HeaderValue::from_str(accepted).unwrap();
            Texts::of(Some(&value)).lang
        };
        assert_eq!(Texts::of(None).lang, "en");
        assert_eq!(of("de"), "de");
        assert_eq!(of("de-AT,de;q=0.9,en;q=0.8"), "de");
        assert_eq!(of("en-GB,en;q=0.9,de;q=0.8"), "en");
        assert_eq!(of("fr,de;q=0.5,en;q=0.3"), "de");
        assert_eq!(of("fr"), "en");
        assert_eq!(of("de;q=0"), "en");
        assert_eq!(of("de;q=x,;,,"), "en");
    }

    #[test]
    fn values_are_not_filled_in_again() {
        assert_eq!(fill("a {x} {y}!", &[("x", "{y}"), ("y", "2")]), "a {y} 2!");
        assert_eq!(fill("no names", &[("x", "1")]), "no names");
    }
}
