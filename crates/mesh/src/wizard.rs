// SPDX-License-Identifier: MIT
//! The wizards: what a person does once, on pages that explain themselves.
//!
//! Spec: none; `meshclient` and `meshconnect` are names of the reference.
//! Here: from options to a running wizard.
//! Not here: what the steps do (`crate::step`, `mesh-client`).
//!
//! | Module | Room |
//! |---|---|
//! | `app` | what is held between two requests; the home, for one action |
//! | `entry` | entries of the catalogs as people see them |
//! | `gate`, `listen` | who may speak |
//! | `health` | how well an account is kept |
//! | `page` | the pages |
//! | `server` | from a request to a page |
//! | `terminal` | the same flow without a browser |
//! | `text` | what is said, in each language |
//! | `trouble` | what went wrong, in words |

mod app;
mod entry;
mod gate;
mod health;
mod listen;
mod page;
mod server;
mod terminal;
mod text;
mod trouble;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{CommandFactory, FromArgMatches};
use mesh_client::check_address;
use mesh_client::dns::SystemResolver;

use self::app::App;
use self::listen::OwnUser;
use self::text::Texts;
use crate::cli::{LogFormat, WizardArgs};
use crate::command::{duration, serve};
use crate::context::{home_directory, resolver};
use crate::error::Failure;
use crate::output::{Answer, finish, line, note};

/// Which wizard it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `meshclient`: profiles and their administration.
    Client,
    /// `meshconnect`: this device, and nothing of administration.
    Connect,
}

impl Kind {
    /// The name of the program.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "meshclient",
            Self::Connect => "meshconnect",
        }
    }
}

/// The command of a wizard.
#[must_use]
pub fn command(kind: Kind) -> clap::Command {
    let about = match kind {
        Kind::Client => crate::text::CLIENT_ABOUT,
        Kind::Connect => crate::text::CONNECT_ABOUT,
    };
    let after = match kind {
        Kind::Client => crate::text::CLIENT_AFTER_HELP,
        Kind::Connect => crate::text::CONNECT_AFTER_HELP,
    };
    WizardArgs::command()
        .name(kind.name())
        .bin_name(kind.name())
        .about(about)
        .after_help(after)
}

/// Runs a wizard.
#[must_use]
pub fn run(kind: Kind) -> ExitCode {
    serve::log_to_stderr("warn", LogFormat::Text);
    let matches = command(kind).get_matches();
    match WizardArgs::from_arg_matches(&matches) {
        Ok(args) => finish(start(kind, &args), false),
        Err(error) => error.exit(),
    }
}

fn start(kind: Kind, args: &WizardArgs) -> Result<Answer, Failure> {
    if args.terminal {
        return terminal::run(kind, args);
    }
    let idle = duration(&args.idle)?;
    let directory = home_directory(args.place.home.as_deref())?;
    let named = args
        .place
        .account
        .as_deref()
        .map(check_address)
        .transpose()?;
    let resolver = resolver(
        args.place.dns.as_deref(),
        Arc::new(SystemResolver::default()),
    )?;
    let services = (args.place.services.clone(), resolver);
    let t = Texts::of_environment();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = OwnUser::bind(args.port.unwrap_or(0))
            .await
            .map_err(|error| Failure {
                cause: format!("cannot listen on the loopback address: {error}"),
                remedy: "choose another --port, or none".to_owned(),
                class: mesh_jsonbcd::ErrorClass::Unavailable,
            })?;
        let port = listener.port()?;
        let app = App::new(kind, directory, services, named, idle, port);
        let app = Arc::new(app.map_err(|trouble| trouble.failure(t))?);
        let link = app.gate().link();
        note(t.link_text);
        // Nobody reads it: then nobody can open it either, unless the browser is opened here.
        let told = line(link.expose_secret());
        if !args.no_open {
            let url = link.expose_secret().to_owned();
            let opened = tokio::task::spawn_blocking(move || opener::open_browser(url)).await;
            if !matches!(opened, Ok(Ok(()))) {
                note(t.link_by_hand);
            }
        } else {
            told?;
        }
        server::serve(listener, app).await?;
        Ok::<(), Failure>(())
    })?;
    Ok(Answer::say(t.ended_title))
}
