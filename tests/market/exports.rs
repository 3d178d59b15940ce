//! Everything about a person in one document, from all services, in both shapes; for the person alone, who has just proved it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::people::{Shop, address, new_email};
use crate::support::{Market, PASSWORD, Session};

/// How long a proof is good for here: a session that is as old has to prove anew who it is.
const PROOF: Duration = Duration::from_secs(6);
const VALUES: [(&str, &str); 1] = [("USER_EXPORT_PROOF_LIFETIME", "6s")];
const EXPORT: &str = "mutation { exportMyData { export { complete document } userErrors { code } } }";
const ROUTE: &str = "/api/v1/users/me/export";

#[tokio::test(flavor = "multi_thread")]
async fn all_in_one_people_take_everything_out() {
    let mut market = Market::prepare().await;
    market.start_all_in_one(&VALUES).await;
    market.sign_in_staff().await;
    people_take_everything_out(market).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn distributed_people_take_everything_out() {
    people_take_everything_out(Market::distributed_with(&VALUES).await).await;
}

impl Market {
    /// The same person, whose session has just proved who it is.
    async fn proved(&self, who: &Session) -> Session {
        let step_up = "mutation($input: StepUpInput!) { stepUp(input: $input) { session { id } userErrors { code } } }";
        self.change(step_up, json!({ "password": PASSWORD }), Some(who)).await;
        self.refresh(who).await
    }

    /// What the person, who has just proved it, gets by GraphQL.
    async fn export(&self, who: &Session) -> Value {
        let payload = self.data(EXPORT, Value::Null, Some(who)).await["exportMyData"].clone();
        let document = payload["export"]["document"].as_str().unwrap_or_else(|| panic!("{payload}\n{}", self.logs()));
        let document: Value = serde_json::from_str(document).unwrap();
        assert_eq!((&payload["export"]["complete"], &document["complete"]), (&json!(true), &json!(true)), "{document}");
        document
    }

    /// What a person leaves in a market: an address, a wish, two orders, a complaint.
    async fn live(&self, buyer: &Session, shop: &Shop) -> [String; 2] {
        let save = "mutation($input: AddAddressInput!) { addAddress(input: $input) { userErrors { code } } }";
        self.change(save, json!({ "address": address() }), Some(buyer)).await;
        let wish = "mutation($input: AddToWishlistInput!) { addToWishlist(input: $input) { userErrors { code } } }";
        self.change(wish, json!({ "productId": shop.product_id }), Some(buyer)).await;
        let file = "mutation($input: FileComplaintInput!) { fileComplaint(input: $input) { userErrors { code } } }";
        self.change(file, json!({ "category": "OTHER", "text": "포장이 아쉬워요" }), Some(buyer)).await;
        let add = "mutation($input: AddToCartInput!) { addToCart(input: $input) { userErrors { code } } }";
        self.change(add, json!({ "variantId": shop.variant_id, "quantity": 3 }), Some(buyer)).await;
        [self.buy(buyer, &shop.variant_id, 2).await, self.buy(buyer, &shop.variant_id, 1).await]
    }
}

fn entries<'a>(document: &'a Value, section: &str) -> &'a Vec<Value> {
    document["sections"][section]["entries"].as_array().unwrap_or_else(|| panic!("no {section} in {document}"))
}

async fn people_take_everything_out(market: Market) {
    let shop = market.open_shop(50).await;
    let (email, others) = (new_email(), new_email());
    let (buyer, other) = (market.sign_up_as(&email).await, market.sign_up_as(&others).await);
    let signed_up = Instant::now();
    let id = market.user_id(&buyer).await;
    let [first, second] = market.live(&buyer, &shop).await;
    market.buy(&other, &shop.variant_id, 1).await;

    refuses_others(&market, &buyer, &id, signed_up).await;

    let buyer = market.proved(&buyer).await;
    let document = market.export(&buyer).await;
    assert_eq!((&document["format"], &document["userId"]), (&json!("doa-market.personal-data"), &json!(id)));
    let all = document["sections"].as_object().unwrap();
    assert!(all.len() >= 20 && all.values().all(|section| section["state"] == "COMPLETE"), "{document}");
    let profile = &entries(&document, "profile")[0];
    assert_eq!((&profile["email"], &profile["name"]), (&json!(email), &json!("홍길동")));
    assert_eq!(entries(&document, "addresses")[0]["detail"], "12층");
    assert_eq!(entries(&document, "consents").len(), 3);
    assert_eq!(entries(&document, "wishlist")[0]["productId"], shop.product_id);
    let orders = entries(&document, "orders");
    let ids: Vec<&Value> = orders.iter().map(|order| &order["id"]).collect();
    assert_eq!(ids, [&json!(second), &json!(first)], "{orders:?}");
    let line = &orders[1]["sellerOrders"][0]["lines"][0];
    assert_eq!((&line["quantity"], &line["productTitle"]), (&json!(2), &json!("도톰한 순면 수건 5장")));
    assert!(line["history"].as_array().unwrap().iter().any(|change| change["to"] == "PAID"), "{line}");
    assert_eq!(orders[1]["shippingAddress"]["roadAddress"], address()["roadAddress"]);
    let payments = entries(&document, "payments");
    assert_eq!((payments.len(), &payments[1]["payments"][0]["state"]), (2, &json!("DONE")), "{payments:?}");
    assert_eq!(entries(&document, "complaints")[0]["text"], "포장이 아쉬워요");
    assert_eq!(entries(&document, "cart")[0]["lines"][0]["quantity"], 3);
    assert_eq!(entries(&document, "sessions")[0]["current"], true);
    assert_eq!(entries(&document, "account")[0]["mySecurity"]["hasPassword"], true);
    assert!(!entries(&document, "notificationPreferences").is_empty());
    assert!(entries(&document, "sellerMemberships").is_empty());
    assert!(!document.to_string().contains(&others), "nothing of anybody else");

    by_rest(&market, &buyer, &document).await;
    of_a_seller(&market, &shop).await;
    // As of other things that somebody else may have done.
    let told = market.until_told(&buyer, "SECURITY_CHANGED").await;
    assert_eq!(told["title"], "Your data was exported");
    market.end().await;
}

/// Neither a session that is not proved nor staff who look as the person get it; nobody else has any of it.
async fn refuses_others(market: &Market, buyer: &Session, id: &str, signed_up: Instant) {
    let start = "mutation($input: StartImpersonationInput!) { startImpersonation(input: $input) {
        accessToken impersonation { id } userErrors { code message } } }";
    let input = json!({ "userId": id, "reason": "문의 확인", "minutes": 5 });
    let begun = market.change(start, input, Some(&market.staff)).await;
    let token = begun["accessToken"].as_str().unwrap().to_owned();
    let as_buyer = Session { access_token: token, refresh_token: String::new() };
    tokio::time::sleep(PROOF.saturating_sub(signed_up.elapsed()) + Duration::from_secs(1)).await;
    for (who, code) in [(buyer, "STEP_UP_REQUIRED"), (&as_buyer, "FORBIDDEN")] {
        let refused = market.ask(EXPORT, Value::Null, Some(who), None).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], code, "{refused}");
        let (status, problem) = market.rest("POST", ROUTE, None, Some(who), None).await;
        assert_eq!((status, &problem["code"]), (403, &json!(code)), "{problem}");
    }
    let (status, problem) = market.rest("POST", ROUTE, None, None, None).await;
    assert_eq!((status, &problem["code"]), (401, &json!("UNAUTHENTICATED")), "{problem}");
}

/// By REST the document is the body itself.
async fn by_rest(market: &Market, buyer: &Session, by_graphql: &Value) {
    let buyer = market.proved(buyer).await;
    let request = market.http.post(format!("{}{ROUTE}", market.url)).bearer_auth(&buyer.access_token);
    let response = request.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{}", market.logs());
    let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/json"), "{kind}");
    let document: Value = response.json().await.unwrap();
    assert_eq!(document["complete"], true, "{document}");
    for section in ["profile", "addresses", "consents", "orders", "payments", "complaints", "cart"] {
        assert_eq!(document["sections"][section], by_graphql["sections"][section], "{section}");
    }
    assert_eq!(entries(&document, "exports").len(), entries(by_graphql, "exports").len() + 1);
}

/// Who acts for a seller finds that in it, and the files that they have uploaded.
async fn of_a_seller(market: &Market, shop: &Shop) {
    let fields = [("purpose", "SELLER_DOCUMENT"), ("sellerId", shop.seller_id.as_str())];
    let file = market.upload_photo(&shop.owner, &fields).await;
    let owner = market.proved(&shop.owner).await;
    let document = market.export(&owner).await;
    assert_eq!(entries(&document, "sellerMemberships")[0]["seller"]["id"], shop.seller_id.as_str());
    let files = entries(&document, "files");
    assert_eq!((files.len(), &files[0]["id"]), (1, &json!(file)), "{files:?}");
    assert!(entries(&document, "orders").is_empty(), "what others ordered is not the owner's");
}
