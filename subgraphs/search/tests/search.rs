//! The search service on a real database: what is found, in which order, and that the index is what its owners say.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod support;

use std::sync::Arc;

use platform::errors::ErrorCode;
use platform::graph::{ClientInfo, RequestContext};
use platform::testing::visitor;
use rand::seq::SliceRandom as _;
use serde_json::{Value, json};
use support::{
    BrandRemoved, CategoryChanged, Confirmed, Goods, Market, ProductChanged, RatingChanged, SellerChanged,
    StateChanged, StockDepleted, days_ago, named, prefixed, staff,
};
use uuid::Uuid;

fn phone() -> Goods {
    Goods {
        brand: "삼성전자",
        categories: &["디지털", "휴대폰"],
        seller: "디지털마트",
        price: 1_200_000,
        rating: (470, 40),
        shipping: Some((0, None)),
        published_at: days_ago(3),
        ..Goods::new("삼성 갤럭시 S24 울트라")
    }
}

fn shelf() -> Vec<Goods> {
    vec![
        phone(),
        Goods {
            brand: "삼성전자",
            categories: &["디지털", "음향기기"],
            seller: "디지털마트",
            price: 89_000,
            rating: (410, 12),
            published_at: days_ago(2),
            ..Goods::new("갤럭시버즈3 무선 이어폰")
        },
        Goods {
            brand: "애플",
            categories: &["디지털", "음향기기"],
            price: 29_000,
            rating: (330, 3),
            shipping: Some((3_000, Some(20_000))),
            published_at: days_ago(1),
            ..Goods::new("에어팟 무선이어폰 케이스")
        },
        Goods {
            brand: "레노버",
            categories: &["디지털", "컴퓨터"],
            in_stock: false,
            price: 900_000,
            ..Goods::new("씽크패드 노트북 14인치")
        },
        Goods {
            brand: "apple",
            categories: &["디지털", "컴퓨터"],
            price: 1_900_000,
            ..Goods::new("Apple 맥북 프로 16")
        },
        Goods { price: 9_000, published_at: days_ago(9), ..Goods::new("과일 담은 머그컵") },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn korean_is_found_in_all_the_ways_it_is_typed() {
    let market = Market::open(&shelf()).await;
    let phone = "삼성 갤럭시 S24 울트라";
    for (text, first, reading, kind) in [
        ("갤럭시", phone, "AS_TYPED", "TITLE_WORD"),
        ("ㄱㄹㅅ", phone, "AS_TYPED", "INITIALS"),
        ("갤럭ㅅ", phone, "AS_TYPED", "TITLE_PART"),
        ("GALAXY s24", "", "", ""),
        ("s24", phone, "AS_TYPED", "TITLE_WORD"),
        ("버즈", "갤럭시버즈3 무선 이어폰", "AS_TYPED", "TITLE_PART"),
        ("ㅁㅅㅇㅇㅍ", "갤럭시버즈3 무선 이어폰", "AS_TYPED", "INITIALS"),
        ("roffjrtl", phone, "OTHER_KEYBOARD_MODE", "TITLE_WORD"),
        ("rkfflrtl", phone, "OTHER_KEYBOARD_MODE_CORRECTED", "TITLE_WORD"),
        ("shxmqnr", "씽크패드 노트북 14인치", "OTHER_KEYBOARD_MODE", "TITLE_WORD"),
        ("메ㅔㅣㄷ", "Apple 맥북 프로 16", "OTHER_KEYBOARD_MODE", "TITLE_WORD"),
        ("갤럭씨", phone, "CORRECTED", "TITLE_WORD"),
        ("겔럭시", phone, "CORRECTED", "TITLE_WORD"),
        ("노트묵", "씽크패드 노트북 14인치", "CORRECTED", "TITLE_WORD"),
        ("머그컴", "과일 담은 머그컵", "CORRECTED", "TITLE_WORD"),
        ("삼성전자", phone, "AS_TYPED", "BRAND"),
        ("컴퓨터 맥북", "Apple 맥북 프로 16", "AS_TYPED", "CATEGORY"),
    ] {
        let (titles, search) = market.search(json!({ "text": text })).await;
        assert_eq!(titles.first().map_or("", String::as_str), first, "{text}: {search}");
        if !first.is_empty() {
            let found = &search["nodes"][0]["reasons"]["matches"][0];
            assert_eq!((&found["reading"], &found["kind"]), (&json!(reading), &json!(kind)), "{text}: {search}");
        }
    }
    // Nothing is found by what is no error of typing, and a number is never one.
    for text in ["냉장고", "s25", "@@", "ㅋㅋㅋㅋ"] {
        assert_eq!(market.found(text).await, [""; 0], "{text}");
    }
    let (titles, search) = market.search(json!({ "text": "갤럭씨" , "asTyped": true })).await;
    assert!(titles.is_empty() && search["correctedText"].is_null());
    let (_, search) = market.search(json!({ "text": "rkfflrtl 무선" })).await;
    assert_eq!(search["correctedText"], "갤럭시 무선");
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_tell_what_matched_and_why_they_stand_there() {
    let market = Market::open(&shelf()).await;
    let (_, search) = market.search(json!({ "text": "무선이어폰" })).await;
    let highlights: Vec<&Value> = search["nodes"].as_array().unwrap().iter().map(|node| &node["highlights"]).collect();
    let pieces = |text: &str, matched: bool| json!({ "text": text, "matched": matched });
    assert!(highlights.contains(&&json!([pieces("갤럭시버즈3 ", false), pieces("무선 이어폰", true)])), "{search}");
    assert!(
        highlights.contains(&&json!([pieces("에어팟 ", false), pieces("무선이어폰", true), pieces(" 케이스", false)])),
        "{search}"
    );
    for node in search["nodes"].as_array().unwrap() {
        let reasons = &node["reasons"];
        let [score, text, sales, rating, stock] = ["score", "textScore", "salesScore", "ratingScore", "stockScore"]
            .map(|name| reasons[name].as_i64().unwrap());
        assert_eq!(score, text * 10 + sales + rating + stock, "{reasons}");
    }
    // A whole word counts more than a part of one.
    assert_eq!(search["nodes"][0]["reasons"]["textScore"], 100);
    assert_eq!(search["nodes"][1]["reasons"]["textScore"], 80);
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_narrowed_down_counted_ordered_and_paged() {
    let market = Market::open(&shelf()).await;
    let (_, all) = market.search(json!({ "text": "" })).await;
    let facets = &all["facets"];
    let count = |facet: &str, name: &str| {
        let found = facets[facet].as_array().unwrap().iter().find(|value| value["name"] == name);
        found.map_or(0, |value| value["count"].as_i64().unwrap())
    };
    assert_eq!(
        (count("categories", "디지털"), count("categories", "음향기기"), count("brands", "삼성전자")),
        (5, 2, 2)
    );
    assert_eq!(
        (count("sellers", "디지털마트"), facets["freeShipping"].as_i64(), facets["inStock"].as_i64()),
        (2, Some(2), Some(5))
    );
    let prices: Vec<i64> =
        facets["prices"].as_array().unwrap().iter().map(|range| range["count"].as_i64().unwrap()).collect();
    assert_eq!(prices, [1, 1, 0, 1, 0, 1, 2]);
    assert_eq!(facets["ratings"][1], json!({ "stars": 4, "count": 2 }));

    let id = |prefix: &str, name: &str| prefixed(prefix, named(name));
    for (filter, expected) in [
        (json!({ "categoryId": id("cat", "음향기기") }), 2),
        (json!({ "brandIds": [id("brd", "삼성전자"), id("brd", "레노버")] }), 3),
        (json!({ "sellerIds": [id("slr", "디지털마트")] }), 2),
        (json!({ "minPrice": 29_000, "maxPrice": 900_000 }), 3),
        (json!({ "minStars": 4 }), 2),
        (json!({ "freeShipping": true }), 2),
        (json!({ "inStock": true }), 5),
        (json!({ "brandIds": [id("brd", "없는 브랜드")] }), 0),
        (json!({ "categoryId": id("cat", "없는 분류") }), 0),
        (json!({ "categoryId": id("cat", "디지털"), "brandIds": [id("brd", "삼성전자")], "maxPrice": 100_000 }), 1),
    ] {
        let (titles, search) = market.search(json!({ "where": filter })).await;
        assert_eq!((titles.len(), &search["totalCount"]), (expected, &json!(expected)), "{filter}");
    }
    // The count of brands leaves the filter by brand out, and no other.
    let filter = json!({ "brandIds": [id("brd", "삼성전자")], "maxPrice": 100_000 });
    let (_, search) = market.search(json!({ "where": filter })).await;
    let mut brands: Vec<&str> =
        search["facets"]["brands"].as_array().unwrap().iter().map(|b| b["name"].as_str().unwrap()).collect();
    brands.sort_unstable();
    assert_eq!(brands, ["도아", "삼성전자", "애플"]);

    for (sort, first, last) in [
        ("PRICE_ASC", "과일 담은 머그컵", "Apple 맥북 프로 16"),
        ("PRICE_DESC", "Apple 맥북 프로 16", "과일 담은 머그컵"),
        ("RATING", "삼성 갤럭시 S24 울트라", ""),
        ("NEWEST", "", "과일 담은 머그컵"),
    ] {
        let (whole, _) = market.search(json!({ "sort": sort })).await;
        assert!(first.is_empty() || whole[0] == first, "{sort}: {whole:?}");
        assert!(last.is_empty() || whole[5] == last, "{sort}: {whole:?}");
        // Pages one after the other are the whole.
        let (mut paged, mut after) = (Vec::new(), Value::Null);
        loop {
            let (titles, search) = market.search(json!({ "sort": sort, "first": 2, "after": after })).await;
            assert_eq!(search["totalCount"], 6);
            paged.extend(titles);
            after = search["pageInfo"]["endCursor"].clone();
            if search["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(paged, whole, "{sort}");
        // And backward.
        let (last, search) = market.search(json!({ "sort": sort, "last": 2 })).await;
        assert_eq!((&last[..], &search["pageInfo"]["hasNextPage"]), (&whole[4..], &json!(false)), "{sort}");
        let before = &search["pageInfo"]["startCursor"];
        let (middle, search) = market.search(json!({ "sort": sort, "last": 3, "before": before })).await;
        let info = &search["pageInfo"];
        let more = (&info["hasPreviousPage"], &info["hasNextPage"]);
        assert_eq!((&middle[..], more), (&whole[1..4], (&json!(true), &json!(true))), "{sort}");
    }
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_refused() {
    let market = Market::open(&[]).await;
    for (variables, code) in [
        (json!({ "first": 101 }), ErrorCode::InvalidPage),
        (json!({ "after": "no cursor" }), ErrorCode::InvalidPage),
        (json!({ "text": "가".repeat(101) }), ErrorCode::BadUserInput),
        (json!({ "where": { "minStars": 6 } }), ErrorCode::BadUserInput),
    ] {
        let response = market.services.execute("search", support::SEARCH, variables, visitor()).await;
        let extensions = response.errors[0].extensions.as_ref().unwrap();
        assert_eq!(extensions.get("code"), Some(&async_graphql::Value::from(code.as_str())));
    }
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_twice_and_in_any_order_make_the_same_index() {
    let (mut phone, mut cup) = (phone(), Goods::new("머그컵"));
    let market = Market::open(&[phone.clone()]).await;
    // What happened: the cup went on sale, the phone got cheaper and better reviews, ran out, and both were bought.
    (phone.price, phone.rating, phone.in_stock) = (990_000, (480, 50), false);
    cup.price = 7_000;
    market.put(&phone);
    market.put(&cup);
    let bought = |goods: &Goods, quantity: i32| json!({ "line": { "productId": goods.product_id(), "quantity": quantity, "lineId": "lin_1" } });
    let mut sales: Vec<Value> = (1..=5).map(|quantity| bought(&phone, quantity)).chain([bought(&cup, 2)]).collect();
    sales.shuffle(&mut rand::rng());
    market.tell::<StockDepleted>([json!({ "variantId": phone.variant_id() })]).await;
    market.tell::<Confirmed>(sales).await;
    market.tell::<RatingChanged>([json!({ "productId": phone.product_id() })]).await;
    market.tell::<StateChanged>([json!({ "productId": cup.product_id() })]).await;
    market.tell::<ProductChanged>([&phone, &cup].map(|goods| json!({ "productId": goods.product_id() }))).await;
    market.until_heard(true).await;
    market.until_found("", 2).await;
    let (titles, search) = market.search(json!({ "sort": "SALES" })).await;
    assert_eq!(titles, ["삼성 갤럭시 S24 울트라", "머그컵"]);
    let phone = &search["nodes"][0];
    // 15 pieces: a power of ten, and 6 of the 90 to the next.
    assert_eq!((&phone["inStock"], &phone["reasons"]["salesScore"]), (&json!(false), &json!(53)), "{search}");
    assert_eq!(search["facets"]["prices"][5]["count"], 1);
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn categories_and_brands_are_found_by_what_they_are_called_now() {
    let phone = phone();
    let market = Market::open(&[phone.clone(), Goods::new("머그컵")]).await;
    assert!(market.found("전화기").await.is_empty() && market.found("갤럭시랩").await.is_empty());
    market.put(&Goods { categories: &["디지털", "전화기"], ..phone.clone() });
    market.tell::<CategoryChanged>([json!({ "categoryId": prefixed("cat", named("디지털")) })]).await;
    market.until_heard(false).await;
    market.until_found("전화기", 1).await;
    market.put(&Goods { categories: &["디지털", "전화기"], brand: "갤럭시랩", ..phone.clone() });
    market.tell::<BrandRemoved>([json!({ "brandId": prefixed("brd", named("삼성전자")) })]).await;
    market.until_heard(false).await;
    market.until_found("갤럭시랩", 1).await;
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_the_shelf_is_not_found() {
    let goods = shelf();
    let market = Market::open(&goods).await;
    let changed = |goods: &Goods| json!({ "productId": goods.product_id(), "to": "SUSPENDED" });
    // Suspended; seen no more by anybody; of a seller who may not sell.
    market.put(&Goods { on_sale: false, ..goods[0].clone() });
    market.tell::<StateChanged>([changed(&goods[0])]).await;
    market.remove(&goods[2]);
    market.tell::<ProductChanged>([changed(&goods[2])]).await;
    market.until_heard(false).await;
    market.until_found("", 4).await;
    assert!(!market.found("갤럭시").await.contains(&goods[0].title));
    market.put(&Goods { can_sell: false, ..goods[1].clone() });
    let seller = |can_sell: bool| json!({ "sellerId": prefixed("slr", named("디지털마트")), "canSell": can_sell });
    market.tell::<SellerChanged>([seller(false)]).await;
    market.until_found("", 3).await;
    // And back.
    market.put(&goods[0]);
    market.put(&goods[1]);
    market.tell::<SellerChanged>([seller(true)]).await;
    market.until_found("", 5).await;
    assert_eq!(market.found("갤럭시").await.len(), 2);
    market.stop().await;
}

/// The reading of everything finds what was on sale before the service was there, page by page, and what left unheard.
#[tokio::test(flavor = "multi_thread")]
async fn a_market_from_before_is_read_to_its_end() {
    let goods: Vec<Goods> = (0..120).map(|number| Goods::new(&format!("머그컵 {number}호"))).collect();
    let market = Market::open(&goods).await;
    market.remove(&goods[7]);
    market.put(&Goods { title: "텀블러".to_owned(), ..goods[8].clone() });
    let asked = "mutation { reindexSearch(input: { readAnew: true }) { generation userErrors { code } } }";
    let data = market.services.data("search", asked, json!({}), staff()).await;
    assert_eq!(data["reindexSearch"], json!({ "generation": 2, "userErrors": [] }));
    market.until_found("", 119).await;
    market.until_found("텀블러", 1).await;
    let status = "{ searchIndex { generation products change lastChange productsToRead reconciledAt reconciling } }";
    for _ in 0..200 {
        let data = market.services.data("search", status, json!({}), staff()).await;
        if data["searchIndex"]["reconciling"] == false && data["searchIndex"]["productsToRead"] == 0 {
            assert_eq!(data["searchIndex"]["generation"], 2);
            assert_eq!(data["searchIndex"]["change"], data["searchIndex"]["lastChange"]);
            assert_eq!(data["searchIndex"]["products"], 119);
            assert!(data["searchIndex"]["reconciledAt"].is_string());
            return market.stop().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the index was not built anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_replica_builds_the_same_index_of_the_tables() {
    let goods = shelf();
    let market = Market::open(&goods).await;
    // The graph is not asked: this replica has none.
    let context = platform::service::ServiceContext {
        database: market.services.database_of("search").await,
        cache: platform::cache::Cache::Memory(platform::cache::MemoryCache::new(1 << 20)),
        outbox: platform::events::Outbox::default(),
        graph: platform::graph::GraphClient::new(),
        settings: Arc::new(platform::settings::SettingSource::from_values([])),
        public_url: "http://localhost".into(),
        own_url: "http://localhost".into(),
        local_directory: std::env::temp_dir().into(),
        shutdown: tokio_util::sync::CancellationToken::new(),
    };
    let shutdown = context.shutdown.clone();
    let replica = (search::SERVICE.start)(context).await.unwrap();
    replica.jobs.into_iter().for_each(|job| drop(tokio::spawn(job)));
    for text in ["", "갤럭시", "ㄱㄹㅅ", "rkfflrtl", "무선 이어폰"] {
        let request = async_graphql::Request::new(support::SEARCH)
            .variables(async_graphql::Variables::from_json(json!({ "text": text })))
            .data(visitor());
        let answer = replica.schema.answer(request).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let other = answer.data.into_json().unwrap()["search"].clone();
        assert_eq!(other, market.search(json!({ "text": text })).await.1, "{text}");
    }
    shutdown.cancel();
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_says_what_means_the_same() {
    let market = Market::open(&shelf()).await;
    let create = "mutation($input: CreateSynonymInput!) { createSynonym(input: $input) { synonym { id terms } userErrors { code } } }";
    let terms = |terms: &[&str]| json!({ "input": { "terms": terms } });
    assert_eq!(market.found("랩탑").await, [""; 0]);
    for context in [visitor(), platform::testing::user(Uuid::now_v7(), &[platform::identity::Scope::Seller], &[])] {
        let refused = market.services.execute("search", create, terms(&["노트북", "랩탑"]), context).await;
        assert!(!refused.errors.is_empty());
    }
    let data =
        market.services.data("search", create, terms(&["노트북", " 랩탑", "Laptop", "휴대용 컴퓨터"]), staff()).await;
    let synonym = data["createSynonym"]["synonym"].clone();
    assert_eq!(synonym["terms"], json!(["노트북", "랩탑", "laptop", "휴대용 컴퓨터"]));
    for text in ["랩탑", "LAPTOP", "휴대용 컴퓨터", "씽크패드 랩탑"] {
        market.until_found(text, 1).await;
    }
    let (_, search) = market.search(json!({ "text": "랩탑" })).await;
    let found = &search["nodes"][0]["reasons"];
    assert_eq!((&found["matches"][0]["synonym"], &found["matches"][0]["text"]), (&json!(true), &json!("노트북")));
    assert_eq!(found["textScore"], 90);
    assert_eq!(search["words"][0]["synonyms"], json!(["노트북", "laptop", "휴대용 컴퓨터"]));
    for (input, code) in [
        (terms(&["노트북"]), "INVALID_TERMS"),
        (terms(&["노트북", "@"]), "INVALID_TERMS"),
        (terms(&["랩탑", "울트라북"]), "TERM_TAKEN"),
    ] {
        let data = market.services.data("search", create, input, staff()).await;
        assert_eq!(data["createSynonym"]["userErrors"][0]["code"], code);
    }
    let update = "mutation($input: UpdateSynonymInput!) { updateSynonym(input: $input) { synonym { terms } userErrors { code } } }";
    let input = json!({ "input": { "synonymId": synonym["id"], "terms": ["노트북", "울트라북"] } });
    market.services.data("search", update, input, staff()).await;
    market.until_found("울트라북", 1).await;
    market.until_found("랩탑", 0).await;
    let delete = "mutation($input: SynonymIdInput!) { deleteSynonym(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "synonymId": synonym["id"] } });
    let data = market.services.data("search", delete, input.clone(), staff()).await;
    assert_eq!(data["deleteSynonym"]["userErrors"], json!([]));
    market.until_found("울트라북", 0).await;
    let data = market.services.data("search", delete, input, staff()).await;
    assert_eq!(data["deleteSynonym"]["userErrors"][0]["code"], "SYNONYM_NOT_FOUND");
    market.stop().await;
}

fn from(address: &str) -> RequestContext {
    let client = ClientInfo { ip_address: Some(address.to_owned()), ..ClientInfo::default() };
    RequestContext { client: Arc::new(client), ..RequestContext::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_counts_once_in_what_is_trending() {
    let market = Market::open(&shelf()).await;
    for address in ["10.0.0.1", "10.0.0.2", "10.0.0.3"] {
        market.search_as(json!({ "text": "갤럭시" }), from(address)).await;
    }
    for _ in 0..50 {
        market.search_as(json!({ "text": "노트북" }), from("10.0.0.9")).await;
    }
    for address in ["10.0.0.1", "10.0.0.2"] {
        market.search_as(json!({ "text": " 무선  이어폰 " }), from(address)).await;
        // What finds nothing is no trend.
        market.search_as(json!({ "text": "냉장고" }), from(address)).await;
    }
    let trends = "{ trendingSearches(first: 5) { rank term direction } }";
    let expected = json!([
        { "rank": 1, "term": "갤럭시", "direction": "NEW" },
        { "rank": 2, "term": "무선 이어폰", "direction": "NEW" },
    ]);
    let mut data = Value::Null;
    for _ in 0..200 {
        data = market.services.data("search", trends, json!({}), visitor()).await;
        if data["trendingSearches"] == expected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(data["trendingSearches"], expected);
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_come_while_somebody_types() {
    let market = Market::open(&shelf()).await;
    let suggest = "query($text: String!) { searchSuggestions(text: $text) { kind text brand { id } product { id } } }";
    for (text, kind, expected) in [
        ("갤", "WORD", "갤럭시"),
        ("갤러", "WORD", "갤럭시"),
        ("ㄱㄹ", "WORD", "갤럭시"),
        ("ror", "WORD", ""),
        ("roffj", "WORD", "갤럭시"),
        ("삼성 갤", "WORD", "삼성 갤럭시"),
        ("삼성전", "BRAND", "삼성전자"),
        ("음향", "CATEGORY", "음향기기"),
        ("울트", "PRODUCT", "삼성 갤럭시 S24 울트라"),
    ] {
        let data = market.services.data("search", suggest, json!({ "text": text }), visitor()).await;
        let found = data["searchSuggestions"].as_array().unwrap();
        let hit = found.iter().any(|suggestion| suggestion["kind"] == kind && suggestion["text"] == expected);
        assert!(expected.is_empty() || hit, "{text}: {found:?}");
        assert!(found.iter().all(|suggestion| suggestion["brand"].is_object() == (suggestion["kind"] == "BRAND")));
    }
    let data = market.services.data("search", suggest, json!({ "text": " " }), visitor()).await;
    assert_eq!(data["searchSuggestions"], json!([]));
    market.stop().await;
}
