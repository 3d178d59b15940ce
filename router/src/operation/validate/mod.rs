//! Whether operations fit a schema: the rules of the specification's chapter on validation.
//!
//! Every definition is walked once ([`selections`], [`values`]); what depends on the operation that a fragment is used in
//! is checked from notes taken on the way ([`variables`]); last come the fields that meet in one response key
//! ([`merging`]). The latter two may visit a fragment for each of its uses: their steps are bounded. Fragments that spread
//! each other in a circle, or too deeply, were refused before, when the document was counted.

mod merging;
mod selections;
mod values;
mod variables;

use std::collections::{HashMap, HashSet};

use super::ast::{Document, Offset, OperationKind};
use super::positions;
use crate::error::{GraphError, codes};
use crate::schema::{Schema, TypeInfo};

/// How many errors are told.
const MOST_ERRORS: usize = 50;
/// How many uses of fields and variables are looked at, fragments expanded: a hundred times what a large page needs.
const MOST_STEPS: usize = 60_000;

/// Checks every definition of a document.
pub(crate) fn validate(schema: &Schema, text: &str, document: &Document) -> Result<(), Vec<GraphError>> {
    let mut validator = Validator::new(schema, document);
    validator.check_names();
    for operation in &document.operations {
        validator.check_operation(operation);
    }
    for fragment in &document.fragments {
        validator.check_fragment(fragment);
    }
    let bounded = validator.check_uses().and_then(|()| {
        // What is not even known cannot be merged.
        if validator.errors.is_empty() { validator.check_merging() } else { Ok(()) }
    });
    match bounded {
        Ok(()) if validator.errors.is_empty() => Ok(()),
        Ok(()) => Err(told(validator.errors, text)),
        Err(TooManySteps) => {
            Err(vec![GraphError::new(codes::TOO_COMPLEX, "The operation uses its fragments too often to be checked.")])
        }
    }
}

/// Checking takes longer than allowed.
struct TooManySteps;

/// An error, and the places that it is about.
struct Problem {
    places: Vec<Offset>,
    message: String,
}

struct Validator<'a> {
    schema: &'a Schema,
    document: &'a Document,
    /// The positions of fragments by their names.
    fragments: HashMap<&'a str, usize>,
    errors: Vec<Problem>,
    /// What the definition that is walked uses.
    uses: variables::Uses<'a>,
    uses_of_operations: Vec<variables::Uses<'a>>,
    uses_of_fragments: Vec<variables::Uses<'a>>,
    steps: usize,
}

impl<'a> Validator<'a> {
    fn new(schema: &'a Schema, document: &'a Document) -> Self {
        Self {
            schema,
            document,
            fragments: document.fragments.iter().enumerate().map(|(at, fragment)| (&*fragment.name, at)).collect(),
            errors: Vec::new(),
            uses: variables::Uses::default(),
            uses_of_operations: Vec::with_capacity(document.operations.len()),
            uses_of_fragments: Vec::with_capacity(document.fragments.len()),
            steps: MOST_STEPS,
        }
    }

    fn report(&mut self, place: Offset, message: impl FnOnce() -> String) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(Problem { places: vec![place], message: message() });
        }
    }

    fn step(&mut self, count: usize) -> Result<(), TooManySteps> {
        self.steps = self.steps.checked_sub(count).ok_or(TooManySteps)?;
        Ok(())
    }

    fn root(&self, kind: OperationKind) -> Option<&'a TypeInfo> {
        let name = match kind {
            OperationKind::Query => Some(&self.schema.query),
            OperationKind::Mutation => self.schema.mutation.as_ref(),
            OperationKind::Subscription => self.schema.subscription.as_ref(),
        };
        name.and_then(|name| self.schema.get(name)).map(|info| &**info)
    }

    fn check_names(&mut self) {
        let document = self.document;
        let names = document.operations.iter().filter_map(|operation| Some((operation.name.as_deref()?, operation.at)));
        for (name, at) in repeated(names) {
            self.report(at, || format!("There can be only one operation named \"{name}\"."));
        }
        if document.operations.len() > 1 {
            for operation in document.operations.iter().filter(|operation| operation.name.is_none()) {
                self.report(operation.at, || "This anonymous operation must be the only defined operation.".to_owned());
            }
        }
        for (name, at) in repeated(document.fragments.iter().map(|fragment| (&*fragment.name, fragment.at))) {
            self.report(at, || format!("There can be only one fragment named \"{name}\"."));
        }
    }
}

/// The names that come more than once, each time but the first.
fn repeated<'n>(names: impl Iterator<Item = (&'n str, Offset)>) -> Vec<(&'n str, Offset)> {
    let mut known: Vec<&str> = Vec::new();
    let mut many: HashSet<&str> = HashSet::new();
    names
        .filter(|(name, _)| {
            if known.len() < 8 {
                let is_known = known.contains(name);
                known.push(name);
                return is_known;
            }
            !many.insert(name) || known.contains(name)
        })
        .collect()
}

/// The errors as clients see them.
fn told(problems: Vec<Problem>, text: &str) -> Vec<GraphError> {
    let places = problems.iter().flat_map(|problem| problem.places.iter().copied()).collect();
    let positions: HashMap<Offset, (usize, usize)> = positions(text, places).into_iter().collect();
    problems
        .into_iter()
        .map(|problem| GraphError {
            locations: problem.places.iter().filter_map(|place| positions.get(place).copied()).collect(),
            ..GraphError::new(codes::VALIDATION, problem.message)
        })
        .collect()
}
