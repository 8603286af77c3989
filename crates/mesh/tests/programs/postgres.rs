// SPDX-License-Identifier: MIT
//! A service that keeps its accounts in PostgreSQL, and that is moved there and back, as its operator meets it.
//!
//! Spec: none.
//! Here: the options, what is refused, moving a service that is used.
//! Not here: the store itself (`mesh-service`).

use std::process::{Child, Command};
use std::sync::LazyLock;

use mesh_service::store::{EmbeddedStore, PostgresOptions, PostgresStore};
use mesh_test::load::{Load, acknowledged, client_of, judge, under_load, wait_for};
use postgres_cluster::{Cluster, PASSWORD, Settings};

use crate::world::{ADDRESS, Done, World, run, serve_with, write_0600};

/// One for all tests; it ends with this process, whatever becomes of that.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| Cluster::start(Settings::default()).unwrap());

/// Runs a command of the operator with nothing in its environment but this.
fn servermesh(arguments: &[&str], environment: &[(&str, &str)]) -> Done {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servermesh"));
    command.env_clear().envs(environment.iter().copied());
    run(command.args(arguments), "")
}

struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_service_in_use_moves_to_postgresql_and_back() {
    let mut world = World::new();
    let url = CLUSTER.database().unwrap();
    let data = world.path("svc").to_str().unwrap().to_owned();
    let add = |world: &World, site: &str| {
        let device = world.device("a");
        device.run_with(&["password", "add", site, "alice", "--stdin"], "secret\n")
    };
    world.device("a").ask(&["account", "create", ADDRESS]);
    assert_eq!(add(&world, "one.example").code, 0);

    // The service goes on reading while it moves, and then takes no more writes.
    let migrate = ["migrate", "--from", &data, "--to", &url];
    let moved = servermesh(&[&migrate[..], &["--json"]].concat(), &[]);
    assert_eq!(moved.code, 0, "{moved:?}");
    assert_eq!(moved.object().get("accounts"), Some(&1.into()));
    assert_eq!(moved.object().get("already"), Some(&false.into()));
    assert!(moved.stderr.contains("comparing"), "{moved:?}");
    let refused = add(&world, "lost.example");
    assert_eq!(refused.code, 7, "{refused:?}");
    world.device("a").ask(&["account", "status"]);

    // What has been moved away is not served again, and moving it again does nothing.
    world.stop_service();
    let old = servermesh(
        &["localhost", "--listen", "127.0.0.1:0", "--data", &data],
        &[],
    );
    assert_ne!(old.code, 0);
    assert!(old.stderr.contains("moved"), "{old:?}");
    let again = servermesh(&migrate, &[]);
    assert!(
        again.code == 0 && again.stdout.contains("already"),
        "{again:?}"
    );

    let address = world.url.trim_start_matches("http://").to_owned();
    let serve = |options: &[&str]| {
        Service(serve_with("localhost", &world.path("svc"), &address, options).0)
    };
    let service = serve(&["--store", &url]);
    assert_eq!(add(&world, "two.example").code, 0);
    let listed = world.operate(&["account", "list"]);
    assert_eq!(listed.pointer("/accounts/0/account"), Some(&ADDRESS.into()));
    drop(service);

    let back = world.path("back").to_str().unwrap().to_owned();
    let moved = servermesh(&["migrate", "--from", &url, "--to", &back], &[]);
    assert_eq!(moved.code, 0, "{moved:?}");
    std::fs::rename(world.path("svc/keys"), world.path("back/keys")).unwrap();
    std::fs::rename(world.path("svc"), world.path("old")).unwrap();
    std::fs::rename(world.path("back"), world.path("svc")).unwrap();
    let _service = serve(&[]);
    assert_eq!(add(&world, "three.example").code, 0);
    let device = world.device("a");
    for site in ["one.example", "two.example", "three.example"] {
        assert!(device.say(&["password", "list"]).contains(site), "{site}");
    }
    assert!(!device.say(&["password", "list"]).contains("lost.example"));
}

#[test]
fn the_password_comes_from_a_file_or_the_environment_and_never_from_the_arguments() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let name = CLUSTER.database().unwrap();
    let name = name.rsplit('/').next().unwrap();
    let url = CLUSTER.tcp_url(name);
    write_0600(path("password").as_ref(), &format!("{PASSWORD}\n"));
    write_0600(
        path("passwords").as_ref(),
        &format!("localhost:*:{name}:mesh:{PASSWORD}\n"),
    );
    // Moving a store that is not there tells whether the data base was reached.
    let attempt = |url: &str, options: &[&str], environment: &[(&str, &str)]| {
        let from = path("nothing");
        let mut arguments = vec!["migrate", "--from", url, "--to", &from];
        arguments.extend(options);
        servermesh(&arguments, environment)
    };
    let without = attempt(&url, &[], &[]);
    assert_eq!(without.code, 2, "{without:?}");
    assert!(
        without.stderr.contains("--store-password-file"),
        "{without:?}"
    );
    for (options, environment) in [
        (vec![], vec![("PGPASSWORD", PASSWORD)]),
        (vec![], vec![("PGPASSFILE", &*path("passwords"))]),
        (vec!["--from-password-file", &*path("password")], vec![]),
    ] {
        let done = attempt(&url, &options, &environment);
        assert_eq!(done.code, 0, "{done:?}");
        std::fs::remove_dir_all(path("nothing")).unwrap();
        CLUSTER.run(&CLUSTER.url(name), "DELETE FROM host").unwrap();
    }
    let with = url.replace("mesh@", "mesh:hunter2@");
    for done in [
        attempt(&with, &[], &[]),
        servermesh(
            &["localhost", "--data", &path("data"), "--store", &with],
            &[],
        ),
    ] {
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.stderr.contains("password"), "{done:?}");
        assert!(
            !done.stderr.contains("hunter2") && !done.stdout.contains("hunter2"),
            "{done:?}"
        );
    }
}

#[test]
fn a_migration_that_cannot_be_is_explained() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let url = CLUSTER.database().unwrap();
    let same = servermesh(&["migrate", "--from", &url, "--to", &url], &[]);
    assert_eq!(same.code, 2, "{same:?}");
    let nothing = servermesh(&["migrate", "--from", &path("nothing"), "--to", &url], &[]);
    assert_ne!(nothing.code, 0, "{nothing:?}");
    assert!(!directory.path().join("nothing").exists());
    CLUSTER
        .run(&CLUSTER.database().unwrap(), "SELECT 1")
        .unwrap();
    let foreign = CLUSTER.database().unwrap();
    CLUSTER
        .run(&foreign, "CREATE TABLE customers (id integer)")
        .unwrap();
    let refused = servermesh(&["migrate", "--from", &url, "--to", &foreign], &[]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("createdb"), "{refused:?}");
}

#[test]
fn a_data_base_is_backed_up_while_it_is_written_and_brought_back_into_either_store() {
    let world = World::new();
    let url = CLUSTER.database().unwrap();
    let path = |name: &str| world.path(name).to_str().unwrap().to_owned();
    let data = path("hosted");
    let (child, served) = serve_with(
        "localhost",
        &world.path("hosted"),
        "127.0.0.1:0",
        &["--store", &url],
    );
    let service = Service(child);
    let env = std::sync::Arc::new(mesh_keystore::SystemEnvironment::new().unwrap());
    let client = client_of(&served, env);
    let store = PostgresStore::open(PostgresOptions::parse(&url).unwrap()).unwrap();
    let loads = ["alice", "bob"].map(|name| Load::new(&world.path(""), &client, name).over(&store));
    let key = path("operator.key");
    let generated = run(
        Command::new(env!("CARGO_BIN_EXE_meshman")).args(["key", "generate", &key]),
        "",
    );
    assert_eq!(generated.code, 0, "{generated:?}");
    let (public, series) = (format!("{key}.pub"), path("series"));
    std::fs::create_dir(&series).unwrap();
    let backup = || {
        let arguments = [
            "backup",
            &series,
            "--encrypt",
            &public,
            "--store",
            &url,
            "--data",
            &data,
            "--json",
        ];
        let done = servermesh(&arguments, &[]);
        assert_eq!(done.code, 0, "{done:?}");
        done.object()
    };
    let restore = |into: &str, options: &[&str]| {
        let arguments = [
            "restore",
            &series,
            "--identity",
            &key,
            "--data",
            into,
            "--json",
        ];
        servermesh(&[&arguments, options].concat(), &[])
    };
    // The state of one moment each time, and after the first what has changed.
    let (mut told, mut least) = (Vec::new(), 0);
    let written = under_load(&loads, || {
        for _ in 0..3 {
            wait_for(&loads, 20);
            least = acknowledged(&loads);
            told.push(backup());
            wait_for(&loads, 5);
        }
    });
    judge(&loads, &store, &written);
    assert_eq!(told[0]["whole"], true);
    assert_eq!(told[2]["whole"], false);
    let last = backup();
    assert_eq!(last["whole"], false);
    let all = backup();
    assert!(
        all["octets"].as_u64() < told[0]["octets"].as_u64(),
        "{all} {}",
        told[0]
    );

    // Into a directory: what there was, and nothing by half.
    let done = restore(&path("restored"), &[]);
    assert_eq!(done.code, 0, "{done:?}");
    let restored = EmbeddedStore::observe(&world.path("restored")).unwrap();
    for load in &loads {
        assert_eq!(load.transactions(&restored), load.transactions(&store));
    }
    let there: u64 = loads.iter().map(|load| load.transactions(&restored)).sum();
    assert!(there >= least);
    drop(restored);

    // Into another data base, from which the same service is served; into one that holds something it is not.
    let other = CLUSTER.database().unwrap();
    let done = restore(&path("again"), &["--store", &other]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(!world.path("again/mesh.db").exists());
    let refused = restore(&path("third"), &["--store", &url]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(!world.path("third").exists());
    let verified = servermesh(
        &[
            "verify",
            "--store",
            &other,
            "--data",
            &path("again"),
            "--json",
        ],
        &[],
    );
    assert_eq!(verified.code, 0, "{verified:?}");
    drop(service);
    let address = served.trim_start_matches("http://");
    let _service = Service(
        serve_with(
            "localhost",
            &world.path("again"),
            address,
            &["--store", &other],
        )
        .0,
    );
    let other = PostgresStore::open(PostgresOptions::parse(&other).unwrap()).unwrap();
    judge(&loads, &other, &written);

    // What was altered in the data base is found.
    CLUSTER.run(&url, "UPDATE frame SET envelope = overlay(envelope placing '\\x00'::bytea from 200) WHERE index = 1").unwrap();
    let found = servermesh(&["verify", "--store", &url, "--data", &data], &[]);
    assert_eq!(found.code, 4, "{found:?}");
}

#[test]
fn an_older_program_refuses_what_a_newer_one_has_upgraded() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("svc").to_str().unwrap().to_owned();
    let url = CLUSTER.database().unwrap();
    let (child, _) = serve_with(
        "localhost",
        data.as_ref(),
        "127.0.0.1:0",
        &["--store", &url],
    );
    drop(Service(child));
    let upgrade = |options: &[&str]| {
        let arguments = ["upgrade", "--store", &url, "--data", &data, "--json"];
        servermesh(&[&arguments, options].concat(), &[])
    };
    for options in [&[][..], &["--backed-up"]] {
        let said = upgrade(options);
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(said.object()["done"], false);
        assert_eq!(said.object()["from"], said.object()["to"]);
    }
    let newer = "INSERT INTO migration (number, name) SELECT max(number) + 1, 'of the future' FROM migration";
    CLUSTER.run(&url, newer).unwrap();
    let serve = [
        "localhost",
        "--listen",
        "127.0.0.1:0",
        "--data",
        &data,
        "--store",
        &url,
    ];
    for refused in [upgrade(&["--backed-up"]), servermesh(&serve, &[])] {
        assert_eq!(refused.code, 5, "{refused:?}");
        let said = format!("{}{}", refused.stdout, refused.stderr);
        assert!(
            said.contains("has layout 2") && said.contains("at least as new"),
            "{said}"
        );
    }
    let none = servermesh(&["upgrade", "--data", &data], &[]);
    assert_eq!(none.code, 2, "{none:?}");
}
