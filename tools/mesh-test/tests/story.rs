// SPDX-License-Identifier: MIT
//! The story, told over each of the three connections.

use mesh_test::story::tell;
use mesh_test::world::{Connection, World};

#[test]
fn the_story_holds_with_typed_values_in_one_process() {
    tell(&World::new(Connection::Direct).unwrap()).unwrap();
}

#[test]
fn the_story_holds_with_serialised_messages_in_one_process() {
    tell(&World::new(Connection::Local).unwrap()).unwrap();
}

#[test]
fn the_story_holds_over_http() {
    tell(&World::new(Connection::Remote).unwrap()).unwrap();
}
