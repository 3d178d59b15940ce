//! What is told at once.

use async_graphql::Context;
use futures::stream::{self, Stream, StreamExt as _};
use platform::errors::GraphError;
use platform::identity::{SignedIn, current_user};
use tokio::sync::broadcast::error::RecvError;

use super::notification::Notification;
use crate::actions::Notifications;
use crate::model::UserId;
use crate::store;

/// Live events.
pub(crate) struct Subscription;

#[async_graphql::Subscription]
impl Subscription {
    /// Every new notification of the signed-in person, whichever process writes it. What was written before, and what comes
    /// while the connection is broken, is in `User.notifications`.
    #[graphql(directive = platform::identity::authenticated::apply(), guard = "SignedIn")]
    async fn notification_added(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<impl Stream<Item = async_graphql::Result<Notification>>> {
        let user = UserId(current_user(ctx)?);
        let notifications = ctx.data::<Notifications>()?;
        let receiver = notifications.live.receive().await;
        let announced = stream::unfold(receiver, move |mut receiver| async move {
            loop {
                match receiver.recv().await {
                    Ok((to, id)) if to == user => return Some((id, receiver)),
                    // Somebody else's; or this one was too slow, and the list has what it missed.
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                }
            }
        });
        let database = notifications.database.clone();
        Ok(announced.filter_map(move |id| {
            let database = database.clone();
            async move {
                let read = async {
                    let mut connection = database.connection().await.map_err(GraphError::from)?;
                    store::notification_of(&mut connection, user, id).await.map_err(GraphError::from)
                };
                match read.await {
                    Ok(row) => row.map(|row| Ok(Notification { row })),
                    Err(error) => Some(Err(error.into())),
                }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use async_graphql::Request;
    use platform::cache::{Cache, MemoryCache};
    use platform::events::Outbox;
    use platform::graph::GraphClient;
    use platform::identity::Scope;
    use platform::service::ServiceContext;
    use platform::settings::SettingSource;
    use platform::testing::{TestDatabase, user, visitor};
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::graphql::NotificationSchema;
    use crate::live::listen;
    use crate::model::{NotificationEvent, NotificationId, NotificationRow};

    const ADDED: &str = "subscription { notificationAdded { event title body link } }";

    /// A replica of the service, without its worker.
    async fn replica(database: &TestDatabase, shutdown: &CancellationToken) -> (NotificationSchema, Notifications) {
        let context = ServiceContext {
            database: database.service(&crate::SERVICE).await,
            cache: Cache::Memory(MemoryCache::new(1 << 20)),
            outbox: Outbox::default(),
            graph: GraphClient::new().for_service("notification"),
            settings: Arc::new(SettingSource::from_values([])),
            public_url: "http://localhost:3000".into(),
            own_url: "http://127.0.0.1:3000".into(),
            local_directory: std::env::temp_dir().join(format!("doa-{}", uuid::Uuid::now_v7())).into(),
            shutdown: shutdown.clone(),
        };
        let (notifications, _) = crate::start::assemble(context).unwrap();
        tokio::spawn(listen(notifications.database.clone(), notifications.live.clone(), shutdown.clone()));
        (crate::graphql::schema(notifications.clone()), notifications)
    }

    async fn tell(notifications: &Notifications, to: uuid::Uuid, title: &str) {
        use diesel_async::AsyncConnection as _;
        let row = NotificationRow {
            id: NotificationId::new(),
            user_id: UserId(to),
            event: NotificationEvent::LineShipped,
            params: serde_json::json!({ "title": title }),
            link: Some("/orders/ord_1".to_owned()),
            created_at: chrono::Utc::now(),
            read_at: None,
        };
        let mut connection = notifications.database.connection().await.unwrap();
        let written = connection.transaction(async |connection| store::insert_notifications(connection, &[row]).await);
        written.await.unwrap();
    }

    async fn next(stream: &mut (impl Stream<Item = async_graphql::Response> + Unpin)) -> serde_json::Value {
        let answer = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("in time").unwrap();
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        answer.data.into_json().unwrap()["notificationAdded"].clone()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn subscribers_hear_of_their_own_from_every_replica() {
        let (database, shutdown) = (TestDatabase::create().await, CancellationToken::new());
        let (first, writer) = replica(&database, &shutdown).await;
        let (second, other_writer) = replica(&database, &shutdown).await;
        let (me, somebody) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
        let request = |id| Request::new(ADDED).data(user(id, &[Scope::Buyer], &[]));
        let mut here = Box::pin(first.execute_stream(request(me)));
        let mut there = Box::pin(second.execute_stream(request(me)));
        let mut theirs = Box::pin(first.execute_stream(request(somebody)));
        // A stream begins when it is first asked.
        let heard = tokio::spawn(async move { (next(&mut here).await, next(&mut here).await) });
        let also = tokio::spawn(async move { (next(&mut there).await, next(&mut there).await) });
        let other = tokio::spawn(async move { next(&mut theirs).await });
        tokio::time::sleep(Duration::from_millis(500)).await;
        tell(&writer, me, "머그컵").await;
        tell(&other_writer, somebody, "접시").await;
        tell(&other_writer, me, "포크").await;
        let (one, two) = heard.await.unwrap();
        assert_eq!(
            one,
            serde_json::json!({
                "event": "LINE_SHIPPED", "title": "상품이 출발했습니다", "body": "머그컵", "link": "/orders/ord_1"
            })
        );
        assert_eq!(two["body"], "포크");
        assert_eq!(also.await.unwrap(), (one, two), "the replica that did not write the first hears of it too");
        assert_eq!(other.await.unwrap()["body"], "접시");
        shutdown.cancel();
        database.drop().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn visitors_hear_nothing() {
        let (database, shutdown) = (TestDatabase::create().await, CancellationToken::new());
        let (schema, _) = replica(&database, &shutdown).await;
        let mut stream = Box::pin(schema.execute_stream(Request::new(ADDED).data(visitor())));
        let answer = stream.next().await.unwrap();
        assert_eq!(answer.errors.len(), 1);
        assert!(stream.next().await.is_none());
        shutdown.cancel();
        database.drop().await;
    }
}
