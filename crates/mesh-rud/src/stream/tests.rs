// SPDX-License-Identifier: MIT
//! Tests of the session table.

use mesh_crypto::Seeded;

use super::*;

fn limits() -> ResponderLimits {
    ResponderLimits {
        sessions: 4,
        idle: 100,
        lifetime: 1000,
        remembered_vectors: 1000,
        used_challenges: 10,
    }
}

fn vector(number: u64) -> Iv {
    IvSequence::new([1; 4]).at(number)
}

fn enter(
    table: &SessionTable<u32>,
    peer: u32,
    counted: bool,
    now: i64,
    env: &Seeded,
) -> Arc<Established<u32>> {
    let established = Arc::new(Established {
        id: table.fresh_id(env).unwrap(),
        keys: TrafficKeys::derive(&[&[0; 56]]).unwrap(),
        peer,
        replies: IvSequence::new([2; 4]),
    });
    let arrival = Arrival::begin(counted, &vector(0)).unwrap();
    table
        .insert(Arc::clone(&established), arrival, now)
        .unwrap();
    established
}

#[test]
fn the_least_recently_used_session_makes_room() {
    let env = Seeded::new(1);
    let table = SessionTable::new(limits());
    let sessions: Vec<_> = (0..4)
        .map(|peer| enter(&table, peer, true, 0, &env))
        .collect();
    table.accept(&sessions[0], &vector(1), 1).unwrap();
    let fifth = enter(&table, 4, true, 2, &env);
    assert_eq!(table.len(), 4);
    assert!(table.find(sessions[1].id, 2).is_none());
    for alive in [&sessions[0], &sessions[2], &sessions[3], &fifth] {
        assert_eq!(table.find(alive.id, 2).unwrap().peer, alive.peer);
    }
}

#[test]
fn looking_up_is_no_use() {
    let env = Seeded::new(2);
    let table = SessionTable::new(limits());
    let sessions: Vec<_> = (0..4)
        .map(|peer| enter(&table, peer, true, 0, &env))
        .collect();
    table.find(sessions[0].id, 1).unwrap();
    enter(&table, 4, true, 2, &env);
    assert!(table.find(sessions[0].id, 2).is_none());
}

#[test]
fn idle_and_old_sessions_end() {
    let env = Seeded::new(3);
    let table = SessionTable::new(limits());
    let idle = enter(&table, 0, true, 0, &env);
    assert!(table.find(idle.id, 99).is_some());
    assert!(table.find(idle.id, 100).is_none());
    assert_eq!(table.len(), 0);

    let busy = enter(&table, 1, true, 0, &env);
    for number in 1..20 {
        let now = i64::try_from(number).unwrap() * 50;
        table.accept(&busy, &vector(number), now).unwrap();
    }
    assert!(table.find(busy.id, 999).is_some());
    assert!(table.find(busy.id, 1000).is_none());

    enter(&table, 2, true, 0, &env);
    enter(&table, 3, true, 90, &env);
    table.expire(110);
    assert_eq!(table.len(), 1);
    // A new session clears away idle ones, so a responder without a clock call stays small.
    enter(&table, 4, true, 500, &env);
    assert_eq!(table.len(), 1);
}

#[test]
fn a_session_that_has_ended_accepts_nothing() {
    let env = Seeded::new(4);
    let table = SessionTable::new(limits());
    let session = enter(&table, 7, true, 0, &env);
    let other = enter(&table, 8, true, 0, &env);
    assert_eq!(table.end(|peer| *peer == 7), 1);
    assert_eq!(
        table.accept(&session, &vector(1), 0),
        Err(Error::SessionExpired)
    );
    assert_eq!(table.accept(&other, &vector(1), 0), Ok(1));
}

#[test]
fn a_session_does_not_inherit_the_identifier_of_another() {
    let env = Seeded::new(10);
    let table = SessionTable::new(limits());
    let old = enter(&table, 7, true, 0, &env);
    table.end(|_| true);
    let new = Arc::new(Established {
        id: old.id,
        keys: TrafficKeys::derive(&[&[0; 56]]).unwrap(),
        peer: 8,
        replies: old.replies,
    });
    let arrival = Arrival::begin(true, &vector(0)).unwrap();
    table.insert(Arc::clone(&new), arrival, 0).unwrap();
    assert_eq!(
        table.accept(&old, &vector(1), 0),
        Err(Error::SessionExpired)
    );
    assert_eq!(table.accept(&new, &vector(1), 0), Ok(1));
}

#[test]
fn replies_carry_the_number_of_the_request_or_count_by_themselves() {
    let env = Seeded::new(5);
    let table = SessionTable::new(limits());
    let counted = enter(&table, 0, true, 0, &env);
    let other = enter(&table, 1, false, 0, &env);
    for (number, reply) in [(1, 1), (5, 2), (9, 3)] {
        assert_eq!(table.accept(&counted, &vector(number), 0), Ok(number));
        assert_eq!(table.accept(&other, &vector(number), 0), Ok(reply));
        assert_eq!(
            table.accept(&counted, &vector(number), 0),
            Err(Error::Replayed)
        );
        assert_eq!(
            table.accept(&other, &vector(number), 0),
            Err(Error::Replayed)
        );
    }
}

#[test]
fn remembered_vectors_are_bounded_over_all_sessions() {
    let env = Seeded::new(6);
    let table = SessionTable::new(limits());
    let greedy = enter(&table, 0, false, 0, &env);
    let modest = enter(&table, 1, false, 0, &env);
    for number in 1..10 {
        table.accept(&modest, &vector(number), 0).unwrap();
    }
    let mut number = 1;
    while table.find(greedy.id, 0).is_some() {
        table.accept(&greedy, &vector(number), 0).unwrap();
        number += 1;
        assert!(number < 2000);
        assert!(table.remembered() <= 1000);
    }
    assert_eq!(table.remembered(), 10);
    table.accept(&modest, &vector(10), 0).unwrap();
    table.end(|_| true);
    assert_eq!(table.remembered(), 0);
}

#[test]
fn a_session_that_can_remember_no_more_is_removed() {
    let env = Seeded::new(7);
    let table = SessionTable::new(ResponderLimits::default());
    let session = enter(&table, 0, false, 0, &env);
    for number in 1..65_536 {
        table.accept(&session, &vector(number), 0).unwrap();
    }
    assert_eq!(table.accept(&session, &vector(3), 0), Err(Error::Replayed));
    assert_eq!(
        table.accept(&session, &vector(70_000), 0),
        Err(Error::SessionExpired)
    );
    assert!(table.find(session.id, 0).is_none());
    assert_eq!(table.remembered(), 0);
}

#[test]
fn the_order_of_use_does_not_grow_with_use() {
    let env = Seeded::new(8);
    let table = SessionTable::new(limits());
    let session = enter(&table, 0, true, 0, &env);
    for number in 1..10_000 {
        table.accept(&session, &vector(number), 0).unwrap();
        assert!(table.places() <= 2 * 4 + 65);
    }
    for peer in 0..1000 {
        enter(&table, peer, true, 0, &env);
        assert!(table.len() <= 4 && table.places() <= 2 * 4 + 65);
    }
}

#[test]
fn a_large_table_is_bounded_too() {
    let env = Seeded::new(9);
    let table = SessionTable::new(ResponderLimits {
        sessions: 4096,
        ..ResponderLimits::default()
    });
    for peer in 0..5000 {
        enter(&table, peer, true, 0, &env);
    }
    assert!(table.len() <= 4096 && table.len() > 3500, "{}", table.len());
}

#[test]
fn identifiers_are_never_zero() {
    assert!(StreamId::new([0; 8]).is_none());
    assert_eq!(
        format!("{:?}", StreamId::new([0, 0, 0, 0, 0, 0, 1, 2]).unwrap()),
        "StreamId(0000000000000102)"
    );
}
