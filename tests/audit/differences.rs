//! What two answers differ in, and the reasons that are known.

use std::fmt;

use serde_json::Value;

use crate::operations::{Operation, Values};
use crate::other_words::{Words, in_first_words};

/// Two answers to one operation that are not alike.
pub(crate) struct Difference<'a> {
    graph: &'a str,
    operation: &'a Operation,
    ours: Value,
    theirs: Value,
}

/// What both can be asked again to find the reason of a difference.
pub(crate) trait Asked {
    async fn ours(&self, operation: &Operation) -> Value;
    async fn theirs(&self, operation: &Operation) -> Value;
}

impl<'a> Difference<'a> {
    /// None where data are equal, and errors are in both or in neither.
    pub(crate) fn between(graph: &'a str, operation: &'a Operation, ours: Value, theirs: Value) -> Option<Self> {
        (!alike(&ours, &theirs)).then_some(Self { graph, operation, ours, theirs })
    }

    /// Why that is no fault of ours.
    pub(crate) async fn reason(&self, both: &impl Asked) -> Option<&'static str> {
        if !alike(&self.ours, &both.ours(self.operation).await) {
            return Some("asked again, we answer otherwise: a subgraph does");
        }
        if !alike(&both.theirs(self.operation).await, &self.theirs) {
            return Some("asked again, the reference answers otherwise: a subgraph does");
        }
        for (words, reason) in WORDS {
            let mut theirs = both.theirs(&self.operation.in_other_words(words)).await;
            theirs["data"] = in_first_words(&theirs["data"]);
            if alike(&self.ours, &theirs) {
                return Some(reason);
            }
        }
        if self.graph.starts_with("market") {
            let mut ours = both.ours(&self.operation.in_other_words(Words { typed: true, ..ASKED })).await;
            ours["data"] = in_first_words(&ours["data"]);
            if alike(&ours, &self.theirs) {
                return Some(
                    "subgraph: async-graphql has null for an object of which every field failed; with its type we agree",
                );
            }
        }
        self.fault_of_theirs()
    }

    /// What is known of a suite, or can only be wrong in the reference.
    fn fault_of_theirs(&self) -> Option<&'static str> {
        let refused = self.ours["errors"][0]["message"] == "The operation cannot be planned.";
        if self.graph == "non-resolvable-interface-object" && refused {
            return Some("suite: no subgraph can be asked for Node.field of Query.a, and the audit wants that refused");
        }
        if self.graph == "provides-on-interface" && (has_errors(&self.ours) || has_errors(&self.theirs)) {
            return Some(
                "suite: some resolvers fail on purpose, and which of two equally long ways is taken is not determined",
            );
        }
        if self.graph == "requires-with-argument-conflict" && self.operation.query.contains("shippingEstimateEUR") {
            return Some("reference: it requires one field with two arguments as one, and fails the audit's own case");
        }
        let (ours, theirs) = (&self.ours["data"], &self.theirs["data"]);
        if self.graph == "simple-interface-object" && !has_errors(&self.ours) && !has_errors(&self.theirs) {
            if alike_but(ours, theirs, &|ours, theirs| ours.is_boolean() && theirs.is_boolean()) {
                return Some(
                    "suite: Admin.isActive is another in a than in c, and which of the two is asked is not determined",
                );
            }
            if alike_but(ours, theirs, &|ours, theirs| ours.is_object() && theirs.is_null()) {
                return Some("reference: it drops an object, of which a subgraph says a wrong __typename on purpose");
            }
        }
        let errors = self.theirs["errors"].as_array().map_or(&[][..], Vec::as_slice);
        let [code, subgraph] = ["code", "serviceName"].map(|name| &self.theirs["errors"][0]["extensions"][name]);
        if !has_errors(&self.ours) && code == "GRAPHQL_VALIDATION_FAILED" && subgraph.is_string() {
            return Some("reference: it sends a subgraph an operation that is not valid");
        }
        if ours.is_object() && theirs.is_null() && !errors.is_empty() && subgraph.is_null() {
            return Some("reference: it fails by itself, before or after the subgraphs are asked");
        }
        if !has_errors(&self.ours) && self.theirs["extensions"]["valueCompletion"].is_array() {
            return Some("reference: it misses a value, of which no subgraph says that there is none");
        }
        if errors.is_empty() && lacks(theirs, ours) {
            return Some("reference: it leaves out fields that were asked for");
        }
        None
    }
}

const ASKED: Words = Words { decided: false, renamed: false, typed: false };

/// Other words in which the reference should answer the same, and what it stumbles on if it does only then.
const WORDS: [(Words, &str); 5] = [
    (Words { renamed: true, ..ASKED }, "reference: it takes an alias for a field; with other aliases it agrees"),
    (Words { decided: true, ..ASKED }, "reference: it stumbles on conditions; without them it agrees"),
    (Words { typed: true, ..ASKED }, "reference: it does not know an object's type; where it is asked for, it agrees"),
    (
        Words { decided: true, renamed: true, typed: false },
        "reference: it stumbles on aliases and conditions; without them it agrees",
    ),
    (
        Words { decided: true, renamed: true, typed: true },
        "reference: it stumbles on aliases, conditions and types; in plain words it agrees",
    ),
];

/// Whether two answers are equal but where the exception holds.
fn alike_but(ours: &Value, theirs: &Value, exception: &impl Fn(&Value, &Value) -> bool) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .all(|(key, value)| theirs.get(key).is_some_and(|other| alike_but(value, other, exception)))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(ours, theirs)| alike_but(ours, theirs, exception))
        }
        _ => equal(ours, theirs) || exception(ours, theirs),
    }
}

/// Whether an answer is the other, but for keys that are missing in it.
fn lacks(answer: &Value, whole: &Value) -> bool {
    match (answer, whole) {
        (Value::Object(answer), Value::Object(whole)) => {
            answer.iter().all(|(key, value)| whole.get(key).is_some_and(|whole| lacks(value, whole)))
        }
        (Value::Array(answer), Value::Array(whole)) => {
            answer.len() == whole.len() && answer.iter().zip(whole).all(|(answer, whole)| lacks(answer, whole))
        }
        _ => equal(answer, whole),
    }
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { graph, operation, ours, theirs } = self;
        let Operation { query, variables } = operation;
        write!(formatter, "{graph}: {query}\nwith   {variables}\nours   {ours}\ntheirs {theirs}")
    }
}

fn alike(ours: &Value, theirs: &Value) -> bool {
    // Of a value that does not fit its type the reference tells in an extension, or, when anything else failed, not at all.
    let told = theirs["extensions"]["valueCompletion"].is_array();
    equal(&ours["data"], &theirs["data"]) && (told || has_errors(ours) == has_errors(theirs))
}

/// The order of fields means nothing here, nor how a number is written.
fn equal(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(_), Value::Object(_)) | (Value::Array(_), Value::Array(_)) => {
            alike_but(ours, theirs, &|_, _| false)
        }
        (Value::Number(ours), Value::Number(theirs)) => ours == theirs || ours.as_f64() == theirs.as_f64(),
        _ => ours == theirs,
    }
}

fn has_errors(answer: &Value) -> bool {
    answer["errors"].as_array().is_some_and(|errors| !errors.is_empty())
}

/// Takes the texts that a suite's operations and their answers have as values for arguments.
pub(crate) fn gather_texts(data: &Value, query: &str, values: &mut Values) {
    match data {
        Value::Object(object) => object.values().for_each(|value| gather_texts(value, "", values)),
        Value::Array(items) => items.iter().for_each(|value| gather_texts(value, "", values)),
        Value::String(text) => add(text, values),
        _ => {}
    }
    query.split('"').skip(1).step_by(2).for_each(|text| add(text, values));
}

fn add(text: &str, values: &mut Values) {
    for ty in ["ID", "String"] {
        values.add_to_type(ty, text.into());
    }
}
