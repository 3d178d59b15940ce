//! What is left of a person who has left: nothing.

use platform::events::{Fact, append};
use serde::Serialize;

use super::*;

#[derive(schemars::JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserWithdrawn {
    user_id: String,
    withdrawn_at: &'static str,
}

impl Fact for UserWithdrawn {
    const KIND: &'static str = "user.withdrawn";

    fn aggregate(&self) -> String {
        self.user_id.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_is_signed_out_and_forgotten() {
    let services = start([CHEAP]).await;
    let leaving = sign_up(&services, "kim@example.com").await;
    let staying = sign_up(&services, "lee@example.com").await;
    let user = services.database_of("user").await;
    // The second one finds nobody, and does no harm.
    for _ in 0..2 {
        let fact = UserWithdrawn { user_id: leaving.id.clone(), withdrawn_at: "2026-01-01T00:00:00Z" };
        append(&mut user.connection().await.unwrap(), &fact, None).await.unwrap();
    }
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while facts(&services, "session.revoked").await.is_empty() {
        assert!(std::time::Instant::now() < deadline, "the withdrawal was not heard");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ended = facts(&services, "session.revoked").await;
    assert_eq!(ended, [json!({ "userId": leaving.id, "sessionId": leaving.session, "reason": "WITHDRAWN" })]);
    assert_eq!(code(&refresh(&services, &leaving.refresh).await), "INVALID_REFRESH_TOKEN");
    assert_eq!(code(&sign_in(&services, "kim@example.com", PASSWORD).await), "INVALID_CREDENTIALS");
    let newcomer = sign_up(&services, "kim@example.com").await;
    assert_ne!(newcomer.id, leaving.id);
    Signed::read(&refresh(&services, &staying.refresh).await);
    services.stop().await;
}
