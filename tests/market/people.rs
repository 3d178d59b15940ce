//! What people do in a market, by GraphQL: the steps that journeys are made of.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Market, PASSWORD, Session, new_key};

/// A seller with one product on sale.
pub(crate) struct Shop {
    pub(crate) owner: Session,
    pub(crate) seller_id: String,
    pub(crate) product_id: String,
    pub(crate) variant_id: String,
}

pub(crate) const PRICE: i64 = 12_900;

/// A picture of one pixel.
const PNG: [u8; 67] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49,
    0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// An e-mail address that was not used before.
pub(crate) fn new_email() -> String {
    format!("{}@example.com", uuid::Uuid::now_v7().as_simple())
}

pub(crate) fn address() -> Value {
    json!({
        "recipient": "홍길동", "phone": "010-1234-5678", "zonecode": "06236",
        "roadAddress": "서울 강남구 테헤란로 152", "detail": "12층",
    })
}

pub(crate) fn consents() -> Value {
    json!([
        { "purpose": "TERMS", "version": "2026-01", "granted": true },
        { "purpose": "PRIVACY", "version": "2026-01", "granted": true },
        { "purpose": "AGE_OVER_14", "version": "2026-01", "granted": true },
    ])
}

/// A 사업자등록번호 with a right checksum.
pub(crate) fn business_number() -> String {
    let number = 100_000_000 + uuid::Uuid::new_v4().as_u128() % 900_000_000;
    let digits: Vec<u32> = format!("{number:09}").chars().filter_map(|digit| digit.to_digit(10)).collect();
    let weights = [1, 3, 7, 1, 3, 7, 1, 3, 5];
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum::<u32>() + digits[8] * 5 / 10;
    format!("{number:09}{}", (10 - sum % 10) % 10)
}

impl Market {
    pub(crate) async fn sign_up(&self) -> Session {
        self.sign_up_as(&new_email()).await
    }

    pub(crate) async fn sign_up_as(&self, email: &str) -> Session {
        let query = "mutation($input: SignUpInput!) { signUp(input: $input) {
            user { id } tokens { accessToken refreshToken } userErrors { code field message } } }";
        let input = json!({ "email": email, "password": PASSWORD, "name": "홍길동", "consents": consents() });
        Session::of(&self.change(query, input, None).await)
    }

    /// The same person with what the session allows now.
    pub(crate) async fn refresh(&self, session: &Session) -> Session {
        let query = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) {
            user { id } tokens { accessToken refreshToken } userErrors { code } } }";
        Session::of(&self.change(query, json!({ "refreshToken": session.refresh_token }), None).await)
    }

    /// Uploads a picture with these fields of the form; its id.
    pub(crate) async fn upload_photo(&self, who: &Session, fields: &[(&str, &str)]) -> String {
        let boundary = "a-boundary";
        let part = |(name, value): &(&str, &str)| {
            format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut body: String = fields.iter().map(part).collect();
        body.push_str(&format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\
             content-type: image/png\r\n\r\n"
        ));
        let mut body = body.into_bytes();
        body.extend(PNG);
        body.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
        let request = self.http.post(format!("{}/api/v1/uploads", self.url)).bearer_auth(&who.access_token);
        let kind = format!("multipart/form-data; boundary={boundary}");
        let answer = request.header("content-type", kind).body(body).send().await.unwrap();
        let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap());
        assert!(status.is_success(), "{status} {body}\n{}", self.logs());
        body["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    /// Somebody becomes a seller and lists a product with this much stock.
    pub(crate) async fn open_shop(&self, stock: i64) -> Shop {
        let owner = self.sign_up().await;
        let seller_id = self.become_seller(&owner).await;
        let owner = self.refresh(&owner).await;
        let (product_id, variant_id) = self.list_product(&owner, &seller_id, stock).await;
        Shop { owner, seller_id, product_id, variant_id }
    }

    async fn become_seller(&self, owner: &Session) -> String {
        let apply = "mutation($input: ApplyAsSellerInput!) { applyAsSeller(input: $input) {
            seller { id state } userErrors { code field message } } }";
        let input = json!({
            "name": "한빛상점", "representativeName": "김한빛", "businessNumber": business_number(),
            "mailOrderNumber": "2026-서울강남-01234", "address": "서울 강남구 테헤란로 1", "phone": "02-555-1234",
            "email": "shop@example.com", "taxType": "GENERAL",
            "bankAccount": { "bank": "088", "number": "110123456789", "holder": "김한빛" },
        });
        let seller_id = self.change(apply, input, Some(owner)).await["seller"]["id"].as_str().unwrap().to_owned();
        let input = json!({ "sellerId": seller_id });
        for (step, who) in
            [("startSellerReview", &self.staff), ("approveSeller", &self.staff), ("activateSeller", owner)]
        {
            let query = format!(
                "mutation($input: SellerIdInput!) {{ {step}(input: $input) {{ seller {{ state canSell }} userErrors {{ code message }} }} }}"
            );
            self.change(&query, input.clone(), Some(who)).await;
        }
        seller_id
    }

    async fn list_product(&self, owner: &Session, seller_id: &str, stock: i64) -> (String, String) {
        let variants = json!([{ "sku": "towel", "optionValues": [], "price": PRICE, "initialStock": stock }]);
        let more = json!({ "optionKind": "SINGLE", "options": [], "variants": variants });
        let (product_id, mut variant_ids) = self.list_product_with(owner, seller_id, more).await;
        let variant_id = variant_ids.remove(0);
        self.until_in_stock(&variant_id, owner, stock).await;
        (product_id, variant_id)
    }

    /// Lists a product with these options and variants; the ids of the product and its variants.
    pub(crate) async fn list_product_with(
        &self,
        owner: &Session,
        seller_id: &str,
        more: Value,
    ) -> (String, Vec<String>) {
        let category = "mutation($input: CreateCategoryInput!) { createCategory(input: $input) {
            category { id } userErrors { code } } }";
        let slug = format!("c{}", uuid::Uuid::now_v7().as_simple());
        let category = self.change(category, json!({ "slug": slug, "name": "생활" }), Some(&self.staff)).await;
        let create = "mutation($input: CreateProductInput!) { createProduct(input: $input) {
            product { id state variants { id } } userErrors { code field message } } }";
        let mut input = json!({
            "sellerId": seller_id, "title": "도톰한 순면 수건 5장", "description": "매일 쓰기 좋은 순면 수건입니다.",
            "categoryId": category["category"]["id"], "origin": "대한민국",
            "images": [{ "url": "https://example.com/towel.webp", "alt": "수건", "width": 800, "height": 800 }],
            "notices": [
                { "name": "제품 소재", "value": "면 100%" }, { "name": "제조국", "value": "대한민국" },
                { "name": "제조자", "value": "한빛섬유" }, { "name": "품질보증기준", "value": "관련 법에 따름" },
                { "name": "A/S 책임자와 전화번호", "value": "02-555-1234" },
            ],
        });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        for variant in input["variants"].as_array_mut().unwrap() {
            variant["sku"] = json!(format!("{slug}-{}", variant["sku"].as_str().unwrap()));
        }
        let product = self.change(create, input, Some(owner)).await["product"].clone();
        let input = json!({ "productId": product["id"] });
        for (step, who) in [("submitProduct", owner), ("approveProduct", &self.staff)] {
            let query = format!(
                "mutation($input: ProductIdInput!) {{ {step}(input: $input) {{ product {{ state }} userErrors {{ code field message }} }} }}"
            );
            self.change(&query, input.clone(), Some(who)).await;
        }
        let ids =
            product["variants"].as_array().unwrap().iter().map(|variant| variant["id"].as_str().unwrap().to_owned());
        (product["id"].as_str().unwrap().to_owned(), ids.collect())
    }

    /// The stock follows the product by an event.
    pub(crate) async fn until_in_stock(&self, variant_id: &str, owner: &Session, stock: i64) {
        let query = "query($id: ID!) { stockItem(variantId: $id) { onHand } }";
        for _ in 0..200 {
            let answer = self.ask(query, json!({ "id": variant_id }), Some(owner), None).await;
            if answer["data"]["stockItem"]["onHand"] == stock {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the stock of {variant_id} never came");
    }

    /// Orders pieces of a variant without a cart; the payload.
    pub(crate) async fn place(&self, buyer: &Session, variant_id: &str, quantity: i64, key: &str) -> Value {
        let query = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
            order { id number state total { amount } payments { state checkoutUrl } }
            changes { kind available } userErrors { code message } } }";
        let input = json!({ "items": [{ "variantId": variant_id, "quantity": quantity }], "address": address() });
        let data = self.data_with_key(query, json!({ "input": input }), Some(buyer), Some(key)).await;
        data["placeOrder"].clone()
    }

    /// Confirms an order's payment; the payload.
    pub(crate) async fn confirm(&self, buyer: &Session, order_id: &str, payment_key: &str, amount: i64) -> Value {
        let query = "mutation($input: ConfirmPaymentInput!) { confirmPayment(input: $input) {
            payment { state order { id state } } userErrors { code retryable } } }";
        let input = json!({ "orderId": order_id, "paymentKey": payment_key, "amount": amount });
        let data = self.data(query, json!({ "input": input }), Some(buyer)).await;
        data["confirmPayment"].clone()
    }

    /// Orders and pays; the order's id.
    pub(crate) async fn buy(&self, buyer: &Session, variant_id: &str, quantity: i64) -> String {
        let placed = self.place(buyer, variant_id, quantity, &new_key()).await;
        let id = placed["order"]["id"].as_str().unwrap_or_else(|| panic!("not placed: {placed}")).to_owned();
        let amount = placed["order"]["total"]["amount"].as_i64().unwrap();
        let key = self.pay_in_window(&id, amount).await;
        let confirmed = self.confirm(buyer, &id, &key, amount).await;
        assert_eq!(confirmed["payment"]["state"], "DONE", "{confirmed}");
        assert_eq!(confirmed["payment"]["order"]["state"], "PAID", "{confirmed}");
        id
    }

    /// Orders, pays and gets: the ids of the order and its line.
    pub(crate) async fn get(&self, buyer: &Session, shop: &Shop, variant_id: &str, quantity: i64) -> (String, String) {
        let order = self.buy(buyer, variant_id, quantity).await;
        let line = self.order(buyer, &order).await["lines"][0]["id"].as_str().unwrap().to_owned();
        for (step, input) in [
            ("prepareOrderLines", "OrderLineIdsInput"),
            ("shipOrderLines", "ShipOrderLinesInput"),
            ("deliverOrderLines", "OrderLineIdsInput"),
        ] {
            let query = format!(
                "mutation($input: {input}!) {{ {step}(input: $input) {{ lines {{ state }} userErrors {{ code }} }} }}"
            );
            self.change(&query, json!({ "lineIds": [line] }), Some(&shop.owner)).await;
        }
        (order, line)
    }

    pub(crate) async fn order(&self, who: &Session, id: &str) -> Value {
        let query = "query($id: ID!) { order(id: $id) { id number state total { amount } cancelledTotal { amount }
            lines { id state } payments { state refundedAmount { amount } } } }";
        self.data(query, json!({ "id": id }), Some(who)).await["order"].clone()
    }
}

impl Market {
    /// Waits until the person is told of that; the newest notification of it.
    pub(crate) async fn until_told(&self, person: &Session, event: &str) -> Value {
        let query = "{ me { notifications(first: 50) { nodes { event title link } } } }";
        for _ in 0..200 {
            let nodes = self.data(query, Value::Null, Some(person)).await["me"]["notifications"]["nodes"].clone();
            if let Some(told) = nodes.as_array().unwrap().iter().find(|node| node["event"] == event) {
                return told.clone();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("nobody told of {event}\n{}", self.logs());
    }

    /// The seller puts more pieces up.
    pub(crate) async fn restock(&self, owner: &Session, variant_id: &str, pieces: i64) {
        let query = "mutation($input: AdjustStockInput!) { adjustStock(input: $input) {
            stockItems { onHand } userErrors { code message } } }";
        let input = json!({ "adjustments": [{ "variantId": variant_id, "delta": pieces }], "reason": "입고" });
        let data = self.data_with_key(query, json!({ "input": input }), Some(owner), Some(&new_key())).await;
        assert_eq!(data["adjustStock"]["userErrors"], json!([]), "{data}");
    }

    /// What is left of a variant: on hand and reserved.
    pub(crate) async fn stock(&self, owner: &Session, variant_id: &str) -> (i64, i64) {
        let query = "query($id: ID!) { stockItem(variantId: $id) { onHand reserved } }";
        let item = self.data(query, json!({ "id": variant_id }), Some(owner)).await["stockItem"].clone();
        (item["onHand"].as_i64().unwrap(), item["reserved"].as_i64().unwrap())
    }

    /// Goods of cancelled orders come back by an event.
    pub(crate) async fn until_stock(&self, owner: &Session, variant_id: &str, wanted: (i64, i64)) {
        for _ in 0..200 {
            if self.stock(owner, variant_id).await == wanted {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the stock is {:?} and not {wanted:?}", self.stock(owner, variant_id).await);
    }
}
