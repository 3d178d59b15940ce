//! A hundred entities are read in batches, not one by one. Alone in its process, since it counts connections.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use platform::settings::SettingSource;
use platform::telemetry::{TelemetrySettings, render_metrics, start};
use platform::testing::{service, visitor};
use serde_json::{Value, json};
use support::{Shop, prefixed};
use uuid::Uuid;

fn checkouts() -> u64 {
    let text = render_metrics();
    let line = text.lines().find(|line| line.starts_with("database_checkout_seconds_count")).unwrap_or("x 0");
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

// One worker, so that a batch is closed when the request has asked for all, and not when another thread gets to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_hundred_entities_need_few_queries() {
    start(
        &TelemetrySettings::from_source(&SettingSource::from_values([("LOG".to_owned(), "off".to_owned())])).unwrap(),
    );
    let shop = Shop::open().await;
    let database = shop.services.database_of("product").await;
    let category = Uuid::parse_str(shop.category.strip_prefix("cat_").unwrap()).unwrap();
    let products: Vec<product::seed::SeedProduct> = (0..100)
        .map(|index| product::seed::SeedProduct {
            id: Uuid::now_v7(),
            seller_id: shop.seller,
            category_path: vec![category],
            brand_id: None,
            title: format!("상품 {index}"),
            summary: None,
            description: "설명".to_owned(),
            option_kind: product::OptionKind::Single,
            options: Vec::new(),
            images: Vec::new(),
            notices: Vec::new(),
            notice_kind: None,
            kc: None,
            origin: "국산".to_owned(),
            tax_free: false,
            published_at: chrono::Utc::now(),
            variants: vec![product::seed::SeedVariant {
                id: Uuid::now_v7(),
                sku: index.to_string(),
                option_values: Vec::new(),
                price: 1_000,
                list_price: None,
            }],
        })
        .collect();
    assert_eq!(product::seed::seed_products(&database, &products).await.unwrap(), 100);
    assert_eq!(product::seed::seed_products(&database, &products).await.unwrap(), 0);

    let query = "query($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on ProductVariant { price { amount } product { title description variants { name } category { slug } } } } }";
    let variants = products.iter().map(|product| prefixed("var", product.variants[0].id));
    let mut representations: Vec<Value> =
        variants.map(|id| json!({ "__typename": "ProductVariant", "id": id })).collect();
    representations.push(json!({ "__typename": "ProductVariant", "id": "nonsense" }));
    let shop = std::sync::Arc::new(shop);
    for context in [visitor(), service("order")] {
        let (asked, variables) = (std::sync::Arc::clone(&shop), json!({ "representations": representations }));
        let before = checkouts();
        let data = tokio::spawn(async move { asked.ask(query, variables, context).await }).await.unwrap();
        let used = checkouts() - before;
        assert_eq!(data["_entities"][99]["product"]["title"], "상품 99");
        assert_eq!(data["_entities"][100], Value::Null);
        // Variants with products, details, variants of products, the category tree, and what the relays look for.
        assert!(used <= 12, "{used} connections for 100 entities");
    }
    std::sync::Arc::into_inner(shop).unwrap().services.stop().await;
}
