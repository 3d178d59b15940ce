//! The outbox and its relay on a real PostgreSQL: order, turns and delays.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use diesel_async::RunQueryDsl as _;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use platform::database::{Database, migrate_service};
use platform::events::{
    Bus, Fact, HandlerError, MemoryBus, Outbox, Replay, Retention, Subscription, append, append_all, replay, run_relay,
};
use platform::testing::TestDatabase;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

const TABLES: EmbeddedMigrations = embed_migrations!("../migrations/platform");
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Clone, JsonSchema, Serialize, Deserialize)]
struct Counted {
    shelf: String,
    number: i32,
}

impl Fact for Counted {
    const KIND: &'static str = "shelf.counted";

    fn aggregate(&self) -> String {
        self.shelf.clone()
    }
}

#[derive(JsonSchema, Serialize)]
struct Told(i32);

impl Fact for Told {
    const KIND: &'static str = "shelf.told";
    const HEAD_START: Duration = Duration::from_secs(1);

    fn aggregate(&self) -> String {
        "told".to_owned()
    }
}

/// What came of each shelf, in order, and when the last came.
#[derive(Default)]
struct Heard {
    numbers: BTreeMap<String, Vec<i32>>,
    last: Option<Instant>,
}

struct Shelves {
    database: TestDatabase,
    connect: Box<dyn Fn() -> Database + Send + Sync>,
    heard: Arc<Mutex<Heard>>,
    bus: Bus,
    shutdown: CancellationToken,
}

impl Shelves {
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        migrate_service(&database.settings, &database.url, "shelf", TABLES).await.unwrap();
        let (settings, url) = (database.settings.clone(), database.url.clone());
        let connect = Box::new(move || Database::connect(&settings, &url, "shelf").unwrap());
        let heard = Arc::new(Mutex::new(Heard::default()));
        let bus = Bus::Memory(Arc::new(MemoryBus::default()));
        let ear = Arc::clone(&heard);
        let subscription = Subscription {
            consumer: "ear",
            kinds: &["shelf.counted", "shelf.told"],
            handler: Arc::new(move |event| {
                let ear = Arc::clone(&ear);
                Box::pin(async move {
                    let number = match event.kind.as_str() {
                        "shelf.counted" => event.read::<Counted>()?.number,
                        _ => event.read::<i32>()?,
                    };
                    let mut ear = ear.lock().unwrap();
                    ear.numbers.entry(event.aggregate).or_default().push(number);
                    ear.last = Some(Instant::now());
                    Ok::<_, HandlerError>(())
                })
            }),
        };
        bus.subscribe(subscription).await.unwrap();
        Self { database, connect, heard, bus, shutdown: CancellationToken::new() }
    }

    /// Another process of the service: its own connections, outbox and relay.
    fn replica(&self) -> (Database, Outbox) {
        let (database, outbox) = ((self.connect)(), Outbox::default());
        tokio::spawn(run_relay(
            database.clone(),
            outbox.clone(),
            self.bus.clone(),
            Retention::default(),
            self.shutdown.clone(),
        ));
        (database, outbox)
    }

    fn count(&self) -> usize {
        self.heard.lock().unwrap().numbers.values().map(Vec::len).sum()
    }

    async fn until(&self, count: usize) -> Instant {
        let deadline = Instant::now() + LIMIT;
        while self.count() < count {
            assert!(Instant::now() < deadline, "only {} of {count} came", self.count());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.heard.lock().unwrap().last.unwrap()
    }

    async fn end(self) {
        self.shutdown.cancel();
        self.database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_publish_every_event_once_and_in_order() {
    const SHELVES: usize = 7;
    const ROUNDS: i32 = 60;
    let shelves = Shelves::new().await;
    let replicas = [shelves.replica(), shelves.replica()];
    for number in 0..ROUNDS {
        let (database, outbox) = &replicas[usize::try_from(number).unwrap() % 2];
        let facts: Vec<Counted> =
            (0..SHELVES).map(|shelf| Counted { shelf: format!("shelf {shelf}"), number }).collect();
        let mut connection = database.connection().await.unwrap();
        append_all(&mut connection, &facts, None).await.unwrap();
        drop(connection);
        outbox.wake();
        if number % 10 == 9 {
            // Long enough that a turn is given back.
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
    shelves.until(SHELVES * usize::try_from(ROUNDS).unwrap()).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    for (shelf, numbers) in &shelves.heard.lock().unwrap().numbers {
        assert_eq!(*numbers, (0..ROUNDS).collect::<Vec<_>>(), "{shelf}");
    }
    shelves.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_process_died_is_published_by_another() {
    let shelves = Shelves::new().await;
    shelves.replica();
    // A process that appended and died before its relay could look.
    let database = (shelves.connect)();
    let mut connection = database.connection().await.unwrap();
    append(&mut connection, &Counted { shelf: "orphan".to_owned(), number: 1 }, None).await.unwrap();
    drop(connection);
    shelves.until(1).await;
    shelves.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_with_a_head_start_waits_and_others_do_not() {
    let shelves = Shelves::new().await;
    let (database, outbox) = shelves.replica();
    let began = Instant::now();
    let mut connection = database.connection().await.unwrap();
    append(&mut connection, &Told(1), None).await.unwrap();
    append(&mut connection, &Counted { shelf: "other".to_owned(), number: 1 }, None).await.unwrap();
    outbox.wake();
    let first = shelves.until(1).await;
    assert_eq!(shelves.heard.lock().unwrap().numbers.keys().collect::<Vec<_>>(), ["other"]);
    assert!(first - began < Told::HEAD_START, "{:?}", first - began);
    let second = shelves.until(2).await;
    assert!(second - began >= Told::HEAD_START, "{:?}", second - began);
    shelves.end().await;
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_is_prepared_once_whatever_it_appends() {
    let shelves = Shelves::new().await;
    let database = (shelves.connect)();
    let mut connection = database.connection().await.unwrap();
    for many in 1..5 {
        let facts: Vec<Counted> = (0..many).map(|number| Counted { shelf: "one".to_owned(), number }).collect();
        append_all(&mut connection, &facts, Some("trace")).await.unwrap();
    }
    let text = "SELECT count(*) AS count FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO outbox%'";
    let prepared: Count = diesel::sql_query(text).get_result(&mut connection).await.unwrap();
    assert_eq!(prepared.count, 1);
    drop(connection);
    shelves.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn published_events_are_told_again_to_whom_it_concerns() {
    let shelves = Shelves::new().await;
    let (database, outbox) = shelves.replica();
    let facts: Vec<Counted> = (0..3).map(|number| Counted { shelf: "a".to_owned(), number }).collect();
    let mut connection = database.connection().await.unwrap();
    append_all(&mut connection, &facts, None).await.unwrap();
    append(&mut connection, &Counted { shelf: "b".to_owned(), number: 9 }, None).await.unwrap();
    outbox.wake();
    shelves.until(4).await;
    let again = |replay: Replay| Replay { kinds: vec!["shelf.counted".to_owned()], ..replay };
    let of_a = again(Replay { aggregate: Some("a".to_owned()), ..Replay::default() });
    // Published is what is marked so, a moment after it was heard.
    let deadline = Instant::now() + LIMIT;
    while replay(&mut connection, &of_a, true).await.unwrap() < 3 {
        assert!(Instant::now() < deadline, "the events are not marked as published");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(shelves.count(), 4, "who only counts tells nothing");

    assert_eq!(replay(&mut connection, &of_a, false).await.unwrap(), 3);
    outbox.wake();
    shelves.until(7).await;
    assert_eq!(shelves.heard.lock().unwrap().numbers["a"], [0, 1, 2, 0, 1, 2], "in their order");

    let deadline = Instant::now() + LIMIT;
    while replay(&mut connection, &of_a, true).await.unwrap() < 3 {
        assert!(Instant::now() < deadline, "the events are not marked as published again");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let for_somebody_else = Replay { only_for: Some("nobody".to_owned()), ..of_a };
    assert_eq!(replay(&mut connection, &for_somebody_else, false).await.unwrap(), 3);
    let of_b = again(Replay { aggregate: Some("b".to_owned()), only_for: Some("ear".to_owned()), ..Replay::default() });
    assert_eq!(replay(&mut connection, &of_b, false).await.unwrap(), 1);
    let later = again(Replay { since: Some(chrono::Utc::now() + chrono::TimeDelta::hours(1)), ..Replay::default() });
    assert_eq!(replay(&mut connection, &later, false).await.unwrap(), 0);
    outbox.wake();
    shelves.until(8).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let heard = shelves.heard.lock().unwrap().numbers.clone();
    assert_eq!(
        (heard["a"].len(), heard["b"].as_slice()),
        (6, [9, 9].as_slice()),
        "only the one whom it is for heard it"
    );
    drop(connection);
    shelves.end().await;
}
