// SPDX-License-Identifier: MIT
//! A few connections to the data base, lent to one thread at a time.
//!
//! Here: [`Pool`], [`Lease`]. A connection that failed is thrown away, and so are idle ones that the data base has
//! closed; the next who asks gets a new one, so that nothing needs to be done when the data base comes back.
//! Not here: statements.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::translate;
use super::options::PostgresOptions;
use super::tls;
use crate::store::StoreError;

/// What holds for every connection. Whoever is cut off from the data base must not hold others up there: it ends what
/// waits or idles for longer, before this side would. A commit waits for the disk, whatever the data base is told to do by default.
const SETUP: &str = "
SET default_transaction_isolation = 'read committed';
SET lock_timeout = '10s';
SET statement_timeout = '30s';
SET idle_in_transaction_session_timeout = '30s';
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
";

/// What makes a connection see one state of the data base, for as long as it takes, and change nothing.
const SNAPSHOT: &str = "
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT 1 FROM pg_class LIMIT 1;
";

/// How long one answer may take that is a part of a whole store.
const SNAPSHOT_PATIENCE: Duration = Duration::from_secs(600);

/// The values of a statement.
pub(super) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// The connections of one host.
pub(super) struct Pool {
    /// Taken out at the end, because it must not be waited for where others may not be kept waiting.
    runtime: Option<Runtime>,
    config: Config,
    connector: MakeRustlsConnect,
    /// How long one answer may take.
    patience: Duration,
    /// Whether there is one connection, in a transaction that sees one state of the data base.
    snapshot: bool,
    places: Mutex<Places>,
    returned: Condvar,
}

struct Places {
    idle: Vec<Session>,
    /// How many more may be opened.
    unopened: usize,
    /// Whether the connection of a snapshot is gone.
    lost: bool,
}

/// One connection with the statements that it has prepared.
struct Session {
    client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl Pool {
    /// Connections that see whatever is there at the time; or one, that sees what was there when it was opened.
    pub(super) fn new(options: PostgresOptions, snapshot: bool) -> Result<Self, StoreError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(|error| StoreError::Unavailable {
                action: "start a thread for the data base",
                detail: error.to_string(),
            })?;
        Ok(Self {
            runtime: Some(runtime),
            connector: tls::connector(&options.security)?,
            places: Mutex::new(Places {
                idle: Vec::new(),
                unopened: if snapshot { 1 } else { options.connections },
                lost: false,
            }),
            config: options.config,
            // Whole stores are read over that of a snapshot.
            patience: match snapshot {
                true => options.patience.max(SNAPSHOT_PATIENCE),
                false => options.patience,
            },
            snapshot,
            returned: Condvar::new(),
        })
    }

    /// A connection; waits for one when all are lent.
    pub(super) fn lease(&self) -> Result<Lease<'_>, StoreError> {
        let mut lease = Lease {
            pool: self,
            session: self.place()?,
            used: true,
            open: false,
            broken: false,
        };
        if lease.session.is_none() {
            lease.used = false;
            lease.session = Some(self.run(
                Some(self.patience),
                "connect to the data base",
                self.connect(),
            )?);
        }
        Ok(lease)
    }

    /// An idle connection, or the right to open one.
    fn place(&self) -> Result<Option<Session>, StoreError> {
        let until = Instant::now() + self.patience;
        let mut places = self.lock();
        loop {
            if places.lost {
                return Err(lost());
            }
            while let Some(session) = places.idle.pop() {
                if !session.client.is_closed() {
                    return Ok(Some(session));
                }
                if self.snapshot {
                    places.lost = true;
                    return Err(lost());
                }
                places.unopened = places.unopened.saturating_add(1);
            }
            if let Some(left) = places.unopened.checked_sub(1) {
                places.unopened = left;
                return Ok(None);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(StoreError::Unavailable {
                    action: "use the data base",
                    detail: "all connections are busy".to_owned(),
                });
            }
            let waited = self.returned.wait_timeout(places, left);
            places = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    async fn connect(&self) -> Result<Session, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(self.connector.clone()).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a connection to the data base has ended");
            }
        });
        client.batch_execute(SETUP).await?;
        if self.snapshot {
            client.batch_execute(SNAPSHOT).await?;
        }
        Ok(Session {
            client,
            statements: HashMap::new(),
        })
    }

    /// Whether what is seen is one state, which cannot be changed.
    pub(super) const fn is_snapshot(&self) -> bool {
        self.snapshot
    }

    /// Waits for the data base, but not for ever.
    fn run<T>(
        &self,
        patience: Option<Duration>,
        action: &'static str,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, StoreError> {
        let unavailable = |detail: &str| StoreError::Unavailable {
            action,
            detail: detail.to_owned(),
        };
        let Some(runtime) = &self.runtime else {
            return Err(unavailable("the connections are closed"));
        };
        // Whoever calls may be inside another runtime, in which none may be waited for: timers and sockets are of this one all the same.
        let _entered = runtime.enter();
        match wait_for(async { timeout(patience.unwrap_or(Duration::MAX), work).await }) {
            Ok(result) => result.map_err(|error| translate(action, &error)),
            Err(_) => Err(unavailable("the data base does not answer")),
        }
    }

    /// Nothing that can panic runs under this lock, so poison means nothing.
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs work that may wait for the data base, or for a connection, on this thread. On a thread that has other tasks these are given to
/// another one first; a runtime of a single thread has no other, and waits.
pub(super) fn apart<T>(work: impl FnOnce() -> T) -> T {
    let among_others = Handle::try_current()
        .is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    match among_others {
        true => tokio::task::block_in_place(work),
        false => work(),
    }
}

/// Waits for a future on this thread, whatever else runs on it.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    // The budget of the task that this thread may be in must not be used up: nobody would give it a new one meanwhile.
    let mut future = pin!(tokio::task::coop::unconstrained(future));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(done) => return done,
            Poll::Pending => thread::park(),
        }
    }
}

/// Wakes a thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A connection that is given back at the end. One that failed, or that still has a transaction, is closed instead.
pub(super) struct Lease<'a> {
    pool: &'a Pool,
    session: Option<Session>,
    /// Whether it was idle before, and so may be one that the data base does not know any more.
    used: bool,
    open: bool,
    broken: bool,
}

/// Another connection would see another state.
fn lost() -> StoreError {
    StoreError::Unavailable {
        action: "read one state of the data base",
        detail: "the connection that saw it is lost".to_owned(),
    }
}

impl Lease<'_> {
    /// Whether it sees one state, which cannot be changed.
    pub(super) const fn is_snapshot(&self) -> bool {
        self.pool.is_snapshot()
    }

    /// True when this connection failed and may have done so before it was lent: a new one may do better.
    pub(super) fn is_stale(&self) -> bool {
        self.used && self.broken
    }

    /// Begins a transaction with a lock and a question after it, all sent in one go. Gives the rows that the question yields.
    pub(super) fn begin(
        &mut self,
        (lock, of): (&'static str, Values<'_>),
        (question, values): (&'static str, Values<'_>),
    ) -> Result<Vec<Row>, StoreError> {
        let (lock, question) = (self.prepare(lock)?, self.prepare(question)?);
        self.open = true;
        self.work("begin a transaction", async |client| {
            // Polled in this order, and so sent in this order.
            let (begun, locked, answer) = tokio::join!(
                biased;
                client.batch_execute("BEGIN"),
                client.query(&lock, of),
                client.query(&question, values)
            );
            begun?;
            locked?;
            answer
        })
    }

    /// The rows that a question yields.
    pub(super) fn query(
        &mut self,
        question: &'static str,
        values: Values<'_>,
    ) -> Result<Vec<Row>, StoreError> {
        let statement = self.prepare(question)?;
        self.work("read the store", async |client| {
            client.query(&statement, values).await
        })
    }

    /// The rows that a question yields which may take as long as it needs.
    pub(super) fn query_slowly(&mut self, question: &str) -> Result<Vec<Row>, StoreError> {
        self.work_within(None, "read the store", async |client| {
            client.query(question, &[]).await
        })
    }

    /// The number of rows that a statement changed. Only in a transaction.
    pub(super) fn execute(
        &mut self,
        statement: &'static str,
        values: Values<'_>,
    ) -> Result<u64, StoreError> {
        let statement = self.prepare(statement)?;
        self.work("write the store", async |client| {
            client.execute(&statement, values).await
        })
    }

    /// Runs a script that yields nothing.
    pub(super) fn script(&mut self, script: &str) -> Result<(), StoreError> {
        self.work("set up the store", async |client| {
            client.batch_execute(script).await
        })
    }

    /// Makes the transaction durable. When the data base goes away meanwhile nobody knows whether it did.
    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        self.work("make the change durable", async |client| {
            client.batch_execute("COMMIT").await
        })?;
        self.open = false;
        Ok(())
    }

    /// Undoes the transaction; a connection on which that fails is closed, which undoes it too.
    pub(super) fn roll_back(&mut self) {
        if !self.open || self.broken {
            return;
        }
        let undone = self.work("undo a transaction", async |client| {
            client.batch_execute("ROLLBACK").await
        });
        self.open = undone.is_err();
    }

    fn prepare(&mut self, text: &'static str) -> Result<Statement, StoreError> {
        let known = |session: &Session| session.statements.get(text).cloned();
        if let Some(statement) = self.session.as_ref().and_then(known) {
            return Ok(statement);
        }
        let statement = self.work("prepare a statement", async |client| {
            client.prepare(text).await
        })?;
        if let Some(session) = &mut self.session {
            session.statements.insert(text, statement.clone());
        }
        Ok(statement)
    }

    fn work<T>(
        &mut self,
        action: &'static str,
        work: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, StoreError> {
        self.work_within(Some(self.pool.patience), action, work)
    }

    fn work_within<T>(
        &mut self,
        patience: Option<Duration>,
        action: &'static str,
        work: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, StoreError> {
        let Some(session) = self.session.as_ref().filter(|_| !self.broken) else {
            return Err(StoreError::Unavailable {
                action,
                detail: "the connection to the data base is lost".to_owned(),
            });
        };
        let result = self.pool.run(patience, action, work(&session.client));
        if matches!(result, Err(StoreError::Unavailable { .. })) {
            self.broken = true;
        }
        result
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut places = self.pool.lock();
        match self.session.take().filter(|_| !self.open && !self.broken) {
            Some(session) => places.idle.push(session),
            None if self.pool.snapshot && self.used => places.lost = true,
            None => places.unopened = places.unopened.saturating_add(1),
        }
        self.pool.returned.notify_one();
    }
}
