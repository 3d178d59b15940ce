//! `@external`: what a subgraph says of a field that others resolve must be true.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::model::{Field, InputValue};
use super::fields::{FieldSource, MergedTypeRef, present};
use super::{Merger, variants};

impl<'a> Merger<'a> {
    pub(super) fn check_external_fields(
        &mut self,
        owner: &str,
        name: &str,
        sources: &[FieldSource<'a>],
        (merged, arguments): (&MergedTypeRef, &IndexMap<String, InputValue>),
    ) {
        let all = present(sources);
        let external: Vec<(usize, &'a Field)> =
            all.iter().filter(|(at, _)| self.graphs[*at].facts.is_external(owner, name)).copied().collect();
        if external.is_empty() {
            return;
        }
        let place = format!("\"{owner}.{name}\"");
        let fits = |field: &Field| {
            field.ty == merged.ty || (!merged.all_equal && self.schema.is_subtype(&field.ty, &merged.ty))
        };
        if external.iter().any(|(_, field)| !fits(field)) {
            let list = variants(self.graphs, all.iter().map(|(at, field)| (*at, format!("\"{}\"", field.ty))));
            let message = format!("{place} does not have the type that it has where it is @external: it has {list}");
            let places = self.field_places(sources);
            self.report.error_at("EXTERNAL_TYPE_MISMATCH", message, places);
        }
        let (mut missing, mut types, mut defaults) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (argument, wanted) in arguments {
            for (_, field) in &external {
                let Some(own) = field.arguments.get(argument) else {
                    missing.insert(argument);
                    continue;
                };
                if own.ty != wanted.ty && !self.schema.is_subtype(&wanted.ty, &own.ty) {
                    types.insert(argument);
                }
                let same = match (&own.default, &wanted.default) {
                    (Some(one), Some(two)) => one.same(two),
                    (None, None) => true,
                    _ => false,
                };
                if !same {
                    defaults.insert(argument);
                }
            }
        }
        let show = |argument: &str, text: &dyn Fn(&InputValue) -> String| {
            let found = all.iter().map(|(at, field)| {
                (*at, field.arguments.get(argument).map_or_else(|| "no such argument".to_owned(), text))
            });
            variants(self.graphs, found)
        };
        let mut errors = Vec::new();
        for argument in missing {
            let list = show(argument, &|_| "the argument".to_owned());
            errors.push((
                "EXTERNAL_ARGUMENT_MISSING",
                argument,
                format!("is missing where the field is @external: there is {list}"),
            ));
        }
        for argument in types {
            let list = show(argument, &|value| format!("\"{}\"", value.ty));
            let problem = format!("does not have the type that it has where the field is @external: it has {list}");
            errors.push(("EXTERNAL_ARGUMENT_TYPE_MISMATCH", argument, problem));
        }
        for argument in defaults {
            let list = show(argument, &|value| {
                let default = value.default.as_ref();
                default.map_or_else(|| "no default value".to_owned(), |value| format!("default value {value}"))
            });
            let problem =
                format!("does not have the default value that it has where the field is @external: it has {list}");
            errors.push(("EXTERNAL_ARGUMENT_DEFAULT_MISMATCH", argument, problem));
        }
        for (code, argument, problem) in errors {
            let places = self.field_places(sources);
            self.report.error_at(code, format!("argument \"{owner}.{name}({argument}:)\" {problem}"), places);
        }
    }
}
