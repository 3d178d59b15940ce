//! What is for adults only: refused, then sold to a buyer who has shown to be one in the sandbox of the provider; in GraphQL all
//! in one, and in REST distributed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::api::{Api, Command};
use crate::people::{PRICE, address};
use crate::support::{Market, Session, new_key};

const SANDBOX: [(&str, &str); 1] = [("USER_IDENTITY_SANDBOX", "true")];

const CONFIRM: Command = Command {
    mutation: "confirmIdentityVerification",
    input: "ConfirmIdentityVerificationInput",
    answer: "user { id }",
    route: "POST /api/v1/users/me/identity-verifications/{id}/confirm",
};

impl Market {
    async fn start_verification(&self, api: Api, who: &Session) -> Value {
        if api == Api::Rest {
            let path = "/api/v1/users/me/identity-verifications";
            let (status, body) = self.rest("POST", path, None, Some(who), None).await;
            assert_eq!(status, 201, "{body}\n{}", self.logs());
            return body;
        }
        let query = "mutation { startIdentityVerification {
            verification { id windowUrl storeId channelKey expiresAt } userErrors { code message } } }";
        self.data(query, Value::Null, Some(who)).await["startIdentityVerification"]["verification"].clone()
    }

    /// What the buyer does in the provider's window.
    async fn be_verified(&self, verification: &Value) {
        let window = verification["windowUrl"].as_str().unwrap_or_else(|| panic!("no window: {verification}"));
        assert!(window.starts_with(&self.url), "{window}");
        let form =
            "name=%EA%B9%80%EC%96%B4%EB%A5%B8&birthDate=1990-05-05&gender=MALE&phoneNumber=01012345678&action=verify";
        let request = self.http.post(window).header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", self.logs());
    }

    async fn adult_verification(&self, api: Api, who: &Session) -> Value {
        if api == Api::Rest {
            let (status, body) = self.rest("GET", "/api/v1/users/me", None, Some(who), None).await;
            assert_eq!(status, 200, "{body}");
            return body["adultVerification"].clone();
        }
        let query = "{ me { adultVerification { verifiedAt expiresAt } } }";
        self.data(query, Value::Null, Some(who)).await["me"]["adultVerification"].clone()
    }

    /// Why an order of the variant is refused; the code and the status of its REST answer.
    async fn refusal(&self, api: Api, who: &Session, variant_id: &str) -> (Value, u16) {
        let input = json!({ "items": [{ "variantId": variant_id, "quantity": 1 }], "address": address() });
        if api == Api::Rest {
            let (status, body) = self.rest("POST", "/api/v1/orders", Some(input), Some(who), Some(&new_key())).await;
            return (body["code"].clone(), status);
        }
        let placed = self.place(who, variant_id, 1, &new_key()).await;
        assert_eq!(placed["changes"][0]["kind"], "ADULT_VERIFICATION_REQUIRED", "{placed}");
        (placed["userErrors"][0]["code"].clone(), 403)
    }
}

async fn refused_verified_sold(market: &Market, api: Api) {
    let shop = market.open_shop(10).await;
    let variants = json!([{ "sku": "wine", "optionValues": [], "price": PRICE, "initialStock": 10 }]);
    let more = json!({ "title": "성인용 젤", "optionKind": "SINGLE", "options": [], "variants": variants,
        "adultOnly": true });
    let (product_id, variant_ids) = market.list_product_with(&shop.owner, &shop.seller_id, more).await;
    let variant_id = &variant_ids[0];
    market.until_in_stock(variant_id, &shop.owner, 10).await;
    let buyer = market.sign_up().await;

    // Everybody may see that there is such a product; nobody buys it just so.
    let query = "query($id: ID!) { product(id: $id) { title adultOnly } }";
    let seen = market.data(query, json!({ "id": product_id }), None).await;
    assert_eq!(seen["product"], json!({ "title": "성인용 젤", "adultOnly": true }));
    let code = json!("ADULT_VERIFICATION_REQUIRED");
    assert_eq!(market.refusal(api, &buyer, variant_id).await, (code.clone(), 403));
    assert_eq!(market.stock(&shop.owner, variant_id).await, (10, 0), "nothing is reserved");
    let add = "mutation($input: AddToCartInput!) { addToCart(input: $input) {
        cart { lines { id change { kind } } } userErrors { code } } }";
    let cart = market.change(add, json!({ "variantId": variant_id, "quantity": 1 }), Some(&buyer)).await;
    let line = cart["cart"]["lines"][0].clone();
    assert_eq!(line["change"]["kind"], code, "{cart}");

    // The buyer is verified, and is nobody else's adult.
    assert_eq!(market.adult_verification(api, &buyer).await, Value::Null);
    let verification = market.start_verification(api, &buyer).await;
    market.be_verified(&verification).await;
    let stranger = market.sign_up().await;
    let path = format!("/api/v1/users/me/identity-verifications/{}/confirm", verification["id"].as_str().unwrap());
    let (status, body) = market.rest("POST", &path, None, Some(&stranger), None).await;
    assert_eq!((status, &body["code"]), (404, &json!("IDENTITY_VERIFICATION_NOT_FOUND")), "{body}");
    let user = market.act(api, &CONFIRM, json!({ "id": verification["id"] }), Some(&buyer)).await;
    assert!(user["id"].is_string(), "{user}");
    let (status, body) = market.rest("POST", &path, None, Some(&buyer), None).await;
    assert_eq!((status, &body["code"]), (409, &json!("IDENTITY_VERIFICATION_USED")), "{body}");
    assert!(market.adult_verification(api, &buyer).await["expiresAt"].is_string());

    // Now it is sold, out of the cart and without; the stranger still gets none.
    let look = "{ cart { lines { change { kind } } } }";
    let cart = market.data(look, Value::Null, Some(&buyer)).await;
    assert_eq!(cart["cart"]["lines"], json!([{ "change": null }]));
    let order =
        "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { order { state } userErrors { code } } }";
    let input = json!({ "input": { "cartLineIds": [line["id"]], "address": address() } });
    let placed = market.data_with_key(order, input, Some(&buyer), Some(&new_key())).await["placeOrder"].clone();
    assert_eq!(placed["order"]["state"], "PAYMENT_PENDING", "{placed}");
    market.buy(&buyer, variant_id, 1).await;
    assert_eq!(market.refusal(api, &stranger, variant_id).await, (code, 403));
    until_told(market, "user", "user.adult_verified").await;
}

async fn until_told(market: &Market, service: &str, kind: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !market.kinds_told(service).await.iter().any(|told| told == kind) {
        assert!(Instant::now() < deadline, "{kind} was not told");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_graphql_all_in_one() {
    let mut market = Market::prepare().await;
    market.start_all_in_one(&SANDBOX).await;
    market.sign_in_staff().await;
    refused_verified_sold(&market, Api::GraphQl).await;
    market.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_rest_distributed() {
    let market = Market::distributed_with(&SANDBOX).await;
    refused_verified_sold(&market, Api::Rest).await;
    market.end().await;
}
