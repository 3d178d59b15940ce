//! Random operations that are valid for a schema, for tests that compare what two routers answer.
//!
//! Equal seeds give equal operations. There are aliases (some of them names of other fields, as a router's own keys could
//! meet them), fragments with and without names, used once or again, on objects, interfaces and unions, conditions by
//! literals and by variables, arguments with literals and with variables inside and around them, and repeated fields that
//! have to be merged. Only queries are made: nothing that they do is seen by the next.

mod schema;
mod selections;
mod values;

use std::fmt::Write as _;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::Value;

pub(crate) use schema::Schema;
use selections::Writer;
pub(crate) use values::Values;

/// How large an operation may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The most fields, those of fragments counted once.
    pub(crate) fields: usize,
    /// The deepest nesting of fields.
    pub(crate) depth: usize,
}

/// An operation, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) query: String,
    pub(crate) variables: Value,
}

/// The operations of a seed, one after the other, without end.
pub(crate) struct Operations<'a> {
    schema: &'a Schema,
    values: &'a Values,
    bounds: Bounds,
    random: StdRng,
}

impl<'a> Operations<'a> {
    pub(crate) fn new(schema: &'a Schema, values: &'a Values, bounds: Bounds, seed: u64) -> Self {
        Self { schema, values, bounds, random: StdRng::seed_from_u64(seed) }
    }
}

impl Iterator for Operations<'_> {
    type Item = Operation;

    fn next(&mut self) -> Option<Operation> {
        let mut writer = Writer::new(self.schema, self.values, self.bounds, &mut self.random);
        let body = writer.root();
        let (declarations, variables) = writer.arguments.variables();
        let mut query = String::from("query");
        if !declarations.is_empty() {
            let _ = write!(query, "({})", declarations.join(", "));
        }
        let _ = write!(query, " {body}");
        for definition in writer.definitions() {
            let _ = write!(query, "\n{definition}");
        }
        Some(Operation { query, variables })
    }
}
