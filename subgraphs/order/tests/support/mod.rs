//! An order as it stands after its payment, on a database of its own, with the order service alone.

pub(crate) mod admin;
pub(crate) mod files;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text, Timestamptz};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::service::ServiceDefinition;
use platform::testing::{TestServices, user};
use serde_json::Value;
use uuid::Uuid;

pub(crate) fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

/// The order: one seller's part that is sent for 2,500 won, with a line for each state; each is three pieces of 1,000 won
/// less 100, of which the seller bears 50.
pub(crate) struct Planted {
    pub(crate) services: TestServices,
    buyer: Uuid,
    seller: Uuid,
    order: Uuid,
    part: Uuid,
    lines: Vec<Uuid>,
}

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    text: String,
}

#[derive(QueryableByName)]
struct Payload {
    #[diesel(sql_type = Jsonb)]
    payload: Value,
}

#[derive(QueryableByName)]
struct Time {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

impl Planted {
    pub(crate) async fn with<const N: usize>(states: &[&str], settings: [(&str, &str); N]) -> Self {
        Self::among(&[&order::SERVICE, &files::FILE, &admin::ADMIN], states, settings).await
    }

    /// The order, among these services.
    pub(crate) async fn among<const N: usize>(
        services: &[&ServiceDefinition],
        states: &[&str],
        settings: [(&str, &str); N],
    ) -> Self {
        let services = TestServices::start_with(services, settings).await;
        let id = Uuid::now_v7;
        let planted = Self {
            services,
            buyer: id(),
            seller: id(),
            order: id(),
            part: id(),
            lines: states.iter().map(|_| id()).collect(),
        };
        let Self { buyer, seller, order, part, .. } = &planted;
        let count = states.len();
        let (items, discount) = (3_000 * count, 100 * count);
        let total = items - discount + 2_500;
        planted
            .sql(&format!(
                "INSERT INTO purchase (id, number, buyer_id, name, payment_method, items_total, discount_total, shipping_total,
                    total, recipient, phone, zonecode, road_address, address_detail, placed_at, payment_deadline, paid_at)
                VALUES ('{order}', '20260301-00000001', '{buyer}', '수건', 'CARD', {items}, {discount}, 2500, {total}, '홍길동',
                    '01012345678', '06236', '서울', '', now(), now(), now());
                INSERT INTO seller_order (id, order_id, seller_id, number, items_total, discount_total, shipping_total, total,
                    placed_at)
                VALUES ('{part}', '{order}', '{seller}', '20260301-00000001-1', {items}, {discount}, 2500, {total}, now())"
            ))
            .await;
        for (line, state) in planted.lines.iter().zip(states) {
            let (product, variant) = (id(), id());
            planted
                .sql(&format!(
                    "INSERT INTO line (id, order_id, seller_order_id, seller_id, product_id, variant_id, product_title,
                        variant_name, unit_price, quantity, items_total, discount_total, seller_discount, total, state,
                        delivered_at, confirm_by, updated_at)
                    VALUES ('{line}', '{order}', '{part}', '{seller}', '{product}', '{variant}', '수건', '', 1000, 3, 3000, 100,
                        50, 2900, '{state}', CASE WHEN '{state}' IN ('DELIVERED', 'CONFIRMED') THEN now() END,
                        CASE WHEN '{state}' = 'DELIVERED' THEN now() + interval '7 days' END, now())"
                ))
                .await;
        }
        planted
    }

    pub(crate) fn order(&self) -> String {
        prefixed("ord", self.order)
    }

    pub(crate) fn part(&self) -> String {
        prefixed("sor", self.part)
    }

    pub(crate) fn seller(&self) -> String {
        prefixed("slr", self.seller)
    }

    pub(crate) fn line(&self, index: usize) -> String {
        prefixed("lin", self.lines[index])
    }

    /// A file that the buyer has uploaded as a photo of a claim, for the order's seller; changed as told.
    pub(crate) fn photo(&self, change: impl FnOnce(&mut files::File)) -> String {
        let id = prefixed("fil", Uuid::now_v7());
        let mut file = files::File {
            owner_id: Some(self.buyer_id().into()),
            seller_id: Some(self.seller().into()),
            purpose: files::FilePurpose::ClaimPhoto,
        };
        change(&mut file);
        files::KNOWN.lock().unwrap().insert(id.clone(), file);
        id
    }

    pub(crate) fn buyer_id(&self) -> String {
        prefixed("usr", self.buyer)
    }

    pub(crate) fn buyer(&self) -> RequestContext {
        user(self.buyer, &[Scope::Buyer], &[])
    }

    pub(crate) fn member(&self) -> RequestContext {
        user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[self.seller])
    }

    pub(crate) async fn ask(&self, query: &str, variables: Value, who: RequestContext) -> Value {
        self.services.data("order", query, variables, who).await
    }

    pub(crate) async fn sql(&self, statement: &str) {
        let database = self.services.database_of("order").await;
        database.connection().await.unwrap().batch_execute(statement).await.unwrap();
    }

    async fn rows<T>(&self, query: &str) -> Vec<T>
    where
        T: QueryableByName<diesel::pg::Pg> + Send + 'static,
    {
        let database = self.services.database_of("order").await;
        diesel::sql_query(query).load(&mut database.connection().await.unwrap()).await.unwrap()
    }

    /// The states of the lines, in their order.
    pub(crate) async fn states(&self) -> Vec<String> {
        let rows: Vec<Words> = self.rows("SELECT state AS text FROM line ORDER BY id").await;
        rows.into_iter().map(|row| row.text).collect()
    }

    pub(crate) async fn until(&self, states: &[&str]) {
        for _ in 0..200 {
            if self.states().await == states {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{:?} and not {states:?}", self.states().await);
    }

    pub(crate) async fn confirm_by(&self) -> DateTime<Utc> {
        let rows: Vec<Time> = self.rows("SELECT confirm_by AS at FROM line").await;
        rows[0].at
    }

    /// The payloads of the events of a kind, in their order.
    pub(crate) async fn told(&self, kind: &str) -> Vec<Value> {
        let query = format!("SELECT payload FROM outbox WHERE kind = '{kind}' ORDER BY sequence");
        let rows: Vec<Payload> = self.rows(&query).await;
        rows.into_iter().map(|row| row.payload).collect()
    }

    /// The service hears an event, twice.
    pub(crate) async fn hear(&self, kind: &str, payload: Value) {
        let id = Uuid::now_v7();
        self.sql(&format!(
            "INSERT INTO outbox (id, kind, aggregate, payload, next_attempt_at) VALUES ('{id}', '{kind}', 'test', '{payload}', now())"
        ))
        .await;
        for again in [true, false] {
            let mut waited = 0;
            let pending = format!("SELECT kind AS text FROM outbox WHERE id = '{id}' AND published_at IS NULL");
            while !self.rows::<Words>(&pending).await.is_empty() {
                waited += 1;
                assert!(waited < 200, "{kind} was not handled");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            if again {
                self.sql(&format!("UPDATE outbox SET published_at = NULL WHERE id = '{id}'")).await;
            }
        }
    }

    pub(crate) async fn stop(self) {
        self.services.stop().await;
    }
}
