//! Events over a real RabbitMQ: what fails, what is lost on the way, and who takes over.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::Utc;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use futures::future::BoxFuture;
use lapin::options::{BasicAckOptions, BasicGetOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};
use platform::database::{Database, migrate_service};
use platform::events::{
    AmqpBus, Bus, Consumer, Event, Fact, HandlerError, Outbox, Retention, Subscription, append_all, first_delivery,
    run_relay,
};
use platform::testing::{Proxy, TestDatabase};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const TABLES: EmbeddedMigrations = embed_migrations!("../migrations/platform");
const KIND: &str = "thing.counted";
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Clone, JsonSchema, Serialize, Deserialize)]
struct Counted {
    number: i32,
}

impl Fact for Counted {
    const KIND: &'static str = KIND;

    fn aggregate(&self) -> String {
        "thing".to_owned()
    }
}

fn broker() -> String {
    std::env::var("TEST_AMQP_URL").expect("TEST_AMQP_URL must name a RabbitMQ; `make test` starts one")
}

fn namespace() -> String {
    format!("test-{}", Uuid::now_v7().as_simple())
}

fn bus(url: &str, namespace: &str) -> Bus {
    Bus::Amqp(Arc::new(AmqpBus::new(url.to_owned(), namespace, 4, [])))
}

fn event(number: i32) -> Event {
    Event {
        id: Uuid::now_v7(),
        kind: KIND.to_owned(),
        version: 1,
        aggregate: "thing".to_owned(),
        occurred_at: Utc::now(),
        trace_parent: None,
        payload: serde_json::to_value(Counted { number }).unwrap(),
    }
}

fn number(event: &Event) -> i32 {
    event.read::<Counted>().unwrap().number
}

fn subscription(
    consumer: &'static str,
    handler: impl Fn(Event) -> BoxFuture<'static, Result<(), HandlerError>> + Send + Sync + 'static,
) -> Subscription {
    Subscription { consumer, kinds: &[KIND], handler: Arc::new(handler) }
}

/// The numbers that a consumer was given, in order.
#[derive(Clone, Default)]
struct Given(Arc<Mutex<Vec<i32>>>);

impl Given {
    fn add(&self, number: i32) {
        self.0.lock().unwrap().push(number);
    }

    fn all(&self) -> Vec<i32> {
        self.0.lock().unwrap().clone()
    }
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The events in a queue, taken out of it.
async fn drain(queue: &str) -> Vec<Event> {
    let connection = Connection::connect(&broker(), ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let mut events = Vec::new();
    while let Some(message) = channel.basic_get(queue.into(), BasicGetOptions::default()).await.unwrap() {
        events.push(serde_json::from_slice(&message.data).unwrap());
        message.ack(BasicAckOptions::default()).await.unwrap();
    }
    events
}

/// How many events wait in a queue.
async fn waiting(queue: &str) -> u32 {
    let connection = Connection::connect(&broker(), ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let there = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(queue.into(), there, FieldTable::default()).await.unwrap().message_count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_always_fails_becomes_a_dead_letter() {
    let namespace = namespace();
    let bus = bus(&broker(), &namespace);
    let (bad, good) = (Given::default(), Given::default());
    let given = bad.clone();
    bus.subscribe(subscription("bad", move |event| {
        let number = number(&event);
        given.add(number);
        Box::pin(async move { if number == 1 { Err(HandlerError("never".to_owned())) } else { Ok(()) } })
    }))
    .await
    .unwrap();
    let given = good.clone();
    bus.subscribe(subscription("good", move |event| {
        given.add(number(&event));
        Box::pin(async { Ok(()) })
    }))
    .await
    .unwrap();
    let events: Vec<Event> = (0..6).map(event).collect();
    for event in &events {
        bus.publish(event, None).await.unwrap();
    }

    // The others wait for the one that fails, in order, until it is given up.
    until("all are handled", || bad.all().last() == Some(&5)).await;
    assert_eq!(bad.all(), [0, 1, 1, 1, 1, 2, 3, 4, 5]);
    assert_eq!(good.all(), [0, 1, 2, 3, 4, 5]);
    let queue = format!("{namespace}.bad");
    let mut dead = Vec::new();
    let deadline = Instant::now() + LIMIT;
    while dead.is_empty() && Instant::now() < deadline {
        dead = drain(&format!("{queue}.dead")).await;
    }
    let dead: Vec<Uuid> = dead.iter().map(|event| event.id).collect();
    assert_eq!(dead, [events[1].id]);
    assert_eq!(waiting(&queue).await, 0);
    assert_eq!(waiting(&format!("{namespace}.good.dead")).await, 0);
}

/// Whoever starts first tells what the others, which never ran before, hear when they come.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_before_a_consumer_ever_ran_waits_for_it() {
    let namespace = namespace();
    let late = Consumer { name: "late", kinds: &[KIND] };
    let deaf = Consumer { name: "deaf", kinds: &["thing.else"] };
    let bus = Bus::Amqp(Arc::new(AmqpBus::new(broker(), &namespace, 4, [late, deaf])));
    for number in 0..3 {
        bus.publish(&event(number), None).await.unwrap();
    }
    assert_eq!(waiting(&format!("{namespace}.late")).await, 3);
    assert_eq!(waiting(&format!("{namespace}.deaf")).await, 0);
    let given = Given::default();
    let added = given.clone();
    let own = self::bus(&broker(), &namespace);
    own.subscribe(subscription("late", move |event| {
        added.add(number(&event));
        Box::pin(async { Ok(()) })
    }))
    .await
    .unwrap();
    until("all are handled", || given.all().len() == 3).await;
    assert_eq!(given.all(), [0, 1, 2]);
}

/// What RabbitMQ brings may be anything.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_stops_nothing() {
    let namespace = namespace();
    let bus = bus(&broker(), &namespace);
    let given = Given::default();
    let added = given.clone();
    bus.subscribe(subscription("any", move |event| {
        added.add(number(&event));
        Box::pin(async { Ok(()) })
    }))
    .await
    .unwrap();
    let connection = Connection::connect(&broker(), ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let exchange = format!("{namespace}.events");
    channel
        .basic_publish(exchange.as_str().into(), KIND.into(), Default::default(), b"no event", Default::default())
        .await
        .unwrap()
        .await
        .unwrap();
    bus.publish(&event(7), None).await.unwrap();
    until("the event is handled", || given.all() == [7]).await;
    let dead = format!("{namespace}.any.dead");
    let deadline = Instant::now() + LIMIT;
    while waiting(&dead).await != 1 {
        assert!(Instant::now() < deadline, "no dead letter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_failure_like_any_other() {
    let bus = bus(&broker(), &namespace());
    let given = Given::default();
    let added = given.clone();
    bus.subscribe(subscription("any", move |event| {
        added.add(number(&event));
        let times = added.all().len();
        // One panic before the future is made, one in it.
        assert_ne!(times, 1, "this panic is meant");
        Box::pin(async move {
            assert_ne!(times, 2, "this panic is meant");
            Ok(())
        })
    }))
    .await
    .unwrap();
    bus.publish(&event(1), None).await.unwrap();
    bus.publish(&event(2), None).await.unwrap();
    until("both are handled", || given.all() == [1, 1, 1, 2]).await;
}

#[derive(diesel::QueryableByName)]
struct Effect {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    number: i32,
}

/// A service's database with a table of effects.
async fn database() -> (TestDatabase, Database) {
    let test = TestDatabase::create().await;
    migrate_service(&test.settings, &test.url, "thing", TABLES).await.unwrap();
    let database = Database::connect(&test.settings, &test.url, "thing").unwrap();
    let mut connection = database.connection().await.unwrap();
    diesel::sql_query("CREATE TABLE effect (position serial PRIMARY KEY, number integer NOT NULL)")
        .execute(&mut connection)
        .await
        .unwrap();
    drop(connection);
    (test, database)
}

async fn effects(database: &Database) -> Vec<i32> {
    let mut connection = database.connection().await.unwrap();
    let rows: Vec<Effect> =
        diesel::sql_query("SELECT number FROM effect ORDER BY position").load(&mut connection).await.unwrap();
    rows.into_iter().map(|row| row.number).collect()
}

/// Has the effect of an event once; with `then_fail` it fails at the end of the transaction.
async fn have_effect(database: &Database, event: &Event, then_fail: bool) -> Result<(), HandlerError> {
    let mut connection = database.connection().await?;
    connection
        .transaction(async |connection| {
            if first_delivery(connection, event.id, "thing").await? {
                diesel::sql_query("INSERT INTO effect (number) VALUES ($1)")
                    .bind::<diesel::sql_types::Integer, _>(number(event))
                    .execute(connection)
                    .await?;
            }
            if then_fail { Err(HandlerError("before the commit".to_owned())) } else { Ok(()) }
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_effect_is_had_once() {
    let (test, database) = database().await;
    let bus = bus(&broker(), &namespace());
    let given = Given::default();
    let (added, own) = (given.clone(), database.clone());
    bus.subscribe(subscription("thing", move |event| {
        added.add(number(&event));
        let (attempts, database) = (added.all().len(), own.clone());
        Box::pin(async move {
            have_effect(&database, &event, attempts == 1).await?;
            // The effect is committed, and nobody learns of it: as if the process had ended here.
            if attempts == 2 { Err(HandlerError("after the commit".to_owned())) } else { Ok(()) }
        })
    }))
    .await
    .unwrap();
    let event = event(1);
    bus.publish(&event, None).await.unwrap();
    // A relay that ends before it notes what it published publishes it again.
    bus.publish(&event, None).await.unwrap();
    until("it is handled", || given.all().len() == 4).await;
    assert_eq!(effects(&database).await, [1]);
    test.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_with_the_connection() {
    const EVENTS: i32 = 300;
    let (test, database) = database().await;
    let proxy = Proxy::to(&broker()).await;
    let bus = bus(proxy.url(), &namespace());
    let own = database.clone();
    bus.subscribe(subscription("thing", move |event| {
        let database = own.clone();
        Box::pin(async move { have_effect(&database, &event, false).await })
    }))
    .await
    .unwrap();
    let (outbox, shutdown) = (Outbox::default(), CancellationToken::new());
    let relay = tokio::spawn(run_relay(database.clone(), outbox.clone(), bus, Retention::default(), shutdown.clone()));
    for start in (0..EVENTS).step_by(30) {
        let facts: Vec<Counted> = (start..start + 30).map(|number| Counted { number }).collect();
        let mut connection = database.connection().await.unwrap();
        append_all(&mut connection, &facts, None).await.unwrap();
        drop(connection);
        outbox.wake();
        tokio::time::sleep(Duration::from_millis(40)).await;
        // Sometimes the broker is back at once, sometimes it stays away for a moment.
        proxy.close();
        if start % 60 == 0 {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        proxy.open();
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while effects(&database).await.len() < EVENTS as usize {
        assert!(Instant::now() < deadline, "{:?}", effects(&database).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(effects(&database).await, (0..EVENTS).collect::<Vec<_>>());
    shutdown.cancel();
    relay.await.unwrap();
    test.drop().await;
}

/// Two replicas of a service hear the same queue, and still each event is handled after the one before it.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_keep_the_order() {
    const EVENTS: i32 = 60;
    let namespace = namespace();
    let proxy = Proxy::to(&broker()).await;
    let seen: Arc<Mutex<Vec<(&'static str, i32)>>> = Arc::default();
    let mut buses = BTreeMap::new();
    for (replica, url) in [("one", proxy.url().to_owned()), ("two", broker())] {
        let bus = bus(&url, &namespace);
        let seen = Arc::clone(&seen);
        bus.subscribe(subscription("thing", move |event| {
            let seen = Arc::clone(&seen);
            Box::pin(async move {
                let number = number(&event);
                tokio::time::sleep(Duration::from_millis(u64::from(number % 3 == 0) * 15)).await;
                seen.lock().unwrap().push((replica, number));
                Ok(())
            })
        }))
        .await
        .unwrap();
        buses.insert(replica, bus);
        // The first to come is the one that hears.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for number in 0..EVENTS {
        buses["two"].publish(&event(number), None).await.unwrap();
    }
    until("some are handled", || seen.lock().unwrap().len() > 10).await;
    proxy.close();
    until("all are handled", || seen.lock().unwrap().iter().any(|(_, number)| *number == EVENTS - 1)).await;

    let seen = seen.lock().unwrap().clone();
    assert!(seen.iter().any(|(replica, _)| *replica == "one"), "{seen:?}");
    assert_eq!(seen.last().unwrap().0, "two");
    let mut first_times: Vec<i32> = Vec::new();
    for (_, number) in &seen {
        if !first_times.contains(number) {
            first_times.push(*number);
        }
    }
    assert_eq!(first_times, (0..EVENTS).collect::<Vec<_>>());
}

#[tokio::test]
async fn in_memory_a_panic_is_a_failure_too() {
    let bus = Bus::Memory(Arc::default());
    let given = Given::default();
    let added = given.clone();
    bus.subscribe(subscription("any", move |event| {
        added.add(number(&event));
        assert_ne!(added.all().len(), 1, "this panic is meant");
        Box::pin(async { Ok(()) })
    }))
    .await
    .unwrap();
    assert!(bus.publish(&event(1), None).await.is_err());
    assert!(bus.publish(&event(1), None).await.is_ok());
}

/// Dead letters that are put back reach their consumer, and what is told again to one consumer reaches no other.
#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_and_replays_reach_their_consumer_alone() {
    let namespace = namespace();
    let amqp = Arc::new(AmqpBus::new(broker(), &namespace, 2, []));
    let bus = Bus::Amqp(Arc::clone(&amqp));
    let (one, two) = (Given::default(), Given::default());
    let (first, second) = (one.clone(), two.clone());
    bus.subscribe(subscription("one", move |event| {
        first.add(number(&event));
        let times = first.all().len();
        Box::pin(async move { if times <= 2 { Err(HandlerError("not yet".to_owned())) } else { Ok(()) } })
    }))
    .await
    .unwrap();
    bus.subscribe(subscription("two", move |event| {
        second.add(number(&event));
        Box::pin(async { Ok(()) })
    }))
    .await
    .unwrap();
    assert_eq!(amqp.dead_letters("nobody").await.unwrap(), 0, "who has no queue has no letters");
    bus.publish(&event(1), None).await.unwrap();
    let deadline = Instant::now() + LIMIT;
    while amqp.dead_letters("one").await.unwrap() != 1 {
        assert!(Instant::now() < deadline, "no dead letter");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(amqp.redrive("one").await.unwrap(), 1);
    until("the letter is handled", || one.all() == [1, 1, 1]).await;
    bus.publish(&event(2), Some("two")).await.unwrap();
    until("the event is handled", || two.all() == [1, 2]).await;
    assert_eq!(one.all(), [1, 1, 1], "it was not for this one");
    assert!(bus.publish(&event(3), Some("nobody")).await.is_err(), "nobody has no queue");
    assert_eq!(amqp.redrive("one").await.unwrap(), 0);
}
