//! What sellers' systems are told.

use axum::http::StatusCode;
use hmac::{Hmac, Mac as _};
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::user;
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::receiver::{Posted, Receiver};
use crate::support::{World, codes, prefixed};

fn member(seller: Uuid) -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[seller])
}

/// The signature as a seller's system makes it: HMAC-SHA256 over `timestamp.payload`.
fn signed_by(posted: &Posted, secret: &str) -> bool {
    let mut parts = posted.signature.split(',');
    let time = parts.next().unwrap().strip_prefix("t=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time}.{}", posted.body).as_bytes());
    let expected = format!("v1={}", hex::encode(mac.finalize().into_bytes()));
    parts.any(|part| part == expected)
}

async fn create(world: &World, seller: Uuid, url: &str, events: &[&str], context: RequestContext) -> Value {
    let query = "mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) {
        endpoint { id secretHint state } secret userErrors { code } } }";
    let input = json!({ "input": { "sellerId": prefixed("slr", seller), "url": url, "events": events } });
    world.data(query, input, context).await["createWebhookEndpoint"].clone()
}

async fn command(world: &World, field: &str, id: &str, context: RequestContext) -> Value {
    let query = format!(
        "mutation($id: ID!) {{ {field}(input: {{ endpointId: $id }}) {{
            endpoint {{ state consecutiveFailures previousSecretUntil }} secret userErrors {{ code }} }} }}"
    );
    world.data(&query, json!({ "id": id }), context).await[field].clone()
}

fn undelivered(seller: Uuid) -> Value {
    json!({ "sellerId": prefixed("slr", seller), "lineId": "lin_1" })
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_signed_and_tell_only_the_own() {
    let world = World::open().await;
    let receiver = Receiver::start().await;
    let (seller, other) = (Uuid::now_v7(), Uuid::now_v7());
    let payload = create(&world, seller, &receiver.url, &["line.preparing", "review.created"], member(seller)).await;
    let clerk = platform::testing::member(Uuid::now_v7(), seller, platform::identity::OrganisationRole::Staff);
    let refused = create(&world, seller, &receiver.url, &["review.created"], clerk.clone()).await;
    assert_eq!(codes(&refused), ["MANAGER_NEEDED"]);
    let hidden = command(&world, "rotateWebhookSecret", payload["endpoint"]["id"].as_str().unwrap(), clerk).await;
    assert_eq!(codes(&hidden), ["ENDPOINT_NOT_FOUND"]);
    let secret = payload["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.ends_with(payload["endpoint"]["secretHint"].as_str().unwrap()));
    let line =
        |seller: Uuid| json!({ "orderId": "ord_1", "line": { "sellerId": prefixed("slr", seller), "title": "컵" } });
    world.hear("line.preparing", line(seller)).await;
    world.hear("line.preparing", line(other)).await;
    // Not what it asked for.
    world.hear("line.undelivered", undelivered(seller)).await;
    world.settled().await;
    let posted = receiver.posted();
    assert_eq!(posted.len(), 1, "{posted:?}");
    assert_eq!(posted[0].event, "line.preparing");
    assert!(posted[0].delivery.starts_with("dlv_"));
    assert!(signed_by(&posted[0], secret) && !signed_by(&posted[0], "whsec_other"));
    let body: Value = serde_json::from_str(&posted[0].body).unwrap();
    assert_eq!((&body["type"], &body["data"]), (&json!("line.preparing"), &line(seller)));
    // The secret is never shown again.
    let query = "query($id: ID!) { webhookEndpoints(sellerId: $id) { secretHint url deliveries { totalCount nodes { payload } } } }";
    let id = json!({ "id": prefixed("slr", seller) });
    let data = world.data(query, id.clone(), member(seller)).await;
    assert!(!data.to_string().contains(secret));
    assert_eq!(data["webhookEndpoints"][0]["deliveries"]["totalCount"], 1);
    assert_eq!(world.services.execute("notification", query, id, member(other)).await.errors.len(), 1);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_rotate_with_an_overlap() {
    let world = World::with([("WEBHOOK_SECRET_OVERLAP", "2s")]).await;
    let receiver = Receiver::start().await;
    let seller = Uuid::now_v7();
    let payload = create(&world, seller, &receiver.url, &["line.undelivered"], member(seller)).await;
    let (id, old) = (payload["endpoint"]["id"].as_str().unwrap(), payload["secret"].as_str().unwrap());
    let stranger = command(&world, "rotateWebhookSecret", id, member(Uuid::now_v7())).await;
    assert_eq!(codes(&stranger), ["ENDPOINT_NOT_FOUND"]);
    let rotated = command(&world, "rotateWebhookSecret", id, member(seller)).await;
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, old);
    assert!(rotated["endpoint"]["previousSecretUntil"].is_string());
    world.hear("line.undelivered", undelivered(seller)).await;
    world.settled().await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    world.hear("line.undelivered", undelivered(seller)).await;
    world.settled().await;
    let posted = receiver.posted();
    let by = |index: usize, secret: &str| signed_by(&posted[index], secret);
    assert_eq!([by(0, new), by(0, old), by(1, new), by(1, old)], [true, true, true, false]);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_that_fail_are_tried_again_then_disabled() {
    let world = World::with([("WEBHOOK_ENDPOINT_FAILURES", "6"), ("NOTIFICATION_RETRY_BASE", "400ms")]).await;
    let receiver = Receiver::start().await;
    let seller = Uuid::now_v7();
    let payload = create(&world, seller, &receiver.url, &["line.undelivered"], member(seller)).await;
    let id = payload["endpoint"]["id"].as_str().unwrap();
    receiver.answers(StatusCode::INTERNAL_SERVER_ERROR);
    world.hear("line.undelivered", undelivered(seller)).await;
    world.until("it is tried again", async || receiver.posted().len() >= 2).await;
    receiver.answers(StatusCode::NO_CONTENT);
    world.settled().await;
    let tried = receiver.posted();
    let bodies: std::collections::HashSet<&str> = tried.iter().map(|posted| posted.body.as_str()).collect();
    assert_eq!(bodies.len(), 1, "the same message each time");
    let arrived = world.deliveries(", where: { state: DELIVERED }").await;
    assert_eq!(arrived[0]["outcome"], "204 No Content");

    // A success forgets the failures before it; six in a row are too many: four of one message, two of the next.
    receiver.answers(StatusCode::FOUND);
    world.hear("line.undelivered", undelivered(seller)).await;
    world.settled().await;
    world.hear("line.undelivered", undelivered(seller)).await;
    world.settled().await;
    let count = receiver.posted().len();
    assert_eq!(count, tried.len() + 6, "a redirect is not followed: {:?}", world.deliveries("").await);
    let query = "query($id: ID!) { webhookEndpoint(id: $id) { state consecutiveFailures } }";
    let data = world.data(query, json!({ "id": id }), member(seller)).await;
    assert_eq!(data["webhookEndpoint"], json!({ "state": "DISABLED", "consecutiveFailures": 6 }));
    world.hear("line.undelivered", undelivered(seller)).await;
    world.settled().await;
    assert_eq!(receiver.posted().len(), tried.len() + 6, "a disabled endpoint is told nothing");

    // Enabled again, its seller sends a dead letter once more.
    receiver.answers(StatusCode::OK);
    let enabled = command(&world, "enableWebhookEndpoint", id, member(seller)).await;
    assert_eq!(enabled["endpoint"]["state"], "ACTIVE");
    let dead = world.deliveries(", where: { state: DEAD }").await;
    let again =
        "mutation($id: ID!) { redeliver(input: { deliveryId: $id }) { delivery { state } userErrors { code } } }";
    let redeliver =
        async |context| world.data(again, json!({ "id": dead[0]["id"] }), context).await["redeliver"].clone();
    assert_eq!(codes(&redeliver(member(Uuid::now_v7())).await), ["DELIVERY_NOT_FOUND"]);
    assert_eq!(redeliver(member(seller)).await["delivery"]["state"], "PENDING");
    world.settled().await;
    assert_eq!(receiver.posted().len(), tried.len() + 7);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_are_outside_and_the_sellers() {
    let world = World::with([("WEBHOOK_ALLOW_PRIVATE", "false")]).await;
    let seller = Uuid::now_v7();
    for url in ["http://hooks.example.com/", "https://127.0.0.1/", "https://169.254.169.254/", "https://localhost/"] {
        let refused = create(&world, seller, url, &["order.paid"], member(seller)).await;
        assert_eq!(codes(&refused), ["INVALID_URL"], "{url}");
    }
    let good = "https://hooks.example.com/doa";
    for events in [&[][..], &["order.paid", "order.paid"], &["user.registered"]] {
        let refused = create(&world, seller, good, events, member(seller)).await;
        assert_eq!(codes(&refused), ["INVALID_EVENTS"], "{events:?}");
    }
    let refused = create(&world, seller, good, &["order.paid"], member(Uuid::now_v7())).await;
    assert_eq!(codes(&refused), ["NOT_YOUR_SELLER"]);
    for _ in 0..10 {
        assert!(create(&world, seller, good, &["order.paid"], member(seller)).await["secret"].is_string());
    }
    let refused = create(&world, seller, good, &["order.paid"], member(seller)).await;
    assert_eq!(codes(&refused), ["TOO_MANY_ENDPOINTS"]);
    // An address that became private since is not asked either.
    let receiver = Receiver::start().await;
    use diesel_async::SimpleAsyncConnection as _;
    let database = world.services.database_of("notification").await;
    let mut connection = database.connection().await.unwrap();
    let inside = format!("UPDATE webhook_endpoint SET url = '{}', events = '{{line.undelivered}}'", receiver.url);
    connection.batch_execute(&inside).await.unwrap();
    drop(connection);
    world.hear("line.undelivered", undelivered(seller)).await;
    world.settled().await;
    assert_eq!(receiver.posted().len(), 0);
    assert_eq!(world.deliveries(", where: { state: DEAD }").await.len(), 10);
    world.close().await;
}
