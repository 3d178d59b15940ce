//! A broker that delivers every event twice and out of order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, ExchangeDeclareOptions, QueueBindOptions,
    QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer, ExchangeKind};
use platform::events::Event;
use rand::seq::SliceRandom as _;
use serde_json::Value;

use crate::support::{Market, SERVICES};

/// How long events are gathered before they are mixed.
const ROUND: Duration = Duration::from_millis(60);

/// Stands between the exchange that services tell to and the queues that they hear from. Every event is passed on in this
/// round and again in the next, and the events of a round in an order of chance.
pub(crate) struct Disorder {
    told: Arc<AtomicUsize>,
    channel: Channel,
    queues: Vec<String>,
    mixing: tokio::task::JoinHandle<()>,
}

impl Drop for Disorder {
    fn drop(&mut self) {
        self.mixing.abort();
    }
}

impl Disorder {
    /// Takes the place of the exchange in a distributed market that is up.
    pub(crate) async fn between(market: &Market) -> Self {
        let namespace = market.value("AMQP_NAMESPACE");
        let (tidy, mixed, own) =
            (format!("{namespace}.events"), format!("{namespace}.mixed"), format!("{namespace}.disorder"));
        let connection = Connection::connect(market.value("AMQP_URL"), ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        let (options, none) = (QueueBindOptions::default(), FieldTable::default);
        channel
            .exchange_declare(mixed.as_str().into(), ExchangeKind::Topic, ExchangeDeclareOptions::default(), none())
            .await
            .unwrap();
        channel.queue_declare(own.as_str().into(), QueueDeclareOptions::default(), none()).await.unwrap();
        channel.queue_bind(own.as_str().into(), tidy.as_str().into(), "#".into(), options, none()).await.unwrap();
        let mut queues = Vec::new();
        for service in SERVICES {
            let (queue, kinds) = (format!("{namespace}.{service}"), kinds_heard(service));
            for kind in &kinds {
                let (queue, kind) = (queue.as_str(), kind.as_str());
                // First the new way, so that no event is lost: one that takes both is one more that comes twice.
                channel.queue_bind(queue.into(), mixed.as_str().into(), kind.into(), options, none()).await.unwrap();
                channel.queue_unbind(queue.into(), tidy.as_str().into(), kind.into(), none()).await.unwrap();
            }
            queues.extend((!kinds.is_empty()).then_some(queue));
        }
        let told = Arc::new(AtomicUsize::new(0));
        let deliveries = channel
            .basic_consume(own.as_str().into(), "disorder".into(), BasicConsumeOptions::default(), none())
            .await
            .unwrap();
        let mixing = tokio::spawn(mix(connection, channel.clone(), deliveries, mixed, Arc::clone(&told)));
        Self { told, channel, queues, mixing }
    }

    /// How many events were passed on, each of them twice.
    pub(crate) fn told(&self) -> usize {
        self.told.load(Ordering::Relaxed)
    }

    /// Waits until all is quiet, and sees that no event became a dead letter.
    pub(crate) async fn until_heard(&self, market: &Market) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let (mut quiet, mut before) = (0, self.told());
        while quiet < 4 {
            tokio::time::sleep(4 * ROUND).await;
            let (mut waiting, told) = (0, self.told());
            for queue in &self.queues {
                let passive = QueueDeclareOptions { passive: true, durable: true, ..Default::default() };
                let queue = self.channel.queue_declare(queue.as_str().into(), passive, FieldTable::default()).await;
                waiting += queue.unwrap().message_count();
            }
            quiet = if waiting == 0 && told == before { quiet + 1 } else { 0 };
            before = told;
            assert!(Instant::now() < deadline, "{waiting} events wait\n{}", market.logs());
        }
        let output = market.run(&["events", "dead-letters"], &[]);
        let letters = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && !letters.is_empty(), "{letters}");
        let dead: Vec<&str> = letters.lines().filter(|line| !line.ends_with(": 0")).collect();
        assert!(dead.is_empty(), "{dead:?}\n{}", market.logs());
    }
}

/// The kinds that a service hears, by `schema/events`.
fn kinds_heard(service: &str) -> Vec<String> {
    let path = format!("{}/schema/events/{service}.json", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    let document: Value = serde_json::from_str(&text).unwrap();
    let operations = document["operations"].as_object().unwrap();
    let heard = operations.iter().filter(|(_, operation)| operation["action"] == "receive");
    heard.map(|(name, _)| name.strip_prefix("hear ").unwrap().to_owned()).collect()
}

/// Passes events on until the market ends. The connection lives as long.
async fn mix(
    _connection: Connection,
    channel: Channel,
    mut deliveries: Consumer,
    mixed: String,
    told: Arc<AtomicUsize>,
) {
    let mut again: Vec<(String, Vec<u8>)> = Vec::new();
    loop {
        let mut round = std::mem::take(&mut again);
        let end = tokio::time::Instant::now() + ROUND;
        while let Ok(delivery) = tokio::time::timeout_at(end, deliveries.next()).await {
            let Some(Ok(delivery)) = delivery else { return };
            let event: Event = serde_json::from_slice(&delivery.data).unwrap();
            let copy = (event.kind, delivery.data.clone());
            told.fetch_add(1, Ordering::Relaxed);
            round.push(copy.clone());
            again.push(copy);
            delivery.ack(BasicAckOptions::default()).await.unwrap();
        }
        round.shuffle(&mut rand::rng());
        for (kind, body) in round {
            let properties = BasicProperties::default().with_delivery_mode(2);
            let options = BasicPublishOptions::default();
            let published =
                channel.basic_publish(mixed.as_str().into(), kind.as_str().into(), options, &body, properties);
            published.await.unwrap();
        }
    }
}
