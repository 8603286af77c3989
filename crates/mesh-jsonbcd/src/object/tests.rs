// SPDX-License-Identifier: MIT
//! Unit tests of records, tagged families and member helpers.

use super::*;

#[derive(Clone, Debug, Default, PartialEq)]
struct Node {
    name: Option<String>,
    data: Option<Vec<u8>>,
    count: Option<i64>,
    times: Vec<DateTime>,
    keys: Vec<Vec<u8>>,
    child: Option<Box<Self>>,
    others: Vec<Any>,
}

impl Object for Node {
    const TAG: &'static str = "Node";

    fn write_fields(&self, w: &mut Writer) {
        write_option(w, "Name", &self.name);
        write_option(w, "Data", &self.data);
        write_option(w, "Count", &self.count);
        write_list(w, "Times", &self.times);
        write_list(w, "Keys", &self.keys);
        write_option(w, "Child", &self.child);
        write_list(w, "Others", &self.others);
    }

    fn read_field(&mut self, name: &str, r: &mut Reader<'_>) -> Result<bool, Error> {
        match name {
            "Name" => self.name = read_option(r)?,
            "Data" => self.data = read_option(r)?,
            "Count" => self.count = read_option(r)?,
            "Times" => self.times = read_list(r)?,
            "Keys" => self.keys = read_list(r)?,
            "Child" => self.child = read_option(r)?,
            "Others" => self.others = read_list(r)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Any {
    Node(Node),
    Unknown(Unknown),
}

impl Tagged for Any {
    fn tag(&self) -> &str {
        match self {
            Self::Node(_) => Node::TAG,
            Self::Unknown(value) => &value.tag,
        }
    }

    fn write_value(&self, w: &mut Writer) {
        match self {
            Self::Node(value) => value.encode(w),
            Self::Unknown(value) => value.value.encode(w),
        }
    }

    fn read_value(tag: &str, r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(match tag {
            Node::TAG => Self::Node(Decode::decode(r)?),
            _ => Self::Unknown(Unknown::read(tag, r)?),
        })
    }
}

impl Encode for Any {
    fn encode(&self, w: &mut Writer) {
        encode_family(self, w);
    }
}

impl Decode for Any {
    fn decode(r: &mut Reader<'_>) -> Result<Self, Error> {
        decode_family(r)
    }
}

fn sample() -> Node {
    Node {
        name: Some("n".into()),
        data: Some(vec![1]),
        count: Some(-1),
        times: vec![DateTime::from_unix(0), DateTime::from_unix(1)],
        keys: vec![vec![], vec![2, 3]],
        child: Some(Box::default()),
        others: vec![
            Any::Node(Node::default()),
            Any::Unknown(Unknown {
                tag: "Later".into(),
                value: Raw::parse(b"{\"b\":[\xa0\x01]}".to_vec()).unwrap(),
            }),
        ],
    }
}

#[test]
fn a_record_survives_both_encodings() {
    let node = sample();
    assert_eq!(from_bytes(&to_json_b(&node)), Ok(node.clone()));
    assert_eq!(from_tagged(&to_tagged_json_b(&node)), Ok(node.clone()));
    // In JSON text the unknown object is transcoded; everything else is equal.
    let mut back: Node = from_bytes(&to_json(&node)).unwrap();
    assert_eq!(to_json(&back), to_json(&node));
    back.others.clone_from(&node.others);
    assert_eq!(back, node);
}

#[test]
fn a_tagged_record_has_the_text_of_the_wire() {
    let node = Node {
        name: Some("n".into()),
        keys: vec![vec![1]],
        ..Node::default()
    };
    let text = b"{\n  \"Node\": {\n    \"Name\": \"n\",\n    \"Keys\": [\"AQ\"]}}";
    assert_eq!(to_tagged_json(&node), text);
    assert_eq!(read_tag(text).as_deref(), Ok("Node"));
    assert_eq!(read_tag(&to_tagged_json_b(&node)).as_deref(), Ok("Node"));
}

#[test]
fn unknown_members_are_skipped_and_null_members_are_absent() {
    let text =
        br#"{"X": {"Name": [1, {}]}, "Name": null, "Keys": null, "Child": null, "Count": 2}"#;
    let node: Node = from_bytes(text).unwrap();
    let expected = Node {
        count: Some(2),
        ..Node::default()
    };
    assert_eq!(node, expected);
    assert_eq!(from_bytes::<Node>(b"null"), Ok(Node::default()));
}

#[test]
fn an_unknown_type_is_written_as_it_was_read() {
    for octets in [
        b"{\xb4\x05Later{\xb4\x01a\xa1\x00\x01}}".as_slice(),
        b"{\xb4\x05Later{\"a\" : 1}}",
    ] {
        let any: Any = from_bytes(octets).unwrap();
        assert_eq!(to_json_b(&any), octets);
    }
}

#[test]
fn tagged_objects_need_exactly_one_tag() {
    for text in ["{}", r#"{"Node": {}, "Node2": {}}"#] {
        assert!(matches!(
            from_bytes::<Any>(text.as_bytes()),
            Err(Error::Malformed { .. })
        ));
        assert!(from_tagged::<Node>(text.as_bytes()).is_err());
    }
    assert_eq!(
        from_tagged::<Node>(br#"{"Edge": {}}"#),
        Err(Error::UnexpectedTag {
            expected: "Node",
            found: "Edge".into()
        })
    );
    assert!(read_tag(b"{}").is_err());
    assert_eq!(read_tag(b"{\"A\": garbage").as_deref(), Ok("A"));
}

#[test]
fn bytes_behind_the_value_are_refused() {
    assert_eq!(
        from_bytes::<Node>(b"{} {}"),
        Err(Error::Trailing { offset: 3 })
    );
    assert_eq!(from_bytes::<Node>(b" {} \n"), Ok(Node::default()));
}

#[test]
fn nesting_of_records_is_bounded() {
    let deep = "{\"Child\":".repeat(100);
    assert!(matches!(
        from_bytes::<Node>(deep.as_bytes()),
        Err(Error::Limit { maximum: 64, .. })
    ));
}

#[test]
fn basic_values_survive_both_encodings() {
    fn check<T: Encode + Decode + PartialEq + std::fmt::Debug>(value: &T) {
        assert_eq!(from_bytes::<T>(&to_json(value)).as_ref(), Ok(value));
        assert_eq!(from_bytes::<T>(&to_json_b(value)).as_ref(), Ok(value));
    }
    check(&"é😀\n".to_owned());
    check(&true);
    check(&i64::MIN);
    check(&-0.1_f64);
    check(&f64::MAX);
    check(&DateTime::MAX);
    check(&vec![0_u8, 255]);
    assert_eq!(to_json("x"), b"\"x\"");
}

/// A record of more memory than its shortest form has octets.
#[derive(Clone, Debug, Default, PartialEq)]
struct Large {
    fields: [Option<String>; 32],
}

impl Object for Large {
    const TAG: &'static str = "Large";

    fn write_fields(&self, _: &mut Writer) {}

    fn read_field(&mut self, _: &str, _: &mut Reader<'_>) -> Result<bool, Error> {
        Ok(false)
    }
}

#[test]
fn lists_of_empty_records_do_not_take_memory_beyond_their_octets() {
    let list = |number: usize| format!("[{}]", vec!["{}"; number].join(",")).into_bytes();
    let few = list(100);
    assert_eq!(
        read_list::<Large>(&mut Reader::new(&few)).unwrap().len(),
        100
    );
    let many = list(100_000);
    let error = read_list::<Large>(&mut Reader::new(&many)).unwrap_err();
    assert!(matches!(error, Error::Limit { .. }), "{error}");
    // Records that use their octets are not affected.
    let full = format!("{{\"x\":\"{}\"}}", "y".repeat(400));
    let full = format!("[{}]", vec![full; 10_000].join(",")).into_bytes();
    assert_eq!(
        read_list::<Large>(&mut Reader::new(&full)).unwrap().len(),
        10_000
    );
}
