//! What other subgraphs know of shops and offers; abstract ancestors; the root as an ancestor.

use async_graphql::{ComplexObject, ID, Object, SimpleObject};

fn said(value: Option<String>) -> String {
    value.unwrap_or_else(|| "null".to_owned())
}

/// Zones of shops, weights of offers.
pub(super) mod stock {
    use super::*;

    pub(in super::super) const SDL: &str = r#"
type Shop @key(fields: "id") { id: ID! zone: Zone }
type Zone @key(fields: "id") { id: ID! name: String }
type Offer @key(fields: "id") { id: ID! weight: Int }
"#;

    #[derive(SimpleObject)]
    struct Shop {
        id: ID,
        zone: Option<Zone>,
    }

    #[derive(SimpleObject)]
    struct Zone {
        id: ID,
        name: String,
    }

    #[derive(SimpleObject)]
    struct Offer {
        id: ID,
        weight: Option<i32>,
    }

    pub(in super::super) struct Query;

    #[Object]
    impl Query {
        #[graphql(entity)]
        async fn find_shop(&self, id: ID) -> Shop {
            let name = match id.as_str() {
                "s1" => Some("north"),
                "s2" => Some("south"),
                _ => None,
            };
            Shop { zone: name.map(|name| Zone { id: name.into(), name: name.to_owned() }), id }
        }

        #[graphql(entity)]
        async fn find_zone(&self, id: ID) -> Zone {
            Zone { name: id.to_string(), id }
        }

        #[graphql(entity)]
        async fn find_offer(&self, id: ID) -> Offer {
            let weight = id.as_str().trim_start_matches('o').parse::<i32>().ok().map(|number| number * 10);
            Offer { weight, id }
        }
    }
}

/// Shipping, which depends on the zone of the shop; parcels, which cannot be asked for by themselves.
pub(super) mod ship {
    use super::*;

    pub(in super::super) const SDL: &str = r#"
type Shop @key(fields: "id") @context(name: "home") {
    id: ID!
    zone: Zone @external
    currency: String @external
    parcel: Parcel
}
type Zone @key(fields: "id") { id: ID! name: String @external }
type Parcel @key(fields: "id") {
    id: ID!
    label(currency: String @fromContext(field: "$home { currency }")): String
    seal: String
}
type Offer @key(fields: "id") {
    id: ID!
    weight: Int @external
    shipping(zone: String @fromContext(field: "$home { zone { name } }"), express: Boolean): String
        @requires(fields: "weight")
}
"#;

    #[derive(SimpleObject)]
    struct Shop {
        id: ID,
        parcel: Parcel,
    }

    #[derive(SimpleObject)]
    #[graphql(complex)]
    struct Parcel {
        id: ID,
        seal: String,
    }

    #[ComplexObject]
    impl Parcel {
        async fn label(&self, currency: Option<String>) -> String {
            format!("{}: {}", self.id.as_str(), said(currency))
        }
    }

    fn parcel(id: &ID) -> Parcel {
        Parcel { id: id.clone(), seal: "red".to_owned() }
    }

    #[derive(SimpleObject)]
    #[graphql(complex)]
    struct Offer {
        id: ID,
        #[graphql(skip)]
        weight: Option<i32>,
    }

    #[ComplexObject]
    impl Offer {
        async fn shipping(&self, zone: Option<String>, express: Option<bool>) -> Option<String> {
            let how = if express == Some(true) { "fast" } else { "slow" };
            self.weight.map(|weight| format!("{}: {weight} g to {}, {how}", self.id.as_str(), said(zone)))
        }
    }

    #[derive(SimpleObject)]
    struct Zone {
        id: ID,
    }

    pub(in super::super) struct Query;

    #[Object]
    impl Query {
        #[graphql(entity)]
        async fn find_shop(&self, id: ID) -> Shop {
            Shop { parcel: parcel(&id), id }
        }

        #[graphql(entity)]
        async fn find_parcel(&self, id: ID) -> Parcel {
            parcel(&id)
        }

        #[graphql(entity)]
        async fn find_zone(&self, id: ID) -> Zone {
            Zone { id }
        }

        #[graphql(entity)]
        async fn find_offer(&self, #[graphql(key)] id: ID, weight: Option<i32>) -> Offer {
            Offer { id, weight }
        }
    }
}

/// Ancestors of which it is not known before what they are.
pub(super) mod places {
    use async_graphql::{Interface, Union};

    use super::*;

    pub(in super::super) const SDL: &str = r#"
type Query { places: [Place] spots: [Spot] }
interface Place @context(name: "place") { code: String goods: [Good] inner: Place }
union Spot @context(name: "spot") = Town | Port | Field
type Town implements Place { code: String goods: [Good] inner: Place wares: [Ware] mayor: String }
type Port implements Place { code: String goods: [Good] inner: Place wares: [Ware] pilot: String }
type Field implements Place { code: String goods: [Good] inner: Place wares: [Ware] }
type Good @key(fields: "id") { id: ID! tax(code: String @fromContext(field: "$place { code }")): String }
type Ware @key(fields: "id") {
    id: ID!
    duty(by: String @fromContext(field: "$spot ... on Town { mayor } ... on Port { pilot }")): String
}
"#;

    #[derive(SimpleObject)]
    struct Town {
        code: String,
        goods: Vec<Good>,
        wares: Vec<Ware>,
        inner: Option<Box<Place>>,
        mayor: String,
    }

    #[derive(SimpleObject)]
    struct Port {
        code: String,
        goods: Vec<Good>,
        wares: Vec<Ware>,
        inner: Option<Box<Place>>,
        pilot: String,
    }

    #[derive(SimpleObject)]
    struct Field {
        code: String,
        goods: Vec<Good>,
        wares: Vec<Ware>,
        inner: Option<Box<Place>>,
    }

    #[derive(Interface)]
    #[graphql(
        field(name = "code", ty = "&String"),
        field(name = "goods", ty = "&Vec<Good>"),
        field(name = "inner", ty = "&Option<Box<Place>>")
    )]
    enum Place {
        Town(Town),
        Port(Port),
        Field(Field),
    }

    #[derive(Union)]
    enum Spot {
        Town(Town),
        Port(Port),
        Field(Field),
    }

    #[derive(SimpleObject)]
    #[graphql(complex)]
    struct Good {
        id: ID,
    }

    #[ComplexObject]
    impl Good {
        async fn tax(&self, code: Option<String>) -> String {
            format!("{} at {}", self.id.as_str(), said(code))
        }
    }

    #[derive(SimpleObject)]
    #[graphql(complex)]
    struct Ware {
        id: ID,
    }

    #[ComplexObject]
    impl Ware {
        async fn duty(&self, by: Option<String>) -> String {
            format!("{} by {}", self.id.as_str(), said(by))
        }
    }

    fn goods(ids: &[&str]) -> Vec<Good> {
        ids.iter().map(|id| Good { id: (*id).into() }).collect()
    }

    fn wares(ids: &[&str]) -> Vec<Ware> {
        ids.iter().map(|id| Ware { id: (*id).into() }).collect()
    }

    fn town() -> Town {
        let inner = Some(Box::new(Place::Port(port())));
        Town {
            code: "T-1".to_owned(),
            goods: goods(&["g1"]),
            wares: wares(&["w1"]),
            inner,
            mayor: "mayor Kim".to_owned(),
        }
    }

    fn port() -> Port {
        Port {
            code: "P-2".to_owned(),
            goods: goods(&["g1", "g2"]),
            wares: wares(&["w1", "w2"]),
            inner: None,
            pilot: "pilot Lee".to_owned(),
        }
    }

    fn field() -> Field {
        Field { code: "F-3".to_owned(), goods: goods(&["g3"]), wares: wares(&["w3"]), inner: None }
    }

    pub(in super::super) struct Query;

    #[Object]
    impl Query {
        async fn places(&self) -> Vec<Place> {
            vec![Place::Town(town()), Place::Port(port()), Place::Field(field())]
        }

        async fn spots(&self) -> Vec<Spot> {
            vec![Spot::Town(town()), Spot::Port(port()), Spot::Field(field())]
        }

        #[graphql(entity)]
        async fn find_good(&self, id: ID) -> Good {
            Good { id }
        }

        #[graphql(entity)]
        async fn find_ware(&self, id: ID) -> Ware {
            Ware { id }
        }
    }
}

/// Desks that greet whoever asks.
pub(super) mod desks {
    use super::*;

    pub(in super::super) const SDL: &str = r#"
type Query @context(name: "root") { desk: Desk desks: [Desk] visitor: Visitor word: String }
type Visitor @key(fields: "id") { id: ID! name: String @external }
type Desk @key(fields: "id") {
    id: ID!
    greeting(
        name: String @fromContext(field: "$root { visitor { name } }")
        word: String @fromContext(field: "$root { word }")
    ): String
}
"#;

    #[derive(SimpleObject)]
    #[graphql(complex)]
    struct Desk {
        id: ID,
    }

    #[ComplexObject]
    impl Desk {
        async fn greeting(&self, name: Option<String>, word: Option<String>) -> String {
            format!("{} says {} to {}", self.id.as_str(), said(word), said(name))
        }
    }

    #[derive(SimpleObject)]
    struct Visitor {
        id: ID,
    }

    pub(in super::super) struct Query;

    #[Object]
    impl Query {
        async fn desk(&self) -> Desk {
            Desk { id: "d1".into() }
        }

        async fn desks(&self) -> Vec<Desk> {
            ["d1", "d2"].into_iter().map(|id| Desk { id: id.into() }).collect()
        }

        async fn visitor(&self) -> Visitor {
            Visitor { id: "v1".into() }
        }

        async fn word(&self) -> &'static str {
            "안녕"
        }

        #[graphql(entity)]
        async fn find_desk(&self, id: ID) -> Desk {
            Desk { id }
        }
    }
}

/// The names of visitors.
pub(super) mod people {
    use super::*;

    pub(in super::super) const SDL: &str = r#"type Visitor @key(fields: "id") { id: ID! name: String }"#;

    #[derive(SimpleObject)]
    struct Visitor {
        id: ID,
        name: &'static str,
    }

    pub(in super::super) struct Query;

    #[Object]
    impl Query {
        #[graphql(entity)]
        async fn find_visitor(&self, id: ID) -> Visitor {
            Visitor { name: if id.as_str() == "v1" { "Ada" } else { "nobody" }, id }
        }
    }
}
