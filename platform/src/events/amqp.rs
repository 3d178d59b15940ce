//! RabbitMQ: a topic exchange, a quorum queue per consumer, publisher confirms, a dead-letter exchange.
//!
//! A queue's events are handled one after the other, by one of the consumer's replicas at a time. One that fails is tried
//! again where it stands, so that no later event of its aggregate overtakes it, and is set aside when it fails for good.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicGetOptions, BasicNackOptions, BasicPublishOptions, BasicQosOptions,
    ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, ExchangeKind};
use tokio::sync::Mutex;

use super::{Consumer, Event, PublishError, Subscription, handle};

/// How often an event may come back because its consumer's connection or process ended. All that were sent to that
/// consumer in advance are counted, not only the one that it died of.
const DELIVERY_LIMIT: i32 = 50;
const PREFETCH: u16 = 32;
const RECONNECT_DELAY: Duration = Duration::from_secs(1);
const FIRST_RETRY_DELAY: Duration = Duration::from_millis(100);
const LONGEST_RETRY_DELAY: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(10);

/// The bus over RabbitMQ. The connection is made when it is first needed and again after it was lost.
///
/// Before it publishes it declares every consumer's queue: the exchange drops what no queue takes, and a consumer's own
/// process may start long after the event.
pub struct AmqpBus {
    url: String,
    names: Names,
    attempts: u32,
    consumers: Arc<[Consumer]>,
    channel: Mutex<Option<Channel>>,
}

/// The names of exchanges and queues, so that several installations can share a broker.
#[derive(Clone)]
struct Names {
    namespace: String,
}

impl Names {
    /// All facts of the market, by kind.
    fn exchange(&self) -> String {
        format!("{}.events", self.namespace)
    }

    /// Events that a consumer refused too often.
    fn dead_letters(&self) -> String {
        format!("{}.dead-letters", self.namespace)
    }

    /// The queue of a consumer's dead letters.
    fn dead_letters_of(&self, consumer: &str) -> String {
        format!("{}.dead", self.queue(consumer))
    }

    /// A consumer's queue.
    fn queue(&self, consumer: &str) -> String {
        format!("{}.{consumer}", self.namespace)
    }
}

impl AmqpBus {
    /// A bus at an `amqp://` URL, whose exchanges and queues begin with `namespace`. A consumer may fail `attempts` times
    /// before an event becomes a dead letter. `consumers` are all that are meant to hear what this bus publishes.
    pub fn new(url: String, namespace: &str, attempts: u32, consumers: impl IntoIterator<Item = Consumer>) -> Self {
        let names = Names { namespace: namespace.to_owned() };
        Self { url, names, attempts, consumers: consumers.into_iter().collect(), channel: Mutex::new(None) }
    }

    /// Whether the broker answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), PublishError> {
        self.publishing_channel().await.map(|_| ())
    }

    pub(super) async fn publish(&self, event: &Event, only_for: Option<&str>) -> Result<(), PublishError> {
        let body = serde_json::to_vec(event).map_err(|error| PublishError(error.to_string()))?;
        let channel = self.publishing_channel().await?;
        // The exchange without a name leads straight to a queue.
        let (exchange, key) = match only_for {
            None => (self.names.exchange(), event.kind.clone()),
            Some(consumer) => (String::new(), self.names.queue(consumer)),
        };
        let options = BasicPublishOptions { mandatory: only_for.is_some(), ..Default::default() };
        let properties = BasicProperties::default()
            .with_content_type("application/json".into())
            .with_delivery_mode(2)
            .with_message_id(event.id.to_string().into());
        let published = tokio::time::timeout(CONFIRM_TIMEOUT, async {
            channel
                .basic_publish(exchange.as_str().into(), key.as_str().into(), options, &body, properties)
                .await?
                .await
        })
        .await;
        match published {
            Ok(Ok(confirmation)) if confirmation.is_nack() => {
                Err(PublishError("the broker did not take the event".to_owned()))
            }
            Ok(Ok(Confirmation::Ack(Some(_)))) => Err(PublishError(format!("there is no queue {key}"))),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                *self.channel.lock().await = None;
                Err(PublishError(error.to_string()))
            }
            Err(_) => {
                *self.channel.lock().await = None;
                Err(PublishError("no confirmation in time".to_owned()))
            }
        }
    }

    /// Delivers to the subscription from now on; reconnects by itself.
    pub(super) async fn subscribe(&self, subscription: Subscription) -> Result<(), PublishError> {
        let channel = self.consuming_channel(&subscription).await?;
        let again = Self {
            url: self.url.clone(),
            names: self.names.clone(),
            attempts: self.attempts,
            consumers: Arc::clone(&self.consumers),
            channel: Mutex::new(None),
        };
        tokio::spawn(async move {
            let mut channel = Some(channel);
            loop {
                if let Some(open) = channel.take()
                    && let Err(error) = consume(&open, &again, &subscription).await
                {
                    tracing::warn!(consumer = subscription.consumer, %error, "the event consumer reconnects");
                }
                tokio::time::sleep(RECONNECT_DELAY).await;
                match again.consuming_channel(&subscription).await {
                    Ok(open) => channel = Some(open),
                    Err(error) => tracing::warn!(consumer = subscription.consumer, %error, "broker not reached"),
                }
            }
        });
        Ok(())
    }

    /// How many dead letters a consumer has; none if it never had a queue.
    ///
    /// # Errors
    /// When the broker refuses.
    pub async fn dead_letters(&self, consumer: &str) -> Result<u32, PublishError> {
        let passive = QueueDeclareOptions { passive: true, durable: true, ..Default::default() };
        let channel = in_time(open_channel(&self.url, &self.names)).await?;
        let queue = self.names.dead_letters_of(consumer);
        match channel.queue_declare(queue.as_str().into(), passive, FieldTable::default()).await {
            Ok(queue) => Ok(queue.message_count()),
            Err(error) if is_not_found(&error) => Ok(0),
            Err(error) => Err(PublishError(error.to_string())),
        }
    }

    /// Puts a consumer's dead letters back into its queue, and returns how many. One that is interrupted by a crash can
    /// be there twice, which consumers expect.
    ///
    /// # Errors
    /// When the broker refuses; what was put back before stays so.
    pub async fn redrive(&self, consumer: &str) -> Result<u32, PublishError> {
        let failed = |error: lapin::Error| PublishError(error.to_string());
        let count = self.dead_letters(consumer).await?;
        let channel = self.publishing_channel().await?;
        let dead = self.names.dead_letters_of(consumer);
        let mandatory = BasicPublishOptions { mandatory: true, ..Default::default() };
        // No more than there were, so that those that die again meanwhile do not go round.
        for done in 0..count {
            let letter = channel.basic_get(dead.as_str().into(), BasicGetOptions::default()).await.map_err(failed)?;
            let Some(letter) = letter else { return Ok(done) };
            let properties = letter.properties.clone().with_headers(FieldTable::default());
            let queue = self.names.queue(consumer);
            let published = channel
                .basic_publish("".into(), queue.as_str().into(), mandatory, &letter.data, properties)
                .await
                .map_err(failed)?;
            match published.await.map_err(failed)? {
                Confirmation::Ack(None) => letter.ack(BasicAckOptions::default()).await.map_err(failed)?,
                _ => return Err(PublishError(format!("the broker did not take a letter for {queue}"))),
            };
        }
        Ok(count)
    }

    async fn publishing_channel(&self) -> Result<Channel, PublishError> {
        let mut slot = self.channel.lock().await;
        if let Some(channel) = slot.as_ref().filter(|channel| channel.status().connected()) {
            return Ok(channel.clone());
        }
        let channel = in_time(async {
            let channel = open_channel(&self.url, &self.names).await?;
            for consumer in self.consumers.iter() {
                declare_queue(&channel, &self.names, consumer).await?;
            }
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            Ok(channel)
        })
        .await?;
        *slot = Some(channel.clone());
        Ok(channel)
    }

    async fn consuming_channel(&self, subscription: &Subscription) -> Result<Channel, PublishError> {
        in_time(async {
            let channel = open_channel(&self.url, &self.names).await?;
            let consumer = Consumer { name: subscription.consumer, kinds: subscription.kinds };
            declare_queue(&channel, &self.names, &consumer).await?;
            channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
            Ok(channel)
        })
        .await
    }
}

async fn in_time(connecting: impl Future<Output = Result<Channel, lapin::Error>>) -> Result<Channel, PublishError> {
    match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(connected) => connected.map_err(|error| PublishError(error.to_string())),
        Err(_) => Err(PublishError("no connection to the broker in time".to_owned())),
    }
}

fn is_not_found(error: &lapin::Error) -> bool {
    matches!(error.kind(), lapin::ErrorKind::ProtocolError(error) if error.get_id() == 404)
}

async fn open_channel(url: &str, names: &Names) -> Result<Channel, lapin::Error> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    let durable = ExchangeDeclareOptions { durable: true, ..Default::default() };
    for exchange in [names.exchange(), names.dead_letters()] {
        channel.exchange_declare(exchange.as_str().into(), ExchangeKind::Topic, durable, FieldTable::default()).await?;
    }
    Ok(channel)
}

/// The consumer's quorum queue and its dead-letter queue, bound to the kinds it wants. No step is waited for: the broker takes a
/// channel's commands in order, and what comes next on the channel fails when one of these was refused.
async fn declare_queue(channel: &Channel, names: &Names, consumer: &Consumer) -> Result<(), lapin::Error> {
    let durable = QueueDeclareOptions { durable: true, nowait: true, ..Default::default() };
    let binding = QueueBindOptions { nowait: true };
    let queue = names.queue(consumer.name);
    let dead = names.dead_letters_of(consumer.name);
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    channel.queue_declare(dead.as_str().into(), durable, arguments.clone()).await?;
    channel
        .queue_bind(
            dead.as_str().into(),
            names.dead_letters().as_str().into(),
            queue.as_str().into(),
            binding,
            FieldTable::default(),
        )
        .await?;
    arguments.insert("x-single-active-consumer".into(), AMQPValue::Boolean(true));
    arguments.insert("x-delivery-limit".into(), AMQPValue::LongInt(DELIVERY_LIMIT));
    arguments.insert("x-dead-letter-exchange".into(), AMQPValue::LongString(names.dead_letters().into()));
    arguments.insert("x-dead-letter-routing-key".into(), AMQPValue::LongString(queue.as_str().into()));
    channel.queue_declare(queue.as_str().into(), durable, arguments).await?;
    for kind in consumer.kinds {
        channel
            .queue_bind(
                queue.as_str().into(),
                names.exchange().as_str().into(),
                (*kind).into(),
                binding,
                FieldTable::default(),
            )
            .await?;
    }
    Ok(())
}

/// Handles deliveries one after the other, in the queue's order, until the channel ends.
async fn consume(channel: &Channel, bus: &AmqpBus, subscription: &Subscription) -> Result<(), lapin::Error> {
    let queue = bus.names.queue(subscription.consumer);
    let mut deliveries = channel
        .basic_consume(
            queue.as_str().into(),
            subscription.consumer.into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await?;
    while let Some(delivery) = deliveries.next().await {
        let delivery = delivery?;
        let handled = match serde_json::from_slice::<Event>(&delivery.data) {
            Ok(event) => persist(channel, bus.attempts, subscription, event).await,
            Err(error) => Err(format!("no event: {error}")),
        };
        if let Err(error) = handled {
            // Without its channel the delivery is no longer ours: it comes again, here or to another replica.
            if !channel.status().connected() {
                break;
            }
            tracing::error!(consumer = subscription.consumer, error, "an event becomes a dead letter");
            metrics::counter!("events_dead_letters_total", "consumer" => subscription.consumer).increment(1);
            delivery.nack(BasicNackOptions { requeue: false, ..Default::default() }).await?;
        } else {
            delivery.ack(BasicAckOptions::default()).await?;
        }
    }
    Ok(())
}

/// Handles one event, again and again while it fails, as long as there are attempts and the channel lives.
async fn persist(channel: &Channel, attempts: u32, subscription: &Subscription, event: Event) -> Result<(), String> {
    let (kind, id) = (event.kind.clone(), event.id);
    let mut delay = FIRST_RETRY_DELAY;
    let mut attempt = 1;
    loop {
        let Err(error) = handle(subscription.consumer, &subscription.handler, event.clone()).await else {
            return Ok(());
        };
        let consumer = subscription.consumer;
        tracing::warn!(consumer, kind, %id, attempt, %error, "event not handled");
        metrics::counter!("events_handler_failures_total", "consumer" => consumer).increment(1);
        if attempt >= attempts || !channel.status().connected() {
            return Err(format!("{kind} {id}: {error}"));
        }
        tokio::time::sleep(delay).await;
        delay = (delay * 2).min(LONGEST_RETRY_DELAY);
        attempt += 1;
    }
}
