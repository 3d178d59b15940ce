//! What staff do is in the audit log; looks at the market as somebody else change nothing; in both shapes.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::people::{Shop, new_email};
use crate::support::{Market, Session};

impl Market {
    /// Waits until the log has an entry of each of these actions about the object.
    async fn until_logged(&self, object: &str, actions: &[&str]) -> Vec<Value> {
        let query = "query($object: String!) { auditEntries(first: 100, where: { object: $object }) { nodes {
            sequence actor actorKind service action reason before after } } }";
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let data = self.data(query, json!({ "object": object }), Some(&self.staff)).await;
            let nodes = data["auditEntries"]["nodes"].as_array().unwrap().clone();
            if actions.iter().all(|action| nodes.iter().any(|node| node["action"] == *action)) {
                return nodes;
            }
            assert!(Instant::now() < deadline, "{actions:?} are not all in {nodes:?}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Somebody's id, as soon as the user service has heard of who has just come.
    pub(crate) async fn user_id(&self, who: &Session) -> String {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let answer = self.data("{ me { id } }", Value::Null, Some(who)).await;
            if let Some(id) = answer["me"]["id"].as_str() {
                return id.to_owned();
            }
            assert!(Instant::now() < deadline, "{answer}\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Staff who only list a seller's documents leave no trace of having looked; who opens one does.
async fn staff_look_at_documents(market: &Market, shop: &Shop) {
    let fields = [("purpose", "SELLER_DOCUMENT"), ("sellerId", shop.seller_id.as_str())];
    let file = market.upload_photo(&shop.owner, &fields).await;
    let renew = "mutation($input: RenewSellerDocumentsInput!) { renewSellerDocuments(input: $input) {
        userErrors { code message } } }";
    let documents = json!([{ "kind": "IDENTITY", "fileId": file }]);
    market.change(renew, json!({ "sellerId": shop.seller_id, "documents": documents }), Some(&shop.owner)).await;
    let list = "query($id: ID!) { seller(id: $id) { documents { kind file { id url } } } }";
    let (id, mut url) = (json!({ "id": shop.seller_id }), Value::Null);
    for _ in 0..2 {
        url = market.data(list, id.clone(), Some(&market.staff)).await["seller"]["documents"][0]["file"]["url"].clone();
    }
    let opened = market.http.get(url.as_str().unwrap()).send().await.unwrap();
    assert_eq!(opened.status().as_u16(), 200);
    let entries = market.until_logged(&shop.seller_id, &["viewSellerDocument"]).await;
    let looks: Vec<&Value> = entries.iter().filter(|entry| entry["action"] == "viewSellerDocument").collect();
    assert_eq!(looks.len(), 1, "{looks:?}");
    let staff = market.user_id(&market.staff).await;
    assert_eq!((&looks[0]["actor"], &looks[0]["actorKind"]), (&json!(staff), &json!("STAFF")));
    let after: Value = serde_json::from_str(looks[0]["after"].as_str().unwrap()).unwrap();
    assert_eq!(after, json!({ "fileId": file }));
}

async fn staff_leave_traces(market: Market) {
    let shop = market.open_shop(5).await;
    let entries = market.until_logged(&shop.seller_id, &["startSellerReview", "approveSeller"]).await;
    let staff = market.user_id(&market.staff).await;
    for entry in &entries {
        assert_eq!((entry["actor"].as_str().unwrap(), &entry["actorKind"]), (&*staff, &json!("STAFF")));
    }
    market.until_logged(&shop.product_id, &["approveProduct"]).await;
    staff_look_at_documents(&market, &shop).await;
    let (status, body) = market
        .rest(
            "POST",
            &format!("/api/v1/admin/sellers/{}/suspend", shop.seller_id),
            Some(json!({ "reason": "점검" })),
            Some(&market.staff),
            None,
        )
        .await;
    assert_eq!(status, 200, "{body}");
    let entries = market.until_logged(&shop.seller_id, &["suspendSeller"]).await;
    assert_eq!(entries[0]["reason"], "점검");
    assert_eq!(
        serde_json::from_str::<Value>(entries[0]["after"].as_str().unwrap()).unwrap(),
        json!({ "state": "SUSPENDED" })
    );

    // The seller's own steps are none of staff's.
    assert!(!entries.iter().any(|entry| entry["action"] == "activateSeller"));
    let (status, body) =
        market.rest("GET", "/api/v1/admin/audit-entries?limit=2", None, Some(&market.staff), None).await;
    assert_eq!((status, body["data"].as_array().unwrap().len()), (200, 2), "{body}");
    let (status, _) = market.rest("GET", "/api/v1/admin/audit-entries", None, Some(&shop.owner), None).await;
    assert_eq!(status, 403);

    let buyer = market.sign_up().await;
    let id = market.user_id(&buyer).await;
    let start = "mutation($input: StartImpersonationInput!) { startImpersonation(input: $input) {
        accessToken impersonation { id } userErrors { code message } } }";
    let begun =
        market.change(start, json!({ "userId": id, "reason": "문의 확인", "minutes": 5 }), Some(&market.staff)).await;
    let token = begun["accessToken"].as_str().unwrap().to_owned();
    let as_buyer = Session { access_token: token, refresh_token: String::new() };
    assert_eq!(market.user_id(&as_buyer).await, id, "the market is seen as the buyer sees it");
    let file = "mutation($input: FileComplaintInput!) { fileComplaint(input: $input) { complaint { id } userErrors { code } } }";
    let input = json!({ "input": { "category": "OTHER", "text": "불만" } });
    let refused = market.ask(file, input.clone(), Some(&as_buyer), None).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
    let (status, _) =
        market.rest("POST", "/api/v1/complaints", Some(input["input"].clone()), Some(&as_buyer), None).await;
    assert_eq!(status, 403);
    assert!(market.ask(file, input, Some(&buyer), None).await["errors"].is_null());
    let end = "mutation($input: EndImpersonationInput!) { endImpersonation(input: $input) {
        impersonation { endedAt active } userErrors { code message } } }";
    let ended = json!({ "impersonationId": begun["impersonation"]["id"], "reason": "확인 끝" });
    let ended = market.change(end, ended, Some(&market.staff)).await;
    assert_eq!(ended["impersonation"]["active"], false, "{ended}");
    let late = market.ask("{ me { id } }", Value::Null, Some(&as_buyer), None).await;
    assert_eq!(late["errors"][0]["extensions"]["code"], "TOKEN_EXPIRED", "{late}");
    let (status, _) = market.rest("GET", "/api/v1/users/me", None, Some(&as_buyer), None).await;
    assert_eq!(status, 401);
    assert_eq!(market.user_id(&buyer).await, id, "the person's own tokens are as good as before");
    let looked = market.until_logged(&id, &["startImpersonation", "endImpersonation"]).await;
    assert!(looked.iter().any(|entry| entry["reason"] == "문의 확인"), "{looked:?}");
    assert!(looked.iter().any(|entry| entry["reason"] == "확인 끝"), "{looked:?}");

    assert!(market.run(&["check", "audit"], &[]).status.success());
    for plant in
        ["ALTER TABLE audit_entry DISABLE TRIGGER USER", "UPDATE audit_entry SET reason = '조작' WHERE sequence = 2"]
    {
        market.plant("admin", plant).await;
    }
    let found = market.run(&["check", "audit"], &[]);
    assert!(!found.status.success());
    let said = String::from_utf8_lossy(&found.stdout);
    assert!(said.contains("an entry says what was recorded"), "{said}");
    market.end().await;
}

/// Who handles orders handles no sellers: the token carries what the roles allow, and no more.
async fn staff_do_what_their_roles_allow(market: Market) {
    let (shop, buyer) = (market.open_shop(5).await, market.sign_up().await);
    let order = market.buy(&buyer, &shop.variant_id, 1).await;
    let colleague = market.colleague().await;
    let email = new_email();
    let clerk = market.sign_up_as(&email).await;
    let suspend = "mutation($input: SellerReasonInput!) { suspendSeller(input: $input) {
        seller { state } userErrors { code message } } }";
    let suspended = json!({ "input": { "sellerId": shop.seller_id, "reason": "점검" } });
    let read = "query($id: ID!) { order(id: $id) { id state lines { shipment { id state } } payments { state } } }";
    let refused = market.ask(suspend, suspended.clone(), Some(&clerk), None).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");

    let roles = market.data("{ roles { id name permissions } }", Value::Null, Some(&market.staff)).await;
    let role = roles["roles"].as_array().unwrap().iter().find(|role| role["name"] == "고객 상담").unwrap();
    let ask = "mutation($input: RequestStaffRolesInput!) { requestStaffRoles(input: $input) {
        approvalRequest { id } userErrors { code message } } }";
    let wanted =
        json!({ "userId": market.user_id(&clerk).await, "name": "상담원", "roleIds": [role["id"]], "reason": "입사" });
    let asked = market.change(ask, wanted, Some(&market.staff)).await;
    let approve = "mutation($input: ApprovalIdInput!) { approveRequest(input: $input) {
        approvalRequest { state } userErrors { code message } } }";
    market.change(approve, json!({ "approvalId": asked["approvalRequest"]["id"] }), Some(&colleague)).await;

    // As soon as auth has heard, whoever signs in has the scopes of the role.
    let deadline = Instant::now() + Duration::from_secs(20);
    let clerk = loop {
        let clerk = market.sign_in(&email).await;
        let seen = market.ask(read, json!({ "id": order }), Some(&clerk), None).await;
        if seen["data"]["order"]["id"] == order.as_str() {
            assert!(seen["errors"].is_null(), "{seen}");
            break clerk;
        }
        assert!(Instant::now() < deadline, "{seen}\n{}", market.logs());
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let refused = market.ask(suspend, suspended.clone(), Some(&clerk), None).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
    let path = format!("/api/v1/admin/sellers/{}/suspend", shop.seller_id);
    let (status, _) = market.rest("POST", &path, Some(json!({ "reason": "점검" })), Some(&clerk), None).await;
    assert_eq!(status, 403);
    market.change(suspend, suspended["input"].clone(), Some(&colleague)).await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_do_what_their_roles_allow_in_one_process() {
    Box::pin(staff_do_what_their_roles_allow(Market::all_in_one().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_do_what_their_roles_allow_distributed() {
    Box::pin(staff_do_what_their_roles_allow(Market::distributed().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_leave_traces_in_one_process() {
    Box::pin(staff_leave_traces(Market::all_in_one().await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_leave_traces_distributed() {
    Box::pin(staff_leave_traces(Market::distributed().await)).await;
}
