// SPDX-License-Identifier: MIT
//! Unit tests of the reader: order of calls, separators, limits.

use super::*;
use crate::{Writer, copy_value, to_json};

fn small(max_depth: usize, max_string: usize, max_items: usize) -> Limits {
    Limits {
        max_bytes: 1000,
        max_depth,
        max_string,
        max_items,
        ..Limits::default()
    }
}

fn skip(input: &[u8], limits: Limits) -> Result<(), Error> {
    let mut reader = Reader::with_limits(input, limits);
    reader.skip()?;
    reader.finish()
}

/// The value as JSON text.
fn text(input: &[u8]) -> Result<String, Error> {
    let raw = Raw::parse(input.to_vec())?;
    Ok(String::from_utf8(to_json(&raw)).unwrap())
}

#[test]
fn members_are_read_in_either_encoding_and_mixed() {
    for input in [
        b"{ \"Status\" : 201 , \"X\" : \"y\" }".as_slice(),
        b"{\xb4\x06Status\xa0\xc9\xb4\x01X\x80\x01y}",
        b"{\xb4\x06Status: 201, \"X\" \x80\x01y}",
        b"{\"Status\"\xa0\xc9\"X\":\"y\"}",
        b"{\x80\x06Status\xa1\x00\xc9\xb5\x00\x01X\x84\x00\x83\0\0\0\0\0\0\0\x01y}",
    ] {
        let mut r = Reader::new(input);
        r.begin_object().unwrap();
        assert_eq!(r.next_name().unwrap().as_deref(), Some("Status"));
        assert_eq!(r.integer(), Ok(201));
        assert_eq!(r.next_name().unwrap().as_deref(), Some("X"));
        assert_eq!(r.string().as_deref(), Ok("y"));
        assert_eq!(r.next_name(), Ok(None));
        assert_eq!(r.finish(), Ok(()));
        assert_eq!(r.offset(), input.len());
    }
}

#[test]
fn several_values_may_follow_each_other_at_the_top() {
    let mut r = Reader::new(b"\x88\x01\x01\x88\x01\x02 7\n");
    assert_eq!(r.binary(), Ok(vec![1]));
    assert_eq!(r.binary_cow(), Ok(Cow::Borrowed([2].as_slice())));
    assert!(!r.is_at_end());
    assert_eq!(r.integer(), Ok(7));
    assert!(r.is_at_end());
    assert_eq!(r.finish(), Ok(()));
}

#[test]
fn peek_tells_the_kind_and_consumes_nothing() {
    for (input, kind) in [
        (b"{}".as_slice(), Kind::Object),
        (b"[", Kind::Array),
        (b"\"a\"", Kind::String),
        (b"\x84\x00", Kind::String),
        (b"\x88\x00", Kind::Binary),
        (b"\x8c\x00", Kind::Binary),
        (b"-12", Kind::Integer),
        (b"\xa0\x01", Kind::Integer),
        (b"\xa8\x01", Kind::Integer),
        (b"1.5", Kind::Float),
        (b"1e5", Kind::Float),
        (b"\x92", Kind::Float),
        (b"true", Kind::Boolean),
        (b"\xb1", Kind::Boolean),
        (b"null", Kind::Null),
        (b"\xb2", Kind::Null),
    ] {
        let mut r = Reader::new(input);
        assert_eq!(r.peek(), Ok(kind), "{input:?}");
        assert_eq!(r.peek(), Ok(kind));
        assert_eq!(r.offset(), 0);
    }
}

#[test]
fn integers_cover_exactly_the_range_of_i64() {
    let integer = |input: &[u8]| Reader::new(input).integer();
    assert_eq!(integer(b"9223372036854775807"), Ok(i64::MAX));
    assert_eq!(integer(b"-9223372036854775808"), Ok(i64::MIN));
    assert_eq!(
        integer(b"\xa3\x7f\xff\xff\xff\xff\xff\xff\xff"),
        Ok(i64::MAX)
    );
    assert_eq!(integer(b"\xab\x80\0\0\0\0\0\0\0"), Ok(i64::MIN));
    for input in [
        b"9223372036854775808".as_slice(),
        b"-9223372036854775809",
        b"\xa3\x80\0\0\0\0\0\0\0",
        b"\xab\x80\0\0\0\0\0\0\x01",
    ] {
        assert_eq!(integer(input), Err(Error::NumberRange { offset: 0 }));
    }
}

#[test]
fn floats_accept_integers_and_the_64_bit_code() {
    let float = |input: &[u8]| Reader::new(input).float();
    assert_eq!(float(b"1.25e2"), Ok(125.0));
    assert_eq!(float(b"-3"), Ok(-3.0));
    assert_eq!(float(b"\xa0\x03"), Ok(3.0));
    assert_eq!(float(b"\x92\x3f\xf8\0\0\0\0\0\0"), Ok(1.5));
    assert_eq!(
        float(b"\x92\x7f\xf8\0\0\0\0\0\0"),
        Err(Error::NumberRange { offset: 0 })
    );
    assert_eq!(float(b"\x92\x7f"), Err(Error::Truncated { offset: 0 }));
    assert!(Reader::new(b"1.0").integer().is_err());
}

#[test]
fn strings_resolve_escapes_and_keep_raw_control_characters() {
    let string = |input: &str| Reader::new(input.as_bytes()).string();
    assert_eq!(
        string(r#""\"\\\/\b\f\n\r\t""#).as_deref(),
        Ok("\"\\/\u{8}\u{c}\n\r\t")
    );
    assert_eq!(string(r#""\u00e9\uD83D\ude00x""#).as_deref(), Ok("é😀x"));
    assert_eq!(string("\"a\n  b\u{1}\"").as_deref(), Ok("a\n  b\u{1}"));
    for length in 0..20 {
        let plain = "é".repeat(length);
        assert_eq!(string(&format!("\"{plain}\"")), Ok(plain.clone()));
        assert_eq!(
            string(&format!("\"{plain}\\n{plain}\"")),
            Ok(format!("{plain}\n{plain}"))
        );
    }
}

#[test]
fn a_chunk_boundary_may_split_a_character() {
    let mut r = Reader::new(b"\x84\x01\xc3\x84\x00\x80\x01\xa9");
    assert_eq!(r.string().as_deref(), Ok("é"));
    assert_eq!(r.finish(), Ok(()));
}

#[test]
fn binary_is_read_from_every_form() {
    for input in [
        b"\x88\x03\x01\x02\x03".as_slice(),
        b"\x8c\x01\x01\x8d\x00\x01\x02\x88\x01\x03",
        b"\"AQID\"",
        b"\"AQ\n  ID\"",
        b"\"AQ\\nID\"",
        b"\x80\x04AQID",
    ] {
        assert_eq!(Reader::new(input).binary(), Ok(vec![1, 2, 3]), "{input:?}");
    }
    assert_eq!(Reader::new(b"\"\\/+8=\"").binary(), Ok(vec![0xFF, 0xEF]));
    assert!(Reader::new(b"\"AQID\xff\"").binary().is_err());
}

#[test]
fn points_in_time_are_strings() {
    assert_eq!(
        Reader::new(b"\"1970-01-01T01:00:00+01:00\"").date_time(),
        Ok(DateTime::from_unix(0))
    );
    assert_eq!(
        Reader::new(b"  \"yesterday\"").date_time(),
        Err(Error::malformed(2, date_time::INVALID))
    );
}

#[test]
fn separators_may_be_missing_only_where_tokens_stay_apart() {
    assert_eq!(
        text(b"[\"a\"\"b\"{}{}[]\"c\" 1]")
            .unwrap()
            .replace("\n  ", ""),
        "[\"a\",\"b\",{},{},[],\"c\",1]"
    );
    assert_eq!(
        text(b"[1\xa0\x02 3]").unwrap().replace("\n  ", ""),
        "[1,2,3]"
    );
    for input in [
        b"[1 2]".as_slice(),
        b"[true false]",
        b"[1{}]",
        b"[,1]",
        b"[1,]",
        b"[1,,2]",
        b"[\xa0\x01,,\xa0\x02]",
        b"{\"a\" 1}",
        b"{\"a\"::1}",
        b"{\"a\":1 \"b\":2}",
        b"{,}",
        b"{\"a\":1,}",
        b"[1}",
        b"{]",
    ] {
        assert!(
            matches!(text(input), Err(Error::Malformed { .. })),
            "{input:?}"
        );
    }
}

#[test]
fn duplicate_names_are_found_among_few_and_many() {
    for count in [1, 2, 15, 16, 17, 18, 100] {
        let names: String = (0..count).map(|i| format!("\"n{i}\":0,")).collect();
        let fresh = format!("{{{names}\"x\":0}}");
        assert_eq!(skip(fresh.as_bytes(), Limits::default()), Ok(()));
        let double = format!("{{{names}\"\\u006E0\":0}}");
        assert!(
            matches!(skip(double.as_bytes(), Limits::default()), Err(Error::DuplicateName { name, .. }) if name == "n0"),
            "{count}"
        );
    }
    assert_eq!(
        skip(b"[{\"a\":{\"a\":0}},{\"a\":0}]", Limits::default()),
        Ok(())
    );
}

#[test]
fn duplicate_names_are_found_where_other_names_were_expected() {
    let object = |names: &str| -> Vec<u8> {
        let members = names
            .chars()
            .map(|name| [&[0xB4, 1], name.to_string().as_bytes(), &[0xB2]].concat());
        [
            b"{".to_vec(),
            members.collect::<Vec<_>>().concat(),
            b"}".to_vec(),
        ]
        .concat()
    };
    let list = |objects: &[&str]| {
        let objects: Vec<Vec<u8>> = objects.iter().map(|names| object(names)).collect();
        [b"[".to_vec(), objects.concat(), b"]".to_vec()].concat()
    };
    for accepted in [
        ["abc", "abc", "ab", "abc"],
        ["abc", "acb", "bac", "abcd"],
        ["abc", "", "c", "cab"],
        [
            "abcdefghijklmnop",
            "abcdefghijklmnopq",
            "abcdefghijklmnopqr",
            "a",
        ],
    ] {
        assert_eq!(
            skip(&list(&accepted), Limits::default()),
            Ok(()),
            "{accepted:?}"
        );
    }
    for (refused, twice) in [
        (["abc", "aba"], "a"),
        (["abc", "abcc"], "c"),
        (["abc", "abb"], "b"),
        (["abc", "axa"], "a"),
        (["abcdefghijklmnop", "abcdefghijklmnopp"], "p"),
        (["abcdefghijklmnop", "abcdefghijklmnopqrq"], "q"),
    ] {
        let error = skip(&list(&refused), Limits::default()).unwrap_err();
        assert!(
            matches!(&error, Error::DuplicateName { name, .. } if name == twice),
            "{refused:?}"
        );
    }
    // Inside each other, and with a name that does not stand in the input as such.
    let nested =
        b"[{\xb4\x01a{\xb4\x01b\xb2}\xb4\x01c\xb2}{\xb4\x01a{\xb4\x01b\xb2}\"\\u0061\":null}]";
    let error = skip(nested, Limits::default());
    assert!(matches!(error, Err(Error::DuplicateName { name, .. }) if name == "a"));
}

#[test]
fn limits_hold_exactly() {
    assert_eq!(skip(b"[[[]]]", small(3, 9, 9)), Ok(()));
    assert!(matches!(
        skip(b"[[[]]]", small(2, 9, 9)),
        Err(Error::Limit {
            maximum: 2,
            offset: 2,
            ..
        })
    ));
    assert_eq!(skip(b"[1,2]", small(9, 9, 2)), Ok(()));
    assert!(matches!(
        skip(b"[1,2,3]", small(9, 9, 2)),
        Err(Error::Limit { .. })
    ));
    assert!(matches!(
        skip(b"{\"a\":1,\"b\":2}", small(9, 9, 1)),
        Err(Error::Limit { .. })
    ));
    for accepted in [
        b"\"abcd\"".as_slice(),
        b"\x84\x02ab\x80\x02cd",
        b"{\"abcd\":1}",
    ] {
        assert_eq!(skip(accepted, small(9, 4, 9)), Ok(()));
    }
    for refused in [
        b"\"abcde\"".as_slice(),
        b"\x84\x02ab\x80\x03cde",
        b"\x8c\x04abcd\x8c\x01e\x88\x00",
        b"{\"abcde\":1}",
        b"12345",
    ] {
        assert!(
            matches!(skip(refused, small(9, 4, 9)), Err(Error::Limit { .. })),
            "{refused:?}"
        );
    }
    let limits = Limits {
        max_bytes: 3,
        ..Limits::default()
    };
    assert_eq!(skip(b"123", limits), Ok(()));
    assert!(matches!(
        skip(b"1234", limits),
        Err(Error::Limit { maximum: 3, .. })
    ));
}

#[test]
fn depth_costs_no_stack() {
    let deep = Limits {
        max_depth: usize::MAX,
        ..Limits::default()
    };
    let input = [vec![b'['; 1_000_000], vec![b']'; 1_000_000]].concat();
    assert_eq!(skip(&input, deep), Ok(()));
    let mut w = Writer::new(crate::Format::JsonB);
    copy_value(&mut Reader::with_limits(&input, deep), &mut w).unwrap();
    assert_eq!(w.finish(), input);
}

#[test]
fn calls_in_the_wrong_order_are_misuse() {
    let misuse = |result: Result<(), Error>| matches!(result, Err(Error::Misuse { .. }));
    let mut r = Reader::new(b"[1]");
    assert!(misuse(r.next_element().map(drop)));
    r.begin_array().unwrap();
    assert!(misuse(r.integer().map(drop)));
    assert!(misuse(r.next_name().map(drop)));
    assert!(r.next_element().unwrap());
    assert!(misuse(r.next_element().map(drop)));
    assert!(misuse(r.finish()));
}

#[test]
fn null_is_taken_only_if_it_is_there() {
    for input in [b"null".as_slice(), b"\xb2", b" null "] {
        let mut r = Reader::new(input);
        assert_eq!(r.take_null(), Ok(true));
        assert_eq!(r.finish(), Ok(()));
    }
    let mut r = Reader::new(b"0");
    assert_eq!(r.take_null(), Ok(false));
    assert_eq!(r.integer(), Ok(0));
}

#[test]
fn a_kind_that_was_not_asked_for_is_named() {
    assert_eq!(
        Reader::new(b" \"a\"").integer(),
        Err(Error::UnexpectedKind {
            offset: 1,
            expected: Kind::Integer,
            found: Kind::String
        })
    );
    assert_eq!(
        Reader::new(b"\x97\0\0\0\0\0\0\0\0").string(),
        Err(Error::Unsupported {
            offset: 0,
            code: 0x97,
            family: "JSON-D decimal number"
        })
    );
}
