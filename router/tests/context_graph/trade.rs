//! Shops with a currency, and what they offer.

use async_graphql::{ComplexObject, ErrorExtensions, ID, Object, SimpleObject};

pub(super) const SDL: &str = r#"
type Query { shops: [Shop!]! shop(id: ID!): Shop many(count: Int!): [Shop!]! }
type Mutation { open(id: ID!): Shop }
type Shop @key(fields: "id") @context(name: "shop") {
    id: ID!
    currency: String
    margins: [Margin!]
    offers: [Offer]
    shelves: [[Shelf]!]
}
type Margin { rates: [Int] }
type Shelf { top: Offer }
type Offer @key(fields: "id") {
    id: ID!
    price(currency: String @fromContext(field: "$shop { currency }"), digits: Int): String
    margin(rates: [[Int]] @fromContext(field: "$shop { margins { rates } }")): String
    broken(currency: String @fromContext(field: "$shop { currency }")): String
}
"#;

#[derive(SimpleObject)]
#[graphql(complex)]
struct Shop {
    id: ID,
    currency: Option<String>,
    #[graphql(skip)]
    offered: &'static [&'static str],
}

#[derive(SimpleObject)]
struct Margin {
    rates: Vec<i32>,
}

#[derive(SimpleObject)]
struct Shelf {
    top: Offer,
}

#[derive(SimpleObject)]
#[graphql(complex)]
struct Offer {
    id: ID,
}

fn offer(id: &str) -> Offer {
    Offer { id: id.into() }
}

#[ComplexObject]
impl Shop {
    async fn margins(&self) -> Option<Vec<Margin>> {
        match self.id.as_str() {
            "s1" => Some(vec![Margin { rates: vec![1, 2] }, Margin { rates: vec![3] }]),
            "s2" => Some(vec![Margin { rates: vec![7] }, Margin { rates: Vec::new() }]),
            _ => None,
        }
    }

    async fn offers(&self) -> Vec<Offer> {
        self.offered.iter().map(|id| offer(id)).collect()
    }

    async fn shelves(&self) -> Vec<Vec<Option<Shelf>>> {
        match self.id.as_str() {
            "s1" => vec![vec![Some(Shelf { top: offer("o1") })], vec![Some(Shelf { top: offer("o2") }), None]],
            _ => vec![vec![Some(Shelf { top: offer("o3") })]],
        }
    }
}

#[ComplexObject]
impl Offer {
    async fn price(&self, currency: Option<String>, digits: Option<i32>) -> String {
        let with = digits.map(|digits| format!(" with {digits}")).unwrap_or_default();
        format!("{} in {}{with}", self.id.as_str(), currency.as_deref().unwrap_or("null"))
    }

    async fn margin(&self, rates: Option<Vec<Option<Vec<Option<i32>>>>>) -> String {
        let plain: Option<Vec<Vec<i32>>> =
            rates.map(|rates| rates.into_iter().flatten().map(|rates| rates.into_iter().flatten().collect()).collect());
        plain.map_or_else(|| "null".to_owned(), |plain| format!("{plain:?}"))
    }

    async fn broken(&self, currency: Option<String>) -> async_graphql::Result<Option<String>> {
        if self.id.as_str() == "o2" {
            let error = async_graphql::Error::new("broken");
            return Err(error.extend_with(|_, extensions| extensions.set("code", "BROKEN")));
        }
        Ok(currency.map(|currency| format!("{} {currency}", self.id.as_str())))
    }
}

fn shop(id: &str) -> Option<Shop> {
    let (currency, offered): (_, &[&str]) = match id {
        "s1" => (Some("KRW"), &["o1", "o2"]),
        "s2" => (Some("USD"), &["o2", "o3"]),
        "s3" => (None, &["o4"]),
        _ => return None,
    };
    Some(Shop { id: id.into(), currency: currency.map(str::to_owned), offered })
}

pub(super) struct Query;

#[Object]
impl Query {
    async fn shops(&self) -> Vec<Shop> {
        ["s1", "s2", "s3"].into_iter().filter_map(shop).collect()
    }

    async fn shop(&self, id: ID) -> Option<Shop> {
        shop(&id)
    }

    async fn many(&self, count: i32) -> Vec<Shop> {
        (0..count)
            .map(|number| Shop {
                id: format!("m{number}").into(),
                currency: Some(format!("C{number}")),
                offered: &["o1"],
            })
            .collect()
    }

    #[graphql(entity)]
    async fn find_shop(&self, id: ID) -> Option<Shop> {
        shop(&id)
    }

    #[graphql(entity)]
    async fn find_offer(&self, id: ID) -> Offer {
        offer(&id)
    }
}

pub(super) struct Mutation;

#[Object]
impl Mutation {
    async fn open(&self, id: ID) -> Option<Shop> {
        shop(&id)
    }
}
