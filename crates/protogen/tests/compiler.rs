// SPDX-License-Identifier: MIT
//! The compiler as its users see it: what it accepts, what it says of faulty schemas, what it emits.

use proptest::prelude::*;
use protogen::{Compilation, Emitter, RustEmitter, present};

const SAMPLE: &str = include_str!("sample.protocol");

fn said(text: &str, strict: bool) -> String {
    let mut compilation = Compilation::default();
    compilation.add("faulty.protocol", text);
    let checked = compilation.check(strict);
    checked
        .report
        .iter()
        .map(|found| present(found, compilation.sources()))
        .collect()
}

fn emitted() -> String {
    let mut compilation = Compilation::default();
    compilation.add("sample.protocol", SAMPLE);
    let checked = compilation.check(true);
    assert!(!checked.has_errors(), "{:?}", checked.report);
    let emitter = RustEmitter {
        origin: "sample.protocol".to_owned(),
        envelope_path: "crate::sample".to_owned(),
        runtime_path: "crate::sample::runtime".to_owned(),
        caller_path: "crate::sample::caller".to_owned(),
        ..RustEmitter::default()
    };
    emitter.emit(&compilation)
}

#[test]
fn two_runs_emit_the_same_octets() {
    assert_eq!(emitted(), emitted());
}

#[test]
fn records_hold_their_own_members_before_those_of_their_parents() {
    let text = emitted();
    let record = text
        .split("pub struct Dog")
        .nth(1)
        .and_then(|rest| rest.split('}').next())
        .unwrap();
    let places: Vec<_> = [
        "pub tricks: Vec<String>",
        "pub owner: Option<AnyPerson>",
        "pub name: Option<String>",
        "pub secret: Option<SecretBytes>",
    ]
    .map(|member| {
        record
            .find(member)
            .unwrap_or_else(|| panic!("{member} is missing in {record}"))
    })
    .into();
    assert!(places.is_sorted(), "{places:?}");
    assert!(
        text.contains("write_option(w, \"nom\", &self.name);"),
        "the wire name is that of Tag"
    );
    assert!(
        !text.contains("pub struct Animal"),
        "an abstract record is only a family"
    );
    assert!(text.contains("pub enum AnyAnimal") && text.contains("Dog(Box<Dog>)"));
}

#[test]
fn an_operation_demands_the_proof_of_its_access_class() {
    let text = emitted();
    assert!(text.contains("fn feed(&self, caller: &AdminCaller, request: FeedRequest) -> Result<FeedResponse, rt::Failure>;"));
    assert!(text.contains("fn look(&self, caller: &PublicCaller, request: FeedRequest) -> Result<FeedResponse, rt::Failure>;"));
    assert!(text.contains("match auth.admin(Operation::Feed)"));
}

#[test]
fn faults_are_named_with_file_line_and_cause() {
    let cases = [
        (
            "Structure A\n",
            "faulty.protocol:1:1: error: `Structure` is outside of a Protocol",
        ),
        (
            "Protocol P P P\n\tStructure A\n\t\tInherits B\n\tStructure B\n\t\tInherits A\n",
            "`A` inherits from itself",
        ),
        (
            "Protocol P P P\n\tStructure A\n\t\tString X\n\t\tInteger X\n",
            "faulty.protocol:4:11: error: `A` has the member \"X\" twice",
        ),
        (
            "Protocol P P P\n\tStructure A\n\t\tString X\n\tStructure B\n\t\tInherits A\n\t\tString X\n",
            "faulty.protocol:4:12: error: `B` has the member \"X\" twice",
        ),
        (
            "Protocol P P P\n\tStructure A\n\tStructure A\n",
            "faulty.protocol:3:12: error: `A` is defined twice",
        ),
        (
            "Protocol P P P\n\tStructure A\n\t\tInteger X\n\t\t\tSecret\n",
            "only a String or a Binary can be Secret",
        ),
        (
            "Protocol P P P\n\tStructure A\n\t\tAbstract\n\tStructure B\n\t\tStruct A X\n",
            "only a TStruct can hold its descendants",
        ),
        ("Protocol P P P\n\tStructure\n", "`Structure` lacks a name"),
        (
            "Protocol P P P\n\tStructure A\n\t\tString X Y\n",
            "`Y` does not belong to `String`",
        ),
        (
            "Protocol P P P\n\tStructure A\n\t\tString X\n\t\t\tTag \"x\n",
            "the string is not closed on this line",
        ),
        (
            "Protocol P P P\n\tNonsense A\n",
            "`Nonsense` has no meaning in a Protocol",
        ),
        ("", "the file has no Protocol"),
    ];
    for (text, wanted) in cases {
        let found = said(text, false);
        assert!(
            found.contains(wanted),
            "for {text:?}: {found:?} lacks {wanted:?}"
        );
    }
}

#[test]
fn a_strict_check_demands_descriptions_and_known_types() {
    let text = "Protocol P P P\n\tStructure A\n\t\tStruct B X\n";
    assert!(said(text, true).contains("error: `A` has no Description"));
    assert!(said(text, true).contains("error: `B` is defined neither here"));
    assert!(said(text, false).contains("warning: `B` is defined neither here"));
}

/// The schemas of the reference are not ours to keep; where they are at hand, they must parse.
#[test]
fn every_schema_of_the_reference_is_accepted() {
    let Some(directory) = std::env::var_os("MESH_REFERENCE_SCHEMAS") else {
        return;
    };
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let mut compilation = Compilation::default();
        compilation.add(
            &path.display().to_string(),
            &std::fs::read_to_string(&path).unwrap(),
        );
        let checked = compilation.check(false);
        assert!(
            !checked.has_errors(),
            "{}: {:?}",
            path.display(),
            checked.report
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_compiler_panic(text in "(Protocol|Structure|Message|Inherits|Struct|TStruct|Tag|Description|String|[A-C]|\"|\\||<|>|\t|\n| ){0,80}") {
        let mut compilation = Compilation::default();
        compilation.add("any.protocol", &text);
        if !compilation.check(true).has_errors() {
            let _ = RustEmitter::default().emit(&compilation);
        }
    }
}
