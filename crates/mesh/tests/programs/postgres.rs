// SPDX-License-Identifier: MIT
//! A service that keeps its accounts in PostgreSQL, and that is moved there and back, as its operator meets it.
//!
//! Spec: none.
//! Here: the options, what is refused, moving a service that is used.
//! Not here: the store itself (`mesh-service`).

use std::process::{Child, Command};
use std::sync::LazyLock;

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
