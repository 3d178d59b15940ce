//! The service under test with the world around it.

use std::time::Duration;

use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::others;
use crate::smtp::MailServer;

pub(crate) struct World {
    pub(crate) services: TestServices,
    pub(crate) mail: MailServer,
    provider: TestServices,
}

pub(crate) fn prefixed(prefix: &str, id: Uuid) -> String {
    format!("{prefix}_{}", id.as_simple())
}

pub(crate) fn buyer(id: Uuid) -> RequestContext {
    user(id, &[Scope::Buyer], &[])
}

pub(crate) fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Buyer, Scope::StaffNotifications], &[])
}

pub(crate) fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

impl World {
    pub(crate) async fn open() -> Self {
        Self::with([]).await
    }

    /// Tries are quick and few, and private endpoints are allowed, unless the settings say otherwise.
    pub(crate) async fn with<const N: usize>(settings: [(&str, &str); N]) -> Self {
        let mail = MailServer::start().await;
        // The provider's sandbox is served by an instance of its own, over HTTP as the real one.
        let provider = TestServices::start(&[&notification::SERVICE]).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let messages = format!("http://127.0.0.1:{}/sandbox/solapi", listener.local_addr().unwrap().port());
        let routes = provider.routes_of("notification");
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let smtp = format!("smtp://127.0.0.1:{}", mail.port);
        let mut values: Vec<(&str, &str)> = vec![
            ("SMTP_URL", &smtp),
            ("SOLAPI_BASE_URL", &messages),
            ("NOTIFICATION_DELIVERY_INTERVAL", "50ms"),
            ("NOTIFICATION_RETRY_BASE", "50ms"),
            ("NOTIFICATION_ATTEMPTS", "4"),
            ("WEBHOOK_ALLOW_PRIVATE", "true"),
        ];
        for (name, value) in settings {
            values.retain(|(known, _)| *known != name);
            values.push((name, value));
        }
        // An array of a length that is known: those that were not set again are repeated.
        let mut all = [values[0]; 12];
        for (place, value) in all.iter_mut().zip(&values) {
            *place = *value;
        }
        let services =
            TestServices::start_with(&[&notification::SERVICE, &others::SELLER, &others::ADMIN, &others::PAYMENT], all)
                .await;
        Self { services, mail, provider }
    }

    /// Lets the service hear a fact twice, under the same event id: it travels through the service's own outbox.
    pub(crate) async fn hear(&self, kind: &str, fact: Value) {
        let database = self.services.database_of("notification").await;
        let mut connection = database.connection().await.unwrap();
        let insert = format!(
            "INSERT INTO outbox (id, kind, aggregate, payload) VALUES ('{}', '{kind}', 'test', '{fact}'::jsonb)",
            Uuid::now_v7()
        );
        connection.batch_execute(&insert).await.unwrap();
        for again in [true, false] {
            let mut waited = 0;
            while diesel::sql_query("SELECT 1 FROM outbox WHERE published_at IS NULL")
                .execute(&mut connection)
                .await
                .unwrap()
                > 0
            {
                waited += 1;
                assert!(waited < 400, "{kind} was not handled");
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            if again {
                let forget = format!("UPDATE outbox SET published_at = NULL WHERE kind = '{kind}'");
                connection.batch_execute(&forget).await.unwrap();
            }
        }
    }

    /// Somebody signs up with these addresses.
    pub(crate) async fn person(&self, email: &str, phone: Option<&str>) -> Uuid {
        let id = Uuid::now_v7();
        let fact = json!({
            "userId": prefixed("usr", id), "email": email, "name": "김도아", "phone": phone,
            "consents": [], "registeredAt": "2026-01-01T00:00:00Z",
        });
        self.hear("user.registered", fact).await;
        id
    }

    pub(crate) async fn data(&self, query: &str, variables: Value, context: RequestContext) -> Value {
        self.services.data("notification", query, variables, context).await
    }

    /// Fields of a person, as the entity that the service adds to.
    pub(crate) async fn of_person(&self, id: Uuid, fields: &str, context: RequestContext) -> Value {
        let query =
            format!("query($id: [_Any!]!) {{ _entities(representations: $id) {{ ... on User {{ {fields} }} }} }}");
        let variables = json!({ "id": [{ "__typename": "User", "id": prefixed("usr", id) }] });
        self.data(&query, variables, context).await["_entities"][0].clone()
    }

    /// Every delivery, the newest first, as staff sees them.
    pub(crate) async fn deliveries(&self, filter: &str) -> Vec<Value> {
        let query = format!(
            "{{ deliveries(first: 100{filter}) {{ nodes {{ id channel event state failures outcome nextAttemptAt userId }} }} }}"
        );
        self.data(&query, json!({}), staff()).await["deliveries"]["nodes"].as_array().unwrap().clone()
    }

    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        for _ in 0..300 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never: {what}; {:?}", self.deliveries("").await);
    }

    /// Waits until nothing is on its way.
    pub(crate) async fn settled(&self) {
        self.until("everything is settled", async || self.deliveries(", where: { state: PENDING }").await.is_empty())
            .await;
    }

    /// What the message provider took, the newest first.
    pub(crate) async fn texts(&self) -> Vec<Value> {
        let request = axum::http::Request::get("/sandbox/solapi/messages/v4/list").body(axum::body::Body::empty());
        let answer =
            tower::ServiceExt::oneshot(self.provider.routes_of("notification"), request.unwrap()).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        body["messageList"].as_array().unwrap().clone()
    }

    pub(crate) async fn close(self) {
        self.services.stop().await;
        self.provider.stop().await;
    }
}
