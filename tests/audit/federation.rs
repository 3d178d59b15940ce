//! The score in the public federation audit.

use serde_json::{Value, json};

use crate::composition;
use crate::folder::Folder;
use crate::process::{Router, compose, write_subgraphs};
use crate::suites::{Case, Suite};

/// How many of how many.
#[derive(Clone, Copy, Default)]
struct Score {
    passed: usize,
    of: usize,
}

impl Score {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.of += other.of;
    }

    fn shown(self) -> String {
        format!("{}/{}", self.passed, self.of)
    }
}

/// Prints the score of every suite and of all; whether nothing failed.
pub(crate) async fn run(server: &str, only: Option<&str>) -> bool {
    let mut total = [Score::default(); 3];
    let mut failures = Vec::new();
    println!("{:<36} {:>11} {:>11} {:>11}", "suite", "composition", "answers", "reference's");
    for suite in Suite::all(server, only).await {
        let folder = Folder::new();
        let config = write_subgraphs(&folder, &suite.subgraphs);
        let differences = match compose(&config) {
            Ok(ours) => composition::differences(&suite.supergraph, &ours),
            Err(said) => vec![said],
        };
        let equal = Score { passed: differences.is_empty().into(), of: 1 };
        failures.extend(differences.into_iter().map(|difference| format!("{}: {difference}", suite.name)));
        let reference = folder.write("supergraph.graphql", &suite.supergraph);
        let ours = answers(&suite, Router::start(&["--compose"], &config).await, &mut failures).await;
        let reference = answers(&suite, Router::start(&["--supergraph"], &reference).await, &mut failures).await;
        let scores = [equal, ours, reference];
        let [equal, ours, reference] = scores.map(Score::shown);
        println!("{:<36} {equal:>11} {ours:>11} {reference:>11}", suite.name);
        total.iter_mut().zip(scores).for_each(|(sum, score)| sum.add(score));
    }
    for failure in &failures {
        println!("\n{failure}");
    }
    let [equal, ours, reference] = total.map(Score::shown);
    println!();
    println!("supergraphs that we composed and that equal the reference's: {equal}");
    println!("answers as expected, over the supergraphs that we composed:  {ours}");
    println!("answers as expected, over the reference's supergraphs:       {reference}");
    total.iter().all(|score| score.of > 0 && score.passed == score.of)
}

async fn answers(suite: &Suite, router: Option<Router>, failures: &mut Vec<String>) -> Score {
    let cases = suite.cases().await;
    let mut score = Score { passed: 0, of: cases.len() };
    let Some(router) = router else {
        failures.push(format!("{}: the router does not start", suite.name));
        return score;
    };
    for Case { query, expected } in cases {
        let answer = router.ask(&query, &json!({})).await;
        let errors = answer["errors"].as_array().is_some_and(|errors| !errors.is_empty());
        // What has no data has null.
        if answer.get("data").unwrap_or(&Value::Null) == &expected.data && errors == expected.errors {
            score.passed += 1;
        } else {
            let expected = json!({ "data": expected.data, "errors": expected.errors });
            failures.push(format!("{}:\n{query}\nexpected {expected}\nactual   {answer}", suite.name));
        }
    }
    score
}
