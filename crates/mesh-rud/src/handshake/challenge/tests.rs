// SPDX-License-Identifier: MIT
//! Tests of challenges.

use mesh_crypto::{DateTime, Seeded};

use super::*;

fn source(octet: u8) -> StreamId {
    StreamId::new([octet; 8]).unwrap()
}

fn use_up(book: &ChallengeBook, challenge: &[u8], source: StreamId, env: &Seeded) -> Result<()> {
    book.redeem(&book.present(challenge, env)?, source)
}

#[test]
fn a_challenge_works_once_and_for_its_source_only() {
    let env = Seeded::new(1);
    let book = ChallengeBook::new(100, &env);
    let (challenge, _) = book.issue(source(1), &env);
    assert_eq!(
        use_up(&book, &challenge, source(2), &env),
        Err(Error::ChallengeInvalid)
    );
    assert_eq!(use_up(&book, &challenge, source(1), &env), Ok(()));
    assert_eq!(
        use_up(&book, &challenge, source(1), &env),
        Err(Error::ChallengeReplayed)
    );
}

#[test]
fn no_octet_of_a_challenge_may_change() {
    let env = Seeded::new(2);
    let book = ChallengeBook::new(100, &env);
    let (challenge, _) = book.issue(source(1), &env);
    for index in 0..challenge.len() {
        for bit in 0..8 {
            let mut altered = challenge;
            altered[index] ^= 1 << bit;
            assert!(
                use_up(&book, &altered, source(1), &env).is_err(),
                "{index}.{bit}"
            );
        }
    }
    for length in [0, 15] {
        assert!(use_up(&book, &challenge[..length], source(1), &env).is_err());
    }
    assert!(
        use_up(
            &book,
            &[challenge.as_slice(), &[0]].concat(),
            source(1),
            &env
        )
        .is_err()
    );
    assert_eq!(use_up(&book, &challenge, source(1), &env), Ok(()));
}

#[test]
fn a_challenge_expires_after_five_minutes() {
    let env = Seeded::new(3);
    let book = ChallengeBook::new(100, &env);
    let (first, _) = book.issue(source(1), &env);
    let (second, _) = book.issue(source(2), &env);
    env.advance(300);
    assert_eq!(use_up(&book, &first, source(1), &env), Ok(()));
    env.advance(1);
    assert_eq!(
        use_up(&book, &second, source(2), &env),
        Err(Error::ChallengeExpired)
    );
    assert_eq!(book.remembered(), 0, "an expired challenge needs no memory");
    // A replay after it has been forgotten fails because it has expired.
    assert_eq!(
        use_up(&book, &first, source(1), &env),
        Err(Error::ChallengeExpired)
    );
}

#[test]
fn the_three_octets_of_time_may_wrap() {
    let start = 0x6700_0000 - 100;
    let env = Seeded::new(4).with_clock(DateTime::from_unix(start), 0);
    let book = ChallengeBook::new(100, &env);
    let (challenge, _) = book.issue(source(1), &env);
    assert_eq!(challenge[1..4], [0xff, 0xff, 0x9c]);
    env.advance(200);
    assert_eq!(use_up(&book, &challenge, source(1), &env), Ok(()));
    let (challenge, _) = book.issue(source(1), &env);
    // The same three octets again, 194 days later: the epoch is long gone.
    env.advance(1 << 24);
    assert_eq!(
        use_up(&book, &challenge, source(1), &env),
        Err(Error::ChallengeExpired)
    );
}

#[test]
fn the_previous_epoch_is_honoured_until_its_last_challenge_has_expired() {
    let env = Seeded::new(5);
    let book = ChallengeBook::new(100, &env);
    env.advance(EPOCH_LIFETIME - 1);
    let (challenge, old) = book.issue(source(1), &env);
    let (spare, _) = book.issue(source(2), &env);
    env.advance(1);
    let (_, new) = book.issue(source(3), &env);
    assert!(!Arc::ptr_eq(&old, &new));
    let presented = book.present(&challenge, &env).unwrap();
    assert!(Arc::ptr_eq(&presented.ephemeral, &old));
    assert_eq!(book.redeem(&presented, source(1)), Ok(()));
    assert_eq!(
        book.redeem(&presented, source(1)),
        Err(Error::ChallengeReplayed)
    );
    env.advance(CHALLENGE_LIFETIME + 1);
    book.tick(&env);
    assert!(
        book.lock().previous.is_none(),
        "the old ephemeral key is dropped"
    );
    assert!(book.present(&spare, &env).is_err());
}

#[test]
fn an_idle_responder_keeps_no_stale_epoch() {
    let env = Seeded::new(6);
    let book = ChallengeBook::new(100, &env);
    let (challenge, _) = book.issue(source(1), &env);
    env.advance(10 * EPOCH_LIFETIME);
    book.tick(&env);
    assert!(book.lock().previous.is_none());
    assert!(book.present(&challenge, &env).is_err());
}

#[test]
fn a_clock_that_steps_back_revives_nothing() {
    let env = Seeded::new(7);
    let book = ChallengeBook::new(100, &env);
    let (challenge, _) = book.issue(source(1), &env);
    assert_eq!(use_up(&book, &challenge, source(1), &env), Ok(()));
    env.advance(CHALLENGE_LIFETIME + 10);
    book.tick(&env);
    assert_eq!(book.remembered(), 0);
    env.advance(-CHALLENGE_LIFETIME);
    assert!(use_up(&book, &challenge, source(1), &env).is_err());
    // And the responder goes on.
    let (challenge, _) = book.issue(source(1), &env);
    assert_eq!(use_up(&book, &challenge, source(1), &env), Ok(()));
}

#[test]
fn a_clock_that_was_wrong_for_a_while_stops_nothing() {
    let env = Seeded::new(11);
    let book = ChallengeBook::new(2, &env);
    env.advance(EPOCH_LIFETIME);
    book.tick(&env);
    assert!(book.lock().previous.is_some());
    env.advance(365 * 86_400);
    book.tick(&env);
    env.advance(-365 * 86_400);
    for octet in 1..10 {
        let (challenge, _) = book.issue(source(octet), &env);
        assert_eq!(use_up(&book, &challenge, source(octet), &env), Ok(()));
        env.advance(1);
    }
    assert!(book.lock().previous.is_none());
}

#[test]
fn a_step_back_drops_the_previous_ephemeral_key() {
    let env = Seeded::new(12);
    let book = ChallengeBook::new(2, &env);
    env.advance(EPOCH_LIFETIME);
    book.tick(&env);
    let current = Arc::clone(&book.lock().current.ephemeral);
    env.advance(-CLOCK_TOLERANCE - 1);
    book.tick(&env);
    let state = book.lock();
    assert!(state.previous.is_none());
    assert!(!Arc::ptr_eq(&current, &state.current.ephemeral));
}

#[test]
fn a_small_step_back_disturbs_nobody() {
    let env = Seeded::new(8);
    let book = ChallengeBook::new(100, &env);
    env.advance(10);
    let (challenge, _) = book.issue(source(1), &env);
    env.advance(-CLOCK_TOLERANCE);
    assert_eq!(use_up(&book, &challenge, source(1), &env), Ok(()));
}

#[test]
fn used_challenges_are_bounded_and_none_works_twice() {
    let env = Seeded::new(9);
    let book = ChallengeBook::new(10, &env);
    let mut used = Vec::new();
    for second in 0..20 {
        for octet in 1..=3 {
            let source = source(octet);
            let (challenge, _) = book.issue(source, &env);
            assert_eq!(use_up(&book, &challenge, source, &env), Ok(()), "{second}");
            used.push((challenge, source));
            assert!(book.remembered() <= 10);
        }
        env.advance(1);
    }
    for (challenge, source) in used {
        assert!(use_up(&book, &challenge, source, &env).is_err());
    }
}

#[test]
fn more_than_the_bound_within_one_second_waits_for_the_next() {
    let env = Seeded::new(10);
    let book = ChallengeBook::new(3, &env);
    let take = |octet| {
        let (challenge, _) = book.issue(source(octet), &env);
        use_up(&book, &challenge, source(octet), &env)
    };
    assert_eq!((take(1), take(2), take(3)), (Ok(()), Ok(()), Ok(())));
    assert_eq!(take(4), Err(Error::ChallengeExpired));
    assert_eq!(take(1), Err(Error::ChallengeExpired));
    env.advance(1);
    assert_eq!(take(4), Ok(()));
}
