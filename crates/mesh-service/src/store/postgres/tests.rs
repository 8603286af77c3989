// SPDX-License-Identifier: MIT
//! What the store in PostgreSQL does beyond what every store does.
//!
//! All tests share one cluster, and each has data bases of its own. Killing the cluster is for `tests/postgres_faults.rs`.

use std::sync::LazyLock;

use mesh_crypto::SecretString;
use mesh_jsonbcd::ErrorClass;
use postgres_cluster::{Cluster, PASSWORD, Settings};

use super::*;
use crate::migrate::tests as moving;
use crate::store::conformance::{self, append, append_one, frame, keyed, new_account};

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let settings = Settings {
        durable: false,
        tls: true,
    };
    Cluster::start(settings).unwrap()
});

fn open(url: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(PostgresOptions::parse(url).unwrap().with_connections(8))
}

fn database() -> String {
    CLUSTER.database().unwrap()
}

#[test]
fn the_store_in_postgresql_conforms() {
    conformance::run(|| Box::new(open(&database()).unwrap()));
}

/// Opens, writes and reads, and says how often a task beside it had its turn meanwhile.
async fn used_in_a_runtime(url: &str) -> u64 {
    let turns = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counting = turns.clone();
    let beside = tokio::spawn(async move {
        loop {
            counting.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    });
    let store = open(url).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    // More than a task may do before it has to give way.
    for n in 0..200 {
        append_one(&store, id, "Device", &[frame(&[n])]);
    }
    assert_eq!(
        store.head(id, "Device").unwrap().unwrap().head.next_index,
        200
    );
    let error = store.transact(AccountId(id.0 + 1), &mut |_| Ok(()));
    assert!(matches!(error, Err(StoreError::AccountUnknown(_))));
    drop(store);
    beside.abort();
    turns.load(std::sync::atomic::Ordering::Relaxed)
}

#[tokio::test]
async fn it_is_used_in_a_runtime_of_one_thread() {
    used_in_a_runtime(&database()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn it_keeps_nobody_waiting_in_a_runtime_of_several_threads() {
    let url = database();
    // On the only thread that the runtime has for tasks.
    let used = tokio::spawn(async move { used_in_a_runtime(&url).await });
    let turns = used.await.unwrap();
    assert!(turns > 5, "the other task had its turn {turns} times");
}

#[test]
fn hosts_that_start_at_once_make_the_tables_once() {
    let url = database();
    std::thread::scope(|scope| {
        let hosts: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&url))).collect();
        for host in hosts {
            host.join().unwrap().unwrap();
        }
    });
    assert_eq!(
        CLUSTER.run(&url, "SELECT count(*) FROM migration").unwrap(),
        "1"
    );
}

#[test]
fn a_schema_that_is_newer_or_has_a_gap_is_refused() {
    let url = database();
    open(&url).unwrap();
    CLUSTER
        .run(
            &url,
            "INSERT INTO migration (number, name) VALUES (2, 'of the future')",
        )
        .unwrap();
    let error = StoreError::SchemaNewer {
        found: 2,
        supported: 1,
    };
    assert_eq!(open(&url).unwrap_err(), error);
    CLUSTER
        .run(&url, "DELETE FROM migration WHERE number = 1")
        .unwrap();
    let error = StoreError::SchemaGap { missing: 1 };
    assert_eq!(open(&url).unwrap_err(), error);
}

#[test]
fn a_snapshot_is_one_state_and_cannot_be_changed() {
    let url = database();
    let store = open(&url).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(&store, id, "Device", &[frame(b"one")]);
    let snapshot = PostgresStore::snapshot(PostgresOptions::parse(&url).unwrap()).unwrap();
    append_one(&store, id, "Device", &[frame(b"two")]);
    store.create_account(&new_account("bob")).unwrap();
    let next = |store: &PostgresStore| store.head(id, "Device").unwrap().unwrap().head.next_index;
    for _ in 0..2 {
        assert_eq!((next(&snapshot), next(&store)), (1, 2));
        assert_eq!(snapshot.accounts(None, 9).unwrap().len(), 1);
        assert_eq!(snapshot.check().unwrap(), Vec::<String>::new());
        let refused = snapshot.host_put("key", b"value").unwrap_err();
        assert_eq!(refused.class(), ErrorClass::Unavailable, "{refused}");
    }
    // Another connection would see another state.
    let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    CLUSTER.run(&url, all).unwrap();
    for _ in 0..2 {
        let refused = snapshot.account(id).unwrap_err();
        assert_eq!(refused.class(), ErrorClass::Unavailable, "{refused}");
    }
    assert_eq!(next(&store), 2);
    let empty = PostgresStore::snapshot(PostgresOptions::parse(&database()).unwrap());
    assert_eq!(empty.unwrap_err(), StoreError::DatabaseNotAStore);
}

/// The layouts of some later version.
const LATER: [(&str, &str); 3] = [
    schema::MIGRATIONS[0],
    (
        "colours of accounts",
        "ALTER TABLE account ADD colour text;",
    ),
    ("no colours after all", "ALTER TABLE account DROP colour;"),
];

#[test]
fn tables_of_an_earlier_version_are_upgraded_when_told_so_and_not_before() {
    let url = database();
    let options = || PostgresOptions::parse(&url).unwrap();
    let store = open(&url).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    drop(store);
    let said = PostgresStore::upgrade_to(options(), &LATER, true).unwrap();
    let steps = vec!["colours of accounts", "no colours after all"];
    assert_eq!(
        said,
        Upgrade {
            from: 1,
            to: 3,
            steps
        }
    );
    assert!(open(&url).unwrap().account(id).unwrap().is_some());
    assert_eq!(
        PostgresStore::upgrade_to(options(), &LATER, false).unwrap(),
        said
    );
    let again = PostgresStore::upgrade_to(options(), &LATER, false).unwrap();
    assert_eq!((again.from, again.steps.len()), (3, 0));
    // The version before does not touch it any more.
    let newer = StoreError::SchemaNewer {
        found: 3,
        supported: 1,
    };
    assert_eq!(open(&url).unwrap_err(), newer);
    assert_eq!(PostgresStore::upgrade(options(), false).unwrap_err(), newer);
    // One that fails leaves everything as it was.
    let url = database();
    drop(open(&url).unwrap());
    let broken = [
        LATER[0],
        LATER[1],
        ("wrong", "ALTER TABLE nothing DROP nothing;"),
    ];
    let options = || PostgresOptions::parse(&url).unwrap();
    PostgresStore::upgrade_to(options(), &broken, false).unwrap_err();
    let said = PostgresStore::upgrade_to(options(), &LATER, true).unwrap();
    assert_eq!(said.from, 1);
    open(&url).unwrap();
    // What was written by an older version is not served as it is.
    CLUSTER.run(&url, "DELETE FROM migration").unwrap();
    let older = StoreError::SchemaOlder {
        found: 0,
        needed: 1,
    };
    assert_eq!(open(&url).unwrap_err(), older);
}

#[test]
fn a_data_base_of_something_else_is_refused_and_left_alone() {
    let url = database();
    CLUSTER
        .run(&url, "CREATE TABLE customers (id integer)")
        .unwrap();
    assert_eq!(open(&url).unwrap_err(), StoreError::DatabaseNotAStore);
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    assert_eq!(CLUSTER.run(&url, tables).unwrap(), "1");
}

#[test]
fn two_hosts_never_both_get_one_index() {
    let url = database();
    let hosts = [open(&url).unwrap(), open(&url).unwrap()];
    let [first, _] = &hosts;
    let id = first.create_account(&new_account("alice")).unwrap();
    let mut won = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let host = &hosts[writer % 2];
                scope.spawn(move || {
                    let mut won = Vec::new();
                    for _ in 0..30 {
                        let head = host.head(id, "Device").unwrap();
                        let next = head.map_or(0, |found| found.head.next_index);
                        let envelope = format!("{writer} at {next}");
                        let done = host.transact(id, &mut |t| {
                            t.expect("Device", next)?;
                            append(t, "Device", &[frame(envelope.as_bytes())]).map(|_| ())
                        });
                        match done {
                            Ok(()) => won.push((next, envelope.into_bytes())),
                            Err(StoreError::Stale { .. }) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                    won
                })
            })
            .collect();
        let won = writers.into_iter().map(|writer| writer.join().unwrap());
        won.flatten().collect::<Vec<_>>()
    });
    won.sort();
    let stored = first.frames(id, "Device", FrameRange::starting_at(0, u64::MAX));
    let stored: Vec<_> = stored
        .unwrap()
        .into_iter()
        .map(|frame| (frame.index, frame.envelope))
        .collect();
    assert_eq!(stored, won);
    assert!(stored.len() >= 30);
    assert_eq!(first.check().unwrap(), Vec::<String>::new());
}

/// The conformance suite has few accounts: whether writers of two wait for each other shows only here.
#[test]
fn writers_of_two_accounts_do_not_wait_for_each_other() {
    let store = open(&database()).unwrap();
    let [alice, bob] =
        ["alice", "bob"].map(|name| store.create_account(&new_account(name)).unwrap());
    store
        .transact(alice, &mut |t| {
            append(t, "Local", &[frame(b"of alice")])?;
            std::thread::scope(|scope| {
                let other = scope.spawn(|| append_one(&store, bob, "Local", &[frame(b"of bob")]));
                assert_eq!(other.join().unwrap(), 0);
            });
            Ok(())
        })
        .unwrap();
    assert!(store.head(alice, "Local").unwrap().is_some());
}

#[test]
fn a_page_is_whole_when_there_are_more_frames_than_one_statement_looks_at() {
    let store = open(&database()).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    let frames: Vec<_> = (0..9000_u32).map(|n| frame(&n.to_be_bytes())).collect();
    append_one(&store, id, "Document", &frames);
    let page = |from, max_bytes| {
        let range = FrameRange::starting_at(from, max_bytes);
        store.frames(id, "Document", range).unwrap().len()
    };
    assert_eq!(page(0, u64::MAX), 9000);
    assert_eq!(page(10, 4 * 8500), 8500);
    assert_eq!(page(10, 4 * 4096), 4096);
    assert_eq!(page(8999, 1), 1);
}

#[test]
fn damage_is_found() {
    let url = database();
    let store = open(&url).unwrap();
    let id = store.create_account(&new_account("alice")).unwrap();
    append_one(
        &store,
        id,
        "Local",
        &[keyed("a", b"one"), keyed("b", b"two")],
    );
    for damage in [
        "UPDATE store SET next = 3",
        "UPDATE store SET bytes = 7",
        "UPDATE store SET next = 2, bytes = 6; UPDATE frame SET index = 7 WHERE index = 1",
        "UPDATE frame SET index = 1 WHERE index = 7; UPDATE latest SET index = 9 WHERE index = 0",
    ] {
        CLUSTER.run(&url, damage).unwrap();
        assert!(!store.check().unwrap().is_empty(), "{damage}");
    }
    CLUSTER
        .run(&url, "UPDATE latest SET index = 0 WHERE index = 9")
        .unwrap();
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

#[test]
fn the_certificate_of_the_data_base_is_checked() {
    let name = database();
    let name = name.rsplit('/').next().unwrap();
    let password = SecretString::new(PASSWORD.to_owned());
    let url = CLUSTER.tcp_url(name);
    let open = |url: &str| {
        let options = PostgresOptions::parse(url).unwrap();
        PostgresStore::open(options.with_password(&password))
    };
    let pinned = format!("{url}?sslrootcert={}", CLUSTER.certificate().display());
    // On this machine TLS is only used when it is asked for.
    let store = open(&format!("{pinned}&sslmode=verify-full")).unwrap();
    drop(store);
    let question = "SELECT count(*) FROM pg_stat_ssl WHERE ssl AND pid <> pg_backend_pid()";
    let store = open(&format!("{pinned}&sslmode=verify-full")).unwrap();
    assert_ne!(CLUSTER.run(&CLUSTER.url(name), question).unwrap(), "0");
    drop(store);
    // Whom the system trusts has not issued it, and it is for another name.
    let error = open(&format!("{url}?sslmode=require")).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Unavailable, "{error}");
    let elsewhere = pinned.replace("localhost", "127.0.0.1");
    assert!(open(&format!("{elsewhere}&sslmode=verify-full")).is_err());
}

#[test]
fn a_wrong_password_or_data_base_is_the_operators_to_repair() {
    let name = database();
    let name = name.rsplit('/').next().unwrap();
    let options = || PostgresOptions::parse(&CLUSTER.tcp_url(name)).unwrap();
    let wrong = SecretString::new("wrong".to_owned());
    for options in [
        options(),
        options().with_password(&wrong),
        PostgresOptions::parse(&CLUSTER.url("nowhere")).unwrap(),
    ] {
        let error = PostgresStore::open(options).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Misuse, "{error}");
        assert!(!error.to_string().contains("wrong\""), "{error}");
    }
}

#[test]
fn a_store_can_be_dropped_where_nothing_may_block() {
    let store = open(&database()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async { drop(store) });
}

#[test]
fn a_service_moves_to_postgresql_and_back() {
    let directory = tempfile::tempdir().unwrap();
    let source = crate::store::EmbeddedStore::open(directory.path()).unwrap();
    moving::fill(&source);
    let middle = open(&database()).unwrap();
    moving::run(&source, &middle).unwrap();
    moving::assert_same(&source, &middle);
    let back = tempfile::tempdir().unwrap();
    let target = crate::store::EmbeddedStore::open(back.path()).unwrap();
    let alice = middle
        .account_by_address("alice@example.com")
        .unwrap()
        .unwrap();
    append_one(&middle, alice.id, "Local", &[keyed("a", b"in PostgreSQL")]);
    moving::run(&middle, &target).unwrap();
    moving::assert_same(&middle, &target);
}

#[test]
fn nothing_acknowledged_by_two_hosts_is_left_behind() {
    let url = database();
    let hosts = [open(&url).unwrap(), open(&url).unwrap()];
    let [first, _] = &hosts;
    moving::fill(first);
    let ids: Vec<_> = first
        .accounts(None, 10)
        .unwrap()
        .iter()
        .map(|account| account.id)
        .collect();
    let target = open(&database()).unwrap();
    let written: u64 = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4_usize)
            .map(|writer| {
                let (host, ids) = (&hosts[writer % 2], &ids);
                scope.spawn(move || {
                    let mut written = 0_u64;
                    loop {
                        let id = ids[writer % ids.len()];
                        match host.transact(id, &mut |t| {
                            append(t, "Inbound", &[frame(b"x")]).map(|_| ())
                        }) {
                            Ok(()) => written += 1,
                            Err(StoreError::Moved) => return written,
                            Err(error) => panic!("{error}"),
                        }
                    }
                })
            })
            .collect();
        moving::run(first, &target).unwrap();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum()
    });
    moving::assert_same(first, &target);
    let heads = ids.iter().map(|id| target.head(*id, "Inbound").unwrap());
    let moved: u64 = heads
        .map(|head| head.map_or(0, |found| found.head.next_index))
        .sum();
    assert_eq!(moved, written);
    assert!(moved > 0);
}
