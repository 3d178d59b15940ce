//! The banner service on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use platform::events::Fact;
use platform::graph::RequestContext;
use platform::identity::Scope;
use platform::testing::{TestServices, user, visitor};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

macro_rules! heard {
    ($($name:ident, $kind:literal;)*) => {$(
        #[derive(schemars::JsonSchema, serde::Serialize)]
        #[serde(transparent)]
        struct $name(Value);

        impl Fact for $name {
            const KIND: &'static str = $kind;

            fn aggregate(&self) -> String {
                "test".to_owned()
            }
        }
    )*};
}

heard! {
    Registered, "user.registered";
    Withdrawn, "user.withdrawn";
}

struct Front {
    services: TestServices,
    slot: String,
}

fn staff() -> RequestContext {
    user(Uuid::now_v7(), &[Scope::Buyer, Scope::StaffBanners], &[])
}

fn picture(name: &str) -> Value {
    json!({ "name": name, "imageUrl": format!("/images/{name}.webp"), "imageAlt": format!("그림 {name}") })
}

fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

impl Front {
    /// A market with the slot `home-hero` of two places.
    async fn open() -> Self {
        let services = TestServices::start_with(
            &[&banner::SERVICE],
            [
                ("BANNER_SCHEDULE_INTERVAL", "100ms"),
                ("BANNER_COUNT_INTERVAL", "50ms"),
                ("BANNER_PLACEMENT_LIFETIME", "100ms"),
                ("BANNER_LINK_HOSTS", "brand.co.kr"),
            ],
        )
        .await;
        let query = "mutation($input: CreateBannerSlotInput!) { createBannerSlot(input: $input) {
            slot { id } userErrors { code field } } }";
        let input = json!({ "key": "home-hero", "name": "첫 화면", "width": 1200, "height": 400, "capacity": 2 });
        let variables = json!({ "input": input });
        let data = services.data("banner", query, variables.clone(), staff()).await;
        let slot = data["createBannerSlot"]["slot"]["id"].as_str().unwrap().to_owned();
        let again = services.data("banner", query, variables, staff()).await;
        assert_eq!(codes(&again["createBannerSlot"]), ["SLOT_KEY_TAKEN"]);
        Self { services, slot }
    }

    fn fields(title: &str, audience: &str, starts_at: DateTime<Utc>, ends_at: Option<DateTime<Utc>>) -> Value {
        json!({
            "title": title, "link": "/events/1", "devices": ["PC"], "audience": audience, "startsAt": starts_at,
            "endsAt": ends_at, "minimumSample": 100
        })
    }

    async fn create(&self, fields: Value, variants: &[Value]) -> Value {
        let query = "mutation($input: CreateBannerInput!) { createBanner(input: $input) {
            banner { id state variants { id } } userErrors { code field } } }";
        let input = json!({ "slotId": self.slot, "banner": fields, "variants": variants });
        self.services.data("banner", query, json!({ "input": input }), staff()).await["createBanner"].clone()
    }

    async fn created(&self, title: &str, audience: &str) -> String {
        let start = Utc::now() - TimeDelta::hours(1);
        let payload = self.create(Self::fields(title, audience, start, None), &[picture(title)]).await;
        payload["banner"]["id"].as_str().expect("it was made").to_owned()
    }

    async fn command(&self, field: &str, id: &str) -> Value {
        let query = format!(
            "mutation($id: ID!) {{ {field}(input: {{ bannerId: $id }}) {{ banner {{ state }} userErrors {{ code }} }} }}"
        );
        self.services.data("banner", &query, json!({ "id": id }), staff()).await[field].clone()
    }

    async fn published(&self, title: &str, audience: &str) -> String {
        let id = self.created(title, audience).await;
        assert_eq!(self.command("scheduleBanner", &id).await["banner"]["state"], "ACTIVE");
        id
    }

    /// The texts of the pictures that somebody sees.
    async fn seen(&self, arguments: &str, context: RequestContext) -> Vec<String> {
        let query = format!("{{ banners(slot: \"home-hero\"{arguments}) {{ imageAlt }} }}");
        let data = self.services.data("banner", &query, json!({}), context).await;
        let seen = data["banners"].as_array().unwrap().clone();
        seen.iter().map(|banner| banner["imageAlt"].as_str().unwrap().replace("그림 ", "")).collect()
    }

    async fn banner(&self, id: &str, fields: &str) -> Value {
        let query = format!("query($id: ID!) {{ banner(id: $id) {{ {fields} }} }}");
        self.services.data("banner", &query, json!({ "id": id }), staff()).await["banner"].clone()
    }

    async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        for _ in 0..200 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never: {what}");
    }

    async fn told(&self) -> Vec<(String, String)> {
        use diesel::prelude::*;
        use diesel_async::RunQueryDsl;
        diesel::table! { outbox (sequence) { sequence -> BigInt, kind -> Text, payload -> Jsonb, } }
        let database = self.services.database_of("banner").await;
        let mut connection = database.connection().await.unwrap();
        let rows: Vec<(String, Value)> = outbox::table
            .filter(outbox::kind.like("banner.%"))
            .order(outbox::sequence)
            .select((outbox::kind, outbox::payload))
            .load(&mut connection)
            .await
            .unwrap();
        rows.into_iter().map(|(kind, fact)| (kind, fact["title"].as_str().unwrap().to_owned())).collect()
    }

    async fn hear<F: Fact>(&self, fact: F) {
        let database = self.services.database_of("banner").await;
        let mut connection = database.connection().await.unwrap();
        platform::events::append(&mut connection, &fact, None).await.unwrap();
    }

    async fn click(&self, variant: &str) -> (StatusCode, Option<String>) {
        let request = Request::get(format!("/banners/{variant}/click")).body(Body::empty()).unwrap();
        let answer = self.services.routes_of("banner").oneshot(request).await.unwrap();
        let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        (answer.status(), location)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_draft_to_end() {
    let front = Front::open().await;
    let id = front.created("A", "ALL").await;
    assert_eq!(front.seen("", visitor()).await, Vec::<String>::new());
    assert_eq!(codes(&front.command("pauseBanner", &id).await), ["BANNER_DRAFT"]);
    assert_eq!(front.command("scheduleBanner", &id).await["banner"]["state"], "ACTIVE", "its time has come");
    assert_eq!(front.seen("", visitor()).await, ["A"]);
    assert_eq!(front.seen(", device: APP", visitor()).await, Vec::<String>::new());
    assert_eq!(codes(&front.command("scheduleBanner", &id).await), ["BANNER_ACTIVE"]);
    assert_eq!(front.command("pauseBanner", &id).await["banner"]["state"], "PAUSED");
    assert_eq!(front.seen("", visitor()).await, Vec::<String>::new());
    assert_eq!(front.command("resumeBanner", &id).await["banner"]["state"], "ACTIVE");
    assert_eq!(front.command("endBanner", &id).await["banner"]["state"], "ENDED");
    assert_eq!(codes(&front.command("resumeBanner", &id).await), ["BANNER_ENDED"]);
    let told = front.told().await;
    let expected = [("banner.published", "A"), ("banner.ended", "A")];
    assert_eq!(told, expected.map(|(kind, title)| (kind.to_owned(), title.to_owned())), "published once");
    let history = front.banner(&id, "stateHistory { to changedBy { id } }").await;
    let states: Vec<&str> =
        history["stateHistory"].as_array().unwrap().iter().map(|change| change["to"].as_str().unwrap()).collect();
    assert_eq!(states, ["DRAFT", "SCHEDULED", "ACTIVE", "PAUSED", "SCHEDULED", "ACTIVE", "ENDED"]);
    // A draft that nobody saw ends without a word.
    let draft = front.created("B", "ALL").await;
    front.command("endBanner", &draft).await;
    assert_eq!(front.told().await.len(), 2);
    front.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn banners_begin_and_end_by_themselves() {
    let front = Front::open().await;
    let (start, end) = (Utc::now() + TimeDelta::milliseconds(1_500), Utc::now() + TimeDelta::milliseconds(3_500));
    let payload = front.create(Front::fields("A", "ALL", start, Some(end)), &[picture("A")]).await;
    let id = payload["banner"]["id"].as_str().unwrap();
    assert_eq!(front.command("scheduleBanner", id).await["banner"]["state"], "SCHEDULED");
    assert_eq!(front.seen("", visitor()).await, Vec::<String>::new());
    front.until("it begins", async || front.banner(id, "state").await["state"] == "ACTIVE").await;
    assert!(Utc::now() >= start);
    assert_eq!(front.seen("", visitor()).await, ["A"]);
    front.until("it ends", async || front.banner(id, "state").await["state"] == "ENDED").await;
    assert!(Utc::now() >= end);
    assert_eq!(front.seen("", visitor()).await, Vec::<String>::new());
    assert_eq!(front.told().await.len(), 2);
    let over = Front::fields("B", "ALL", start - TimeDelta::days(2), Some(start - TimeDelta::days(1)));
    let late = front.create(over, &[picture("B")]).await;
    let late = front.command("scheduleBanner", late["banner"]["id"].as_str().unwrap()).await;
    assert_eq!(codes(&late), ["INVALID_PERIOD"]);
    front.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_is_for_them() {
    let front = Front::open().await;
    front.published("guest", "GUEST").await;
    front.published("member", "MEMBER").await;
    front.published("new", "NEW_MEMBER").await;
    let (old, new) = (Uuid::now_v7(), Uuid::now_v7());
    let member = |id: Uuid| user(id, &[Scope::Buyer], &[]);
    let registered = |id: Uuid, days: i64| {
        let at = Utc::now() - TimeDelta::days(days);
        Registered(json!({ "userId": format!("usr_{}", id.as_simple()), "registeredAt": at, "email": "a@b.kr" }))
    };
    front.hear(registered(new, 2)).await;
    front.hear(registered(old, 31)).await;
    assert_eq!(front.seen("", visitor()).await, ["guest"]);
    front.until("the new member is known", async || front.seen("", member(new)).await == ["member", "new"]).await;
    assert_eq!(front.seen("", member(old)).await, ["member"]);
    // Staff looks with others' eyes; nobody else does.
    assert_eq!(front.seen(", asViewer: GUEST", staff()).await, ["guest"]);
    assert_eq!(front.seen(", asViewer: NEW_MEMBER", member(old)).await, ["member"]);
    front.hear(Withdrawn(json!({ "userId": format!("usr_{}", new.as_simple()) }))).await;
    front.until("who left is forgotten", async || front.seen("", member(new)).await == ["member"]).await;
    // There is room for two.
    front.published("seller", "SELLER").await;
    front.published("all", "ALL").await;
    let seller = user(Uuid::now_v7(), &[Scope::Seller], &[Uuid::now_v7()]);
    assert_eq!(front.seen("", seller).await, ["member", "seller"]);
    front.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn advertisements_say_so() {
    let front = Front::open().await;
    let mut fields = Front::fields("A", "ALL", Utc::now() - TimeDelta::hours(1), None);
    fields["isAd"] = json!(true);
    fields["advertiser"] = json!("브랜드");
    fields["link"] = json!("https://www.brand.co.kr/spring");
    let payload = front.create(fields, &[picture("A")]).await;
    front.command("scheduleBanner", payload["banner"]["id"].as_str().unwrap()).await;
    front.published("B", "ALL").await;
    let query = "{ banners(slot: \"home-hero\") { adLabel advertiser link } }";
    let korean = front.services.data("banner", query, json!({}), visitor()).await;
    let expected = json!([
        { "adLabel": "광고", "advertiser": "브랜드", "link": "https://www.brand.co.kr/spring" },
        { "adLabel": null, "advertiser": null, "link": "/events/1" },
    ]);
    assert_eq!(korean["banners"], expected);
    let english = RequestContext { language: platform::language::Language::English, ..visitor() };
    let english = front.services.data("banner", query, json!({}), english).await;
    assert_eq!(english["banners"][0]["adLabel"], "Ad");
    front.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_by_name() {
    let front = Front::open().await;
    let start = Utc::now();
    let mut fields = Front::fields(" ", "ALL", start, Some(start));
    fields["link"] = json!("https://evil.example.com");
    fields["devices"] = json!(["PC", "PC"]);
    fields["confidencePercent"] = json!(100);
    let wrong = json!({ "name": "", "imageUrl": "javascript:1", "imageAlt": "", "weight": 0 });
    let refused = front.create(fields, &[wrong]).await;
    let expected = [
        "INVALID_TEXT",
        "INVALID_LINK",
        "INVALID_DEVICES",
        "INVALID_PERIOD",
        "INVALID_NUMBER",
        "INVALID_TEXT",
        "INVALID_TEXT",
        "INVALID_LINK",
        "INVALID_NUMBER",
    ];
    assert_eq!(codes(&refused), expected);
    let none = front.create(Front::fields("A", "ALL", start, None), &[]).await;
    assert_eq!(codes(&none), ["INVALID_VARIANTS"]);
    for context in [visitor(), user(Uuid::now_v7(), &[Scope::Buyer, Scope::Seller], &[])] {
        let query = "{ allBanners { totalCount } }";
        assert_eq!(front.services.execute("banner", query, json!({}), context).await.errors.len(), 1);
    }
    // What runs is paused before it is edited, and its pictures stay.
    let id = front.published("A", "ALL").await;
    let edit = async |variants: Value| {
        let query = "mutation($input: EditBannerInput!) { editBanner(input: $input) {
            banner { title state } userErrors { code } } }";
        let fields = Front::fields("B", "ALL", start, None);
        let input = json!({ "input": { "bannerId": id, "banner": fields, "variants": variants } });
        front.services.data("banner", query, input, staff()).await["editBanner"].clone()
    };
    assert_eq!(codes(&edit(Value::Null).await), ["BANNER_ACTIVE"]);
    front.command("pauseBanner", &id).await;
    assert_eq!(codes(&edit(json!([picture("C")])).await), ["INVALID_VARIANTS"]);
    assert_eq!(edit(Value::Null).await["banner"], json!({ "title": "B", "state": "PAUSED" }));
    front.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_orders_and_sees_where_there_is_no_room() {
    let front = Front::open().await;
    let (a, b) = (front.published("A", "ALL").await, front.published("B", "ALL").await);
    let conflicts = async |planned: Value| {
        let query =
            "query($slot: ID!, $planned: PlannedBannerInput) { bannerConflicts(slotId: $slot, planned: $planned) {
            device viewer shownIds leftOutIds } }";
        let variables = json!({ "slot": front.slot, "planned": planned });
        front.services.data("banner", query, variables, staff()).await["bannerConflicts"].clone()
    };
    assert_eq!(conflicts(Value::Null).await, json!([]));
    let planned = |audience: &str| json!({ "devices": ["PC", "APP"], "audience": audience, "startsAt": Utc::now() });
    let found = conflicts(planned("GUEST")).await;
    let planned_id = format!("ban_{}", "f".repeat(32));
    assert_eq!(found, json!([{ "device": "PC", "viewer": "GUEST", "shownIds": [a, b], "leftOutIds": [planned_id] }]));
    assert_eq!(conflicts(planned("ALL")).await.as_array().unwrap().len(), 5, "one for each kind of viewer");

    let c = front.published("C", "GUEST").await;
    let order = async |ids: &[&String]| {
        let query = "mutation($input: OrderBannersInput!) { orderBanners(input: $input) {
            bannerIds userErrors { code } } }";
        let variables = json!({ "input": { "slotId": front.slot, "bannerIds": ids } });
        front.services.data("banner", query, variables, staff()).await["orderBanners"].clone()
    };
    assert_eq!(codes(&order(&[&a, &b]).await), ["INVALID_ORDER"], "one is overlooked");
    assert_eq!(codes(&order(&[&a, &b, &c, &c]).await), ["INVALID_ORDER"]);
    assert_eq!(order(&[&c, &b, &a]).await["bannerIds"], json!([c, b, a]));
    assert_eq!(front.seen("", visitor()).await, ["C", "B"]);
    let query = "query($slot: ID!) { bannerPreview(slotId: $slot, device: PC, viewer: GUEST) {
        shown banner { title } } }";
    let data = front.services.data("banner", query, json!({ "slot": front.slot }), staff()).await;
    let expected = json!([
        { "shown": true, "banner": { "title": "C" } }, { "shown": true, "banner": { "title": "B" } },
        { "shown": false, "banner": { "title": "A" } },
    ]);
    assert_eq!(data["bannerPreview"], expected);
    front.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clicks_lead_only_where_the_banner_leads() {
    let front = Front::open().await;
    let id = front.published("A", "ALL").await;
    let variant = front.banner(&id, "variants { id }").await["variants"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(front.click(&variant).await, (StatusCode::FOUND, Some("/events/1".to_owned())));
    for wrong in [format!("bnv_{}", "0".repeat(32)), "https:%2F%2Fevil.kr".to_owned(), format!("{variant}x")] {
        assert_eq!(front.click(&wrong).await, (StatusCode::NOT_FOUND, None), "{wrong}");
    }
    let query = "mutation($id: ID!) { clickBanner(input: { variantId: $id }) { location userErrors { code } } }";
    let data = front.services.data("banner", query, json!({ "id": variant }), visitor()).await;
    assert_eq!(data["clickBanner"], json!({ "location": "/events/1", "userErrors": [] }));
    // Not even when somebody wrote into the database.
    use diesel_async::RunQueryDsl;
    let database = front.services.database_of("banner").await;
    let mut connection = database.connection().await.unwrap();
    diesel::sql_query("UPDATE banner SET link = '//evil.kr'").execute(&mut connection).await.unwrap();
    assert_eq!(front.click(&variant).await, (StatusCode::NOT_FOUND, None));
    let data = front.services.data("banner", query, json!({ "id": variant }), visitor()).await;
    assert_eq!(codes(&data["clickBanner"]), ["BANNER_NOT_FOUND"]);
    let draft = front.created("B", "ALL").await;
    let unseen = front.banner(&draft, "variants { id }").await["variants"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(front.click(&unseen).await, (StatusCode::NOT_FOUND, None));
    front.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_exact_and_decide_experiments() {
    let front = Front::open().await;
    let start = Utc::now() - TimeDelta::hours(1);
    let payload = front.create(Front::fields("A", "ALL", start, None), &[picture("A"), picture("B")]).await;
    let id = payload["banner"]["id"].as_str().unwrap();
    let variants: Vec<&str> =
        payload["banner"]["variants"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    front.command("scheduleBanner", id).await;
    // A viewer sees the same picture each time, and not everybody the same.
    let first = front.seen(", visitorKey: \"v1\"", visitor()).await;
    for _ in 0..5 {
        assert_eq!(front.seen(", visitorKey: \"v1\"", visitor()).await, first);
    }
    let mut pictures = std::collections::BTreeSet::new();
    for number in 0..40 {
        pictures.extend(front.seen(&format!(", visitorKey: \"v{number}\""), visitor()).await);
    }
    assert_eq!(pictures.len(), 2);
    // Both are seen 150 times; the first is followed 60 times, the second 15 times. Unknown pictures count nothing.
    let record = "mutation($ids: [ID!]!) { recordBannerImpressions(input: { variantIds: $ids }) {
        counted userErrors { code } } }";
    let unknown = format!("bnv_{}", "1".repeat(32));
    let seen = json!({ "ids": [variants[0], variants[1], variants[0], unknown] });
    for _ in 0..150 {
        front.services.data("banner", record, seen.clone(), visitor()).await;
    }
    for (variant, clicks) in [(variants[0], 60), (variants[1], 15)] {
        for _ in 0..clicks {
            front.click(variant).await;
        }
    }
    let counted = async || front.banner(id, "variants { impressions clicks clicksPerTenThousand }").await;
    let expected = json!({ "variants": [
        { "impressions": 150, "clicks": 60, "clicksPerTenThousand": 4000 },
        { "impressions": 150, "clicks": 15, "clicksPerTenThousand": 1000 },
    ] });
    front.until("everything is counted", async || counted().await == expected).await;
    let days = front.banner(id, "days { impressions clicks }").await;
    let sum =
        |field: &str| days["days"].as_array().unwrap().iter().map(|day| day[field].as_i64().unwrap()).sum::<i64>();
    assert_eq!((sum("impressions"), sum("clicks")), (300, 75));
    // The second loses, and nobody sees it any more.
    front
        .until("the experiment is decided", async || {
            front.banner(id, "variants { stoppedAt }").await["variants"][1]["stoppedAt"].is_string()
        })
        .await;
    let verdict = front.banner(id, "variants { stoppedAt chancePercent }").await;
    assert_eq!(verdict["variants"][0], json!({ "stoppedAt": null, "chancePercent": null }));
    assert_eq!(verdict["variants"][1]["chancePercent"], "0.00");
    for number in 0..40 {
        assert_eq!(front.seen(&format!(", visitorKey: \"v{number}\""), visitor()).await, ["A"]);
    }
    let many: Vec<String> = (0..51).map(|number| format!("bnv_{number:032x}")).collect();
    let data = front.services.data("banner", record, json!({ "ids": many }), visitor()).await;
    assert_eq!(codes(&data["recordBannerImpressions"]), ["INVALID_NUMBER"]);
    front.services.stop().await;
}
