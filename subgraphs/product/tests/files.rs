//! Products from CSV files and into them, on a real database.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use platform::testing::visitor;
use serde_json::{Value, json};
use support::{Shop, codes, member, prefixed, staff};
use uuid::Uuid;

const IMPORT: &str = "mutation($input: ImportProductsInput!) { importProducts(input: $input) {
    productCount variantCount changeCount createdIds rows { line column code message } userErrors { code } } }";
const EXPORT: &str = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Seller { productsCsv } } }";
const HEADER: &str =
    "productId,group,상품명,description,category,optionNames,optionValues,sku,price,listPrice,stock,sellable,origin";

async fn import(shop: &Shop, csv: &str, dry_run: bool) -> Value {
    let input = json!({ "sellerId": prefixed("slr", shop.seller), "csv": csv, "dryRun": dry_run });
    shop.ask(IMPORT, json!({ "input": input }), member(shop.seller)).await["importProducts"].clone()
}

async fn export(shop: &Shop) -> String {
    let r = json!({ "r": [{ "__typename": "Seller", "id": prefixed("slr", shop.seller) }] });
    shop.ask(EXPORT, r, member(shop.seller)).await["_entities"][0]["productsCsv"].as_str().unwrap().to_owned()
}

fn places(payload: &Value) -> Vec<(i64, &str, &str)> {
    let place = |row: &'static str| row;
    let rows = payload["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        (row["line"].as_i64().unwrap(), row["column"].as_str().unwrap_or(place("-")), row["code"].as_str().unwrap())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_previewed_imported_exported_and_imported_again() {
    let shop = Shop::open().await;
    let csv = format!(
        "\u{feff}{HEADER}\r\n,a,티셔츠,좋은 옷,fashion,색상/사이즈,검정/M,T-1,10000,10000,5,,대한민국\r\n\
        ,a,,,,,검정/L,T-2,11000,,7,,\r\n,,=양말,면,fashion,,,S-1,\"1,000\",,9,,대한민국\r\n"
    );
    let preview = import(&shop, &csv, true).await;
    let counts = json!({ "productCount": 2, "variantCount": 3, "changeCount": 0, "createdIds": [], "rows": [], "userErrors": [] });
    assert_eq!(preview, counts);
    assert_eq!(export(&shop).await.lines().count(), 1, "a preview changes nothing");
    let imported = import(&shop, &csv, false).await;
    assert_eq!((imported["createdIds"].as_array().unwrap().len(), &imported["rows"]), (2, &json!([])));
    let query = "query($id: ID!) { product(id: $id) { title state options { name values } variants { sku name price { amount } } } }";
    let shirt =
        shop.ask(query, json!({ "id": imported["createdIds"][0] }), member(shop.seller)).await["product"].clone();
    assert_eq!((&shirt["title"], &shirt["state"]), (&json!("티셔츠"), &json!("DRAFT")));
    assert_eq!(
        shirt["options"],
        json!([{ "name": "색상", "values": ["검정"] }, { "name": "사이즈", "values": ["M", "L"] }])
    );
    assert_eq!(shirt["variants"][1], json!({ "sku": "T-2", "name": "검정 / L", "price": { "amount": 11_000 } }));
    // What is exported can be changed and imported again; the formula in a title is a text in the file.
    let file = export(&shop).await;
    assert!(file.contains("'=양말"), "{file}");
    let again = import(&shop, &file, true).await;
    assert_eq!((&again["changeCount"], &again["productCount"], &again["rows"]), (&json!(3), &json!(0), &json!([])));
    let cheaper = import(&shop, &file.replace(",11000,", ",9900,"), false).await;
    assert_eq!(cheaper["rows"], json!([]));
    let shirt =
        shop.ask(query, json!({ "id": imported["createdIds"][0] }), member(shop.seller)).await["product"].clone();
    assert_eq!(shirt["variants"][1]["price"]["amount"], 9_900);
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_row_imports_nothing_and_every_wrong_cell_is_told() {
    let shop = Shop::open().await;
    let good = format!("{HEADER}\n,,양말,면,fashion,,,S-1,1000,,9,,\n");
    assert_eq!(import(&shop, &good, false).await["rows"], json!([]));
    let before = export(&shop).await;
    let known = before.lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let wrong = format!(
        "{HEADER}\n,,모자,천,fashion,,,H-1,1000,,9,,\n,,,,none,,,,0,,x,,\n,,장갑,천,fashion,,,S-1,1000,900,9,,\n\
        ,,목도리,천,fashion,,,H-1,1000,1100,1,,\n{known},,,,,,,S-2,1000,,,,\n{known},,,,,,,S-1,0,,,maybe,\n{},,,,,,,S-1,1000,,,,\n",
        prefixed("prd", Uuid::now_v7())
    );
    for dry_run in [true, false] {
        let refused = import(&shop, &wrong, dry_run).await;
        assert_eq!(
            places(&refused),
            [
                (3, "category", "CATEGORY_NOT_FOUND"),
                (3, "stock", "INVALID_STOCK"),
                (4, "sku", "DUPLICATE_SKU"),
                (4, "listPrice", "INVALID_LIST_PRICE"),
                (5, "sku", "DUPLICATE_SKU"),
                (5, "listPrice", "LIST_PRICE_UNPROVEN"),
                (6, "sku", "VARIANT_NOT_FOUND"),
                (7, "price", "INVALID_PRICE"),
                (7, "sellable", "INVALID_CELL"),
                (8, "productId", "PRODUCT_NOT_FOUND"),
            ]
        );
        assert_eq!(refused["createdIds"], json!([]));
    }
    assert_eq!(export(&shop).await, before, "nothing is half-imported");
    assert_eq!(places(&import(&shop, "title,price\nx,1\n", false).await), [(1, "sku", "COLUMN_MISSING")]);
    assert_eq!(places(&import(&shop, "sku,price\na\n", false).await), [(2, "-", "INVALID_CELL")]);
    assert_eq!(places(&import(&shop, "sku,price\n", false).await), [(1, "-", "TOO_MANY_ROWS")]);
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_for_the_sellers_own_members() {
    let shop = Shop::open().await;
    let input = json!({ "sellerId": prefixed("slr", shop.seller), "csv": HEADER, "dryRun": true });
    let stranger = member(Uuid::now_v7());
    let refused = shop.ask(IMPORT, json!({ "input": input }), stranger.clone()).await["importProducts"].clone();
    assert_eq!(codes(&refused), ["NOT_YOUR_SELLER"]);
    let r = json!({ "r": [{ "__typename": "Seller", "id": prefixed("slr", shop.seller) }] });
    for who in [stranger, visitor()] {
        assert_eq!(shop.services.execute("product", EXPORT, r.clone(), who).await.errors.len(), 1);
    }
    let file = shop.ask(EXPORT, r, staff()).await["_entities"][0]["productsCsv"].as_str().unwrap().to_owned();
    assert!(file.starts_with("\u{feff}productId,group,title"), "{file}");
    shop.services.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn add_ons_are_offered_with_a_product() {
    let shop = Shop::open().await;
    let (main, side) =
        (shop.on_sale(shop.input("카메라", 500_000)).await, shop.on_sale(shop.input("가방", 30_000)).await);
    let variants = "query($id: ID!) { product(id: $id) { variants { id } addOns { id name price { amount } product { title } } } }";
    let of = async |id: &str| shop.ask(variants, json!({ "id": id }), visitor()).await["product"].clone();
    let (own, bag) = (of(&main).await["variants"][0]["id"].clone(), of(&side).await["variants"][0]["id"].clone());
    let set = "mutation($input: SetProductAddOnsInput!) { setProductAddOns(input: $input) {
        product { addOns { id } } userErrors { code field } } }";
    let put = async |ids: Value, who| {
        let input = json!({ "input": { "productId": main, "variantIds": ids } });
        shop.ask(set, input, who).await["setProductAddOns"].clone()
    };
    let refused = put(json!([bag, own]), member(shop.seller)).await;
    assert_eq!(refused["userErrors"], json!([{ "code": "INVALID_ADD_ON", "field": ["variantIds", "1"] }]));
    assert_eq!(codes(&put(json!([bag]), member(Uuid::now_v7())).await), ["NOT_YOUR_SELLER"]);
    assert_eq!(put(json!([bag]), member(shop.seller)).await["product"]["addOns"], json!([{ "id": bag }]));
    let offered = json!([{ "id": bag, "name": "기본", "price": { "amount": 30_000 }, "product": { "title": "가방" } }]);
    assert_eq!(of(&main).await["addOns"], offered);
    assert_eq!(put(json!([]), member(shop.seller)).await["product"]["addOns"], json!([]));
    shop.services.stop().await;
}
