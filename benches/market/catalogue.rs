//! What there is to look at and to buy, read from the market before anything is measured.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::ensure;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::{Client, text};
use crate::scenarios::PAGE;

/// Enough that no cache answers for all of them, and few enough to be read in seconds.
const MOST_PRODUCTS: usize = 20_000;
const MOST_VARIANTS: usize = 10_000;
const MOST_PAGES_OF_AN_ORDER: usize = 60;
const MOST_PAGES_OF_A_CATEGORY: usize = 3;
/// More pieces of each variant than any run sells.
const PIECES: i64 = 1_000;
/// Variants whose stock one request changes.
const AT_ONCE: usize = 400;

/// The demo market's member of staff.
const STAFF: &str = "staff@doa.market";
const STAFF_PASSWORD: &str = "doa-market-demo";

const PRODUCTS: &str = "query($after: String) { products(first: 100, after: $after) {
    nodes { id variants { id sellable availability { inStock } } } pageInfo { hasNextPage endCursor } } }";
const PAGES: &str = "query($first: Int!, $after: String, $where: ProductWhere, $sort: ProductSort!) {
    products(first: $first, after: $after, where: $where, sort: $sort) {
        nodes { id } pageInfo { hasNextPage endCursor } } }";
const CATEGORIES: &str = "{ categories { id children { id children { id } } } }";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) {
    tokens { accessToken } userErrors { code message } } }";
const ADJUST_STOCK: &str = "mutation($input: AdjustStockInput!) { adjustStock(input: $input) {
    stockItems { onHand } userErrors { code field message } } }";

/// The market's products, as far as the scenarios use them.
pub(crate) struct Catalogue {
    pub(crate) products: Arc<[String]>,
    /// Variants that can be bought.
    pub(crate) variants: Arc<[String]>,
    /// Variables of full pages: all orders, and the categories.
    pub(crate) pages: Arc<[Value]>,
}

#[derive(Deserialize)]
struct Products<N> {
    products: Connection<N>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection<N> {
    nodes: Vec<N>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Product {
    id: String,
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
struct Variant {
    id: String,
    sellable: bool,
    availability: Availability,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Availability {
    in_stock: bool,
}

#[derive(Deserialize)]
struct Id {
    #[serde(rename = "id")]
    _id: String,
}

impl Catalogue {
    pub(crate) async fn read(url: &str) -> anyhow::Result<Self> {
        let client = Client::new(url)?;
        let (mut products, mut variants) = (Vec::new(), Vec::new());
        let mut after = None;
        loop {
            let page: Products<Product> = client.ask(PRODUCTS, json!({ "after": after }), None, None).await?;
            for product in page.products.nodes {
                products.push(product.id);
                let can_be_bought = |variant: &Variant| variant.sellable && variant.availability.in_stock;
                variants.extend(product.variants.into_iter().filter(can_be_bought).map(|variant| variant.id));
            }
            after = page.products.page_info.end_cursor;
            if !page.products.page_info.has_next_page || products.len() >= MOST_PRODUCTS {
                break;
            }
        }
        // Of a large catalogue, variants from all over it.
        let every = variants.len().div_ceil(MOST_VARIANTS).max(1);
        let variants: Vec<String> = variants.into_iter().step_by(every).collect();
        let pages = pages(&client).await?;
        ensure!(!products.is_empty() && !variants.is_empty() && !pages.is_empty(), "the catalogue is empty");
        Ok(Self { products: products.into(), variants: variants.into(), pages: pages.into() })
    }

    /// Has a member of staff put so much of every variant into stock that nothing runs out while orders are counted.
    pub(crate) async fn fill_shelves(&self, url: &str) -> anyhow::Result<()> {
        let client = Client::new(url)?;
        let input = json!({ "email": STAFF, "password": STAFF_PASSWORD });
        let token = text(&client.change(SIGN_IN, input, None).await?["tokens"]["accessToken"])?;
        for variants in self.variants.chunks(AT_ONCE) {
            let adjustments: Vec<Value> =
                variants.iter().map(|variant| json!({ "variantId": variant, "delta": PIECES })).collect();
            let input = json!({ "adjustments": adjustments, "reason": "Benchmark" });
            client.change(ADJUST_STOCK, input, Some(&token)).await?;
        }
        Ok(())
    }
}

async fn pages(client: &Client) -> anyhow::Result<Vec<Value>> {
    let mut pages = Vec::new();
    for sort in ["NEWEST", "PRICE_ASC", "PRICE_DESC"] {
        collect_pages(client, &Value::Null, sort, MOST_PAGES_OF_AN_ORDER, &mut pages).await?;
    }
    let tree: Value = client.ask(CATEGORIES, json!({}), None, None).await?;
    let mut categories = BTreeSet::new();
    collect_ids(&tree["categories"], &mut categories);
    for category in categories {
        collect_pages(client, &json!({ "categoryId": category }), "NEWEST", MOST_PAGES_OF_A_CATEGORY, &mut pages)
            .await?;
    }
    Ok(pages)
}

/// The variables of full pages, from the first on.
async fn collect_pages(
    client: &Client,
    filter: &Value,
    sort: &str,
    most: usize,
    pages: &mut Vec<Value>,
) -> anyhow::Result<()> {
    let mut after = None;
    for _ in 0..most {
        let variables = json!({ "first": PAGE, "after": after, "where": filter, "sort": sort });
        let page: Products<Id> = client.ask(PAGES, &variables, None, None).await?;
        if page.products.nodes.len() < PAGE {
            break;
        }
        pages.push(variables);
        after = page.products.page_info.end_cursor;
        if !page.products.page_info.has_next_page {
            break;
        }
    }
    Ok(())
}

fn collect_ids(categories: &Value, ids: &mut BTreeSet<String>) {
    for category in categories.as_array().into_iter().flatten() {
        ids.extend(category["id"].as_str().map(str::to_owned));
        collect_ids(&category["children"], ids);
    }
}
