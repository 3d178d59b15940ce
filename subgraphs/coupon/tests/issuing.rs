//! Policies, and how users get coupons, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

#[allow(dead_code, reason = "each test file uses its part")]
mod support;

use std::sync::Arc;

use futures::future::join_all;
use platform::identity::OrganisationRole;
use platform::testing::visitor;
use serde_json::{Value, json};
use support::{CLAIM, Desk, buyer, codes, prefixed, staff, terms};
use uuid::Uuid;

/// A claim as a user makes it who tries again while the service is busy.
async fn claim_until_answered(desk: &Desk, policy: &str, user_id: Uuid) -> Value {
    for _ in 0..60 {
        let variables = json!({ "input": { "policyId": policy } });
        let response = desk.services.execute("coupon", CLAIM, variables, buyer(user_id)).await;
        if response.errors.is_empty() {
            return response.data.into_json().unwrap()["claimCoupon"].clone();
        }
        let code = response.errors[0].extensions.as_ref().and_then(|extensions| extensions.get("code").cloned());
        assert_eq!(code.unwrap().into_json().unwrap(), "UNAVAILABLE", "{:?}", response.errors);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("never answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_coupons_for_two_thousand_claimers() {
    let desk = Arc::new(Desk::open().await);
    let policy = desk.policy(json!({ "totalLimit": 100 })).await;
    let claims = (0..2_000).map(|_| {
        let (desk, policy) = (Arc::clone(&desk), policy.clone());
        tokio::spawn(async move { claim_until_answered(&desk, &policy, Uuid::now_v7()).await })
    });
    let answers: Vec<Value> = join_all(claims).await.into_iter().map(Result::unwrap).collect();
    let issued = answers.iter().filter(|answer| answer["coupon"]["state"] == "ISSUED").count();
    let sold_out = answers.iter().filter(|answer| codes(answer) == ["SOLD_OUT"]).count();
    assert_eq!((issued, sold_out), (100, 1_900));
    let after = desk.policy_of(&policy).await;
    assert_eq!(
        (&after["state"], &after["issuedCount"], &after["remaining"]),
        (&json!("EXHAUSTED"), &json!(100), &json!(0))
    );
    let told = desk.told().await;
    assert_eq!(told.iter().filter(|(kind, _)| kind == "coupon.issued").count(), 100);
    let ends = told.iter().filter(|(kind, fact)| kind == "coupon.policy_changed" && fact["to"] == "EXHAUSTED");
    assert_eq!(ends.count(), 1);
    Arc::into_inner(desk).unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_user_gets_no_more_than_the_limit_however_fast() {
    let desk = Arc::new(Desk::open().await);
    let policy = desk.policy(json!({ "perUserLimit": 2 })).await;
    let user = Uuid::now_v7();
    let claims = (0..20).map(|_| {
        let (desk, policy) = (Arc::clone(&desk), policy.clone());
        tokio::spawn(async move { claim_until_answered(&desk, &policy, user).await })
    });
    let answers: Vec<Value> = join_all(claims).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| answer["coupon"] != Value::Null).count(), 2);
    assert_eq!(answers.iter().filter(|answer| codes(answer) == ["LIMIT_REACHED"]).count(), 18);
    assert_eq!(desk.policy_of(&policy).await["issuedCount"], 2);
    Arc::into_inner(desk).unwrap().close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_read_generously_and_not_guessed() {
    let desk = Desk::with_settings([("COUPON_CODE_ATTEMPTS", "3")]).await;
    let policy = desk.policy(json!({ "distribution": "CODE", "code": "welcome-26" })).await;
    let redeem = async |user: Uuid, code: &str| {
        let query = "mutation($input: RedeemCouponCodeInput!) { redeemCouponCode(input: $input) {
            coupon { state } userErrors { code retryable } } }";
        desk.ask(query, json!({ "input": { "code": code } }), buyer(user)).await["redeemCouponCode"].clone()
    };
    let user = Uuid::now_v7();
    assert_eq!(codes(&desk.claim(&policy, user).await), ["NOT_CLAIMABLE"], "a code cannot be downloaded");
    assert_eq!(redeem(user, " Welcome-26 ").await["coupon"]["state"], "ISSUED");
    assert_eq!(codes(&redeem(user, "WELCOME-26").await), ["LIMIT_REACHED"]);
    assert_eq!(codes(&redeem(user, "guess-1").await), ["CODE_UNKNOWN"]);
    let throttled = redeem(user, "welcome-26").await;
    assert_eq!(throttled["userErrors"], json!([{ "code": "TOO_MANY_ATTEMPTS", "retryable": true }]));
    assert_eq!(redeem(Uuid::now_v7(), "welcome-26").await["coupon"]["state"], "ISSUED", "others are free");
    let taken = desk.create(None, terms(json!({ "distribution": "CODE", "code": "WELCOME-26" })), staff()).await;
    assert_eq!(taken["userErrors"], json!([{ "code": "CODE_TAKEN", "field": ["terms", "code"] }]));
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_live_and_end() {
    let desk = Desk::open().await;
    let created = desk.create(None, terms(json!({})), staff()).await;
    assert_eq!(created["couponPolicy"]["state"], "DRAFT");
    let id = created["couponPolicy"]["id"].as_str().unwrap();
    let user = Uuid::now_v7();
    assert_eq!(codes(&desk.claim(id, user).await), ["COUPON_POLICY_NOT_FOUND"], "nobody sees a draft");
    let plain = json!({ "policyId": id });
    let reason = json!({ "policyId": id, "reason": "오류 확인" });
    let by_id = async |field: &str| desk.command(field, "CouponPolicyIdInput", plain.clone(), staff()).await;
    let by_reason = async |field: &str| desk.command(field, "CouponPolicyReasonInput", reason.clone(), staff()).await;
    let rewritten = json!({ "policyId": id, "terms": terms(json!({ "value": 2_000, "totalLimit": 5 })) });
    let updated = desk.command("updateCouponPolicy", "UpdateCouponPolicyInput", rewritten.clone(), staff()).await;
    assert_eq!(updated["couponPolicy"]["state"], "DRAFT");
    assert_eq!(by_id("publishCouponPolicy").await["couponPolicy"]["state"], "ACTIVE");
    let updated = desk.command("updateCouponPolicy", "UpdateCouponPolicyInput", rewritten, staff()).await;
    assert_eq!(codes(&updated), ["STATE_CONFLICT"], "what was published is not rewritten");
    let coupon = desk.coupon(id, user).await;
    assert_eq!(by_reason("pauseCouponPolicy").await["couponPolicy"]["state"], "PAUSED");
    assert_eq!(codes(&desk.claim(id, Uuid::now_v7()).await), ["NOT_CLAIMABLE"]);
    let refused = desk.reserve(Uuid::now_v7(), user, &[&coupon], &[10_000]).await;
    assert_eq!(refused["refusals"], json!([{ "couponId": coupon, "code": "POLICY_PAUSED" }]));
    assert_eq!(by_id("resumeCouponPolicy").await["couponPolicy"]["state"], "ACTIVE");
    let extend = async |changes: Value| {
        let mut input = changes;
        input["policyId"] = json!(id);
        desk.command("extendCouponPolicy", "ExtendCouponPolicyInput", input, staff()).await
    };
    assert_eq!(codes(&extend(json!({ "totalLimit": 4 })).await), ["INVALID_LIMIT"]);
    assert_eq!(codes(&extend(json!({ "budget": 10_000 })).await), ["INVALID_LIMIT"], "a limit where there was none");
    assert_eq!(codes(&extend(json!({ "endsAt": "2028-01-01T00:00:00Z" })).await), ["INVALID_PERIOD"]);
    assert_eq!(extend(json!({ "totalLimit": 6 })).await["couponPolicy"]["state"], "ACTIVE");
    assert_eq!(by_reason("endCouponPolicy").await["couponPolicy"]["state"], "ENDED");
    assert_eq!(codes(&by_id("resumeCouponPolicy").await), ["STATE_CONFLICT"]);
    let reserved = desk.reserve(Uuid::now_v7(), user, &[&coupon], &[10_000]).await;
    assert_eq!(reserved["discounts"][0]["total"], 2_000, "a coupon outlives its policy");
    let history = desk.policy_of(id).await["history"].clone();
    let states: Vec<&str> = history.as_array().unwrap().iter().map(|change| change["to"].as_str().unwrap()).collect();
    assert_eq!(states, ["DRAFT", "SCHEDULED", "ACTIVE", "PAUSED", "ACTIVE", "ENDED"]);
    assert_eq!(history[3]["reason"], "오류 확인");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sellers_have_their_own_policies_and_no_others() {
    let desk = Desk::open().await;
    let own = desk.create(Some(desk.seller), terms(json!({ "scope": "SELLER" })), desk.member()).await;
    let id = own["couponPolicy"]["id"].as_str().unwrap().to_owned();
    assert_eq!(codes(&desk.create(Some(Uuid::now_v7()), terms(json!({})), desk.member()).await), ["NOT_YOUR_SELLER"]);
    assert_eq!(codes(&desk.create(None, terms(json!({})), desk.member()).await), ["NOT_YOUR_SELLER"]);
    let order = desk.create(Some(desk.seller), terms(json!({ "level": "ORDER" })), desk.member()).await;
    assert_eq!(order["userErrors"], json!([{ "code": "INVALID_SCOPE", "field": ["terms", "level"] }]));
    let stranger = platform::testing::user(Uuid::now_v7(), &[platform::identity::Scope::Seller], &[Uuid::now_v7()]);
    let input = json!({ "policyId": id });
    let publish =
        async |context| desk.command("publishCouponPolicy", "CouponPolicyIdInput", input.clone(), context).await;
    assert_eq!(codes(&publish(stranger.clone()).await), ["NOT_YOUR_SELLER"]);
    assert_eq!(publish(desk.member()).await["couponPolicy"]["state"], "ACTIVE");
    let list = "query($id: ID) { couponPolicies(sellerId: $id) { totalCount nodes { id sellerShare code } } }";
    let variables = json!({ "id": prefixed("slr", desk.seller) });
    let seen = desk.ask(list, variables.clone(), desk.member()).await;
    assert_eq!(seen["couponPolicies"]["nodes"], json!([{ "id": id, "sellerShare": 10_000, "code": null }]));
    let response = desk.services.execute("coupon", list, variables, stranger).await;
    assert_eq!(response.errors.len(), 1, "not for others");
    // What everybody may download is public, what it costs the seller is not.
    let query =
        "query($id: ID!, $seller: ID) { couponPolicy(id: $id) { name remaining claimed sellerShare issuedCount }
        downloadableCoupons(sellerId: $seller) { id } }";
    let variables = json!({ "id": id, "seller": prefixed("slr", desk.seller) });
    let seen = desk.ask(query, variables, visitor()).await;
    let public = json!({ "name": "첫 구매 1,000원", "remaining": null, "claimed": null, "sellerShare": null, "issuedCount": null });
    assert_eq!(seen, json!({ "couponPolicy": public, "downloadableCoupons": [{ "id": id }] }));
    let entities = "query($r: [_Any!]!) { _entities(representations: $r) {
        ... on Seller { coupons { nodes { id } } } ... on User { coupons { totalCount } } } }";
    let user = Uuid::now_v7();
    desk.coupon(&id, user).await;
    let representations = json!({ "r": [
        { "__typename": "Seller", "id": prefixed("slr", desk.seller) }, { "__typename": "User", "id": prefixed("usr", user) }
    ] });
    let seen = desk.ask(entities, representations, buyer(user)).await;
    let expected = json!([{ "coupons": { "nodes": [{ "id": id }] } }, { "coupons": { "totalCount": 1 } }]);
    assert_eq!(seen["_entities"], expected);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coupons_are_given_and_taken_back() {
    let desk = Desk::open().await;
    let policy = desk.policy(json!({ "distribution": "DIRECT", "totalLimit": 3, "validDays": 10 })).await;
    let users: Vec<Uuid> = (0..2).map(|_| Uuid::now_v7()).collect();
    let issue = async |users: &[Uuid]| {
        let ids: Vec<String> = users.iter().map(|user| prefixed("usr", *user)).collect();
        let query = "mutation($input: IssueCouponsInput!) { issueCoupons(input: $input) {
            issued skipped userErrors { code } } }";
        desk.ask(query, json!({ "input": { "policyId": policy, "userIds": ids } }), staff()).await["issueCoupons"]
            .clone()
    };
    assert_eq!(issue(&users).await, json!({ "issued": 2, "skipped": 0, "userErrors": [] }));
    assert_eq!(issue(&users).await, json!({ "issued": 0, "skipped": 2, "userErrors": [] }), "again changes nothing");
    let more = [Uuid::now_v7(), Uuid::now_v7()];
    assert_eq!(issue(&more).await["issued"], 1, "until none is left");
    assert_eq!(codes(&issue(&[Uuid::now_v7()]).await), ["SOLD_OUT"]);
    let mine = desk.ask("{ myCoupons(state: ISSUED) { nodes { id } } }", json!({}), buyer(users[0])).await;
    let coupon = mine["myCoupons"]["nodes"][0]["id"].as_str().unwrap().to_owned();
    let revoke = async |reason: &str| {
        let input = json!({ "couponId": coupon, "reason": reason });
        desk.command("revokeCoupon", "RevokeCouponInput", input, staff()).await
    };
    assert_eq!(codes(&revoke(" ").await), ["REASON_REQUIRED"]);
    assert_eq!(revoke("부정 사용").await["coupon"]["state"], "REVOKED");
    assert_eq!(codes(&revoke("부정 사용").await), ["STATE_CONFLICT"]);
    assert_eq!(desk.state_of(&coupon).await["revokedReason"], "부정 사용");
    desk.hear(support::UserWithdrawn(json!({ "userId": prefixed("usr", users[1]) }))).await;
    let mine = desk.ask("{ myCoupons { nodes { state } } }", json!({}), buyer(users[1])).await;
    assert_eq!(mine["myCoupons"]["nodes"], json!([{ "state": "REVOKED" }]));
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_starts_ends_warns_and_expires() {
    let desk = Desk::with_settings([("COUPON_INTERVAL", "50ms"), ("COUPON_EXPIRY_NOTICE", "3d")]).await;
    let created = desk.create(None, terms(json!({ "startsAt": "2028-01-01T00:00:00Z" })), staff()).await;
    let id = created["couponPolicy"]["id"].as_str().unwrap().to_owned();
    let input = json!({ "policyId": id });
    let published = desk.command("publishCouponPolicy", "CouponPolicyIdInput", input, staff()).await;
    assert_eq!(published["couponPolicy"]["state"], "SCHEDULED");
    assert_eq!(codes(&desk.claim(&id, Uuid::now_v7()).await), ["NOT_CLAIMABLE"]);
    desk.sql("UPDATE coupon_policy SET starts_at = now() - interval '1 second'").await;
    let wait = async |state: &str| {
        for _ in 0..200 {
            if desk.policy_of(&id).await["state"] == state {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the policy did not become {state}");
    };
    wait("ACTIVE").await;
    let coupon = desk.coupon(&id, Uuid::now_v7()).await;
    desk.sql("UPDATE coupon SET expires_at = now() + interval '2 days'").await;
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    let warnings = desk.told().await.iter().filter(|(kind, _)| kind == "coupon.expiring").count();
    assert_eq!(warnings, 1, "warned once");
    desk.sql("UPDATE coupon SET expires_at = now() - interval '1 second'").await;
    desk.wait_for(&coupon, "EXPIRED").await;
    desk.sql("UPDATE coupon_policy SET ends_at = now() - interval '1 second'").await;
    wait("ENDED").await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_are_for_those_who_manage_the_seller() {
    let desk = Desk::open().await;
    let as_role = |role| platform::testing::member(Uuid::now_v7(), desk.seller, role);
    let refused = desk.create(Some(desk.seller), terms(json!({})), as_role(OrganisationRole::Staff)).await;
    assert_eq!(codes(&refused), ["MANAGER_NEEDED"]);
    let made = desk.create(Some(desk.seller), terms(json!({})), as_role(OrganisationRole::Manager)).await;
    assert_eq!(made["userErrors"], json!([]));
    let input = json!({ "policyId": made["couponPolicy"]["id"] });
    let publish =
        async |role| desk.command("publishCouponPolicy", "CouponPolicyIdInput", input.clone(), as_role(role)).await;
    assert_eq!(codes(&publish(OrganisationRole::Staff).await), ["MANAGER_NEEDED"]);
    assert_eq!(publish(OrganisationRole::Owner).await["userErrors"], json!([]));
    desk.services.stop().await;
}
