//! Random operations over the public API, answered by the market in one process and by the market in many, over the same
//! database: the data are equal, and errors are in both or in neither.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::operations::{Operation, Operations};
use crate::questions::{self, BOUNDS, OFTEN_REFUSED};
use crate::support::{Market, Session};

/// For each of those who ask, with and without what is often refused.
const OPERATIONS: usize = 60;
const SEED: u64 = 20_260_101;

#[tokio::test(flavor = "multi_thread")]
async fn all_in_one_and_distributed_answer_random_operations_alike() {
    let mut market = Market::distributed().await;
    let (askers, values) = questions::fill(&market).await;
    let (distributed, all_in_one) = (market.url.clone(), market.start_beside().await);
    // Both read for the tables that they share, so that the first stands for good only when the second does.
    for url in [&distributed, &all_in_one, &distributed] {
        until_index_stands(&market, url).await;
    }
    let schemas = [questions::schema(&[]), questions::schema(OFTEN_REFUSED)];
    let (mut with_data, mut asked) = (0, 0);
    for (asker, seed) in askers.iter().zip(SEED..) {
        let operations = schemas.iter().zip([false, true]).flat_map(|(schema, answerable)| {
            Operations::new(schema, &values, BOUNDS, seed).take(OPERATIONS).map(move |one| (one, answerable))
        });
        for (operation, answerable) in operations {
            let (one, other) = tokio::join!(
                ask(&market, &distributed, &operation, asker.session.as_ref()),
                ask(&market, &all_in_one, &operation, asker.session.as_ref())
            );
            let alike = one["data"] == other["data"] && one["errors"].is_array() == other["errors"].is_array();
            assert!(
                alike,
                "{} asks\n{}\nwith {}\ndistributed {one}\nall in one  {other}",
                asker.name, operation.query, operation.variables
            );
            let has_data = one["data"].as_object().is_some_and(|data| data.values().any(|value| !value.is_null()));
            asked += usize::from(answerable);
            with_data += usize::from(answerable && has_data);
        }
    }
    // Two routers that refuse everything would be alike, too.
    assert!(with_data * 2 > asked, "only {with_data} of {asked} operations had data");
    market.end().await;
}

/// Waits until a market's search knows every product.
async fn until_index_stands(market: &Market, url: &str) {
    let query = "{ searchIndex { productsToRead change lastChange reconciling } }";
    let operation = Operation { query: query.to_owned(), variables: json!({}) };
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let answer = ask(market, url, &operation, Some(&market.staff)).await;
        let index = &answer["data"]["searchIndex"];
        if index["productsToRead"] == 0 && index["change"] == index["lastChange"] && index["reconciling"] == false {
            return;
        }
        assert!(Instant::now() < deadline, "{url} stays at {answer}\n{}", market.logs());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn ask(market: &Market, url: &str, operation: &Operation, who: Option<&Session>) -> Value {
    let body = json!({ "query": operation.query, "variables": operation.variables });
    let mut request = market.http.post(format!("{url}/graphql")).json(&body);
    if let Some(who) = who {
        request = request.bearer_auth(&who.access_token);
    }
    request.send().await.unwrap().json().await.unwrap()
}
