//! Arguments of fields and directives, and default values.

use indexmap::{IndexMap, IndexSet};

use super::super::model::{Directives, Field, InputValue};
use super::super::specs::Known;
use super::super::syntax::{TypeRef, Value};
use super::fields::{MergedTypeRef, TypeCodes};
use super::{Merger, Position, variants};

const ARGUMENT: TypeCodes =
    TypeCodes { input: true, error: "FIELD_ARGUMENT_TYPE_MISMATCH", hint: "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE" };

impl<'a> Merger<'a> {
    /// The arguments that all subgraphs have. `owner` is the coordinate of the field.
    pub(super) fn merge_arguments(
        &mut self,
        owner: &str,
        fields: &[(usize, &'a Field)],
    ) -> IndexMap<String, InputValue> {
        let found: Vec<_> = fields.iter().map(|(at, field)| (*at, &field.arguments)).collect();
        self.merge_argument_lists(owner, &found)
    }

    pub(super) fn merge_argument_lists(
        &mut self,
        owner: &str,
        sources: &[(usize, &'a IndexMap<String, InputValue>)],
    ) -> IndexMap<String, InputValue> {
        let names: IndexSet<&'a String> = sources.iter().flat_map(|(_, arguments)| arguments.keys()).collect();
        let mut merged = IndexMap::new();
        for name in names {
            let place = format!("argument \"{owner}({name}:)\"");
            let (having, lacking): (Vec<_>, Vec<_>) =
                sources.iter().partition(|(_, arguments)| arguments.contains_key(name));
            let values: Vec<(usize, &'a InputValue)> =
                having.iter().filter_map(|(at, arguments)| Some((*at, arguments.get(name)?))).collect();
            if values.iter().any(|(_, value)| value.directives.has(Known::FromContext)) {
                self.check_contextual(&place, &values);
            } else if lacking.is_empty() {
                if let Some(value) = self.merge_input(&place, &values, &ARGUMENT, "FIELD_ARGUMENT_DEFAULT_MISMATCH") {
                    merged.insert(name.clone(), value.0);
                }
            } else {
                let required: Vec<usize> =
                    values.iter().filter(|(_, value)| value.is_required()).map(|(at, _)| *at).collect();
                let missing = self.list(lacking.iter().map(|(at, _)| *at));
                if required.is_empty() {
                    let defined = self.list(values.iter().map(|(at, _)| *at));
                    let message = format!("{place} is left out: it is defined in {defined} but not in {missing}");
                    self.report.hint("INCONSISTENT_ARGUMENT_PRESENCE", message, Vec::new());
                } else {
                    let required = self.list(required);
                    let message = format!("{place} is required in {required}, but does not exist in {missing}");
                    let places = self.input_places(&values);
                    self.report.error_at("REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH", message, places);
                }
            }
        }
        merged
    }

    /// An argument that is taken from a context in one subgraph is none of the supergraph's; the others must do without.
    fn check_contextual(&mut self, place: &str, values: &[(usize, &'a InputValue)]) {
        for (at, value) in values.iter().filter(|(_, value)| !value.directives.has(Known::FromContext)) {
            let code = "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS";
            let places = self.places([(*at, value.position)]);
            let name = self.name(*at);
            if value.is_required() {
                let message = format!(
                    "{place} is taken from a context in some subgraphs, but in \"{name}\" it has no @fromContext, cannot be null and has no default value"
                );
                self.report.error_at(code, message, places);
            } else {
                let message =
                    format!("{place} of subgraph \"{name}\" is left out: it is taken from a context in others");
                self.report.hint(code, message, places);
            }
        }
    }

    pub(super) fn input_places(&self, values: &[(usize, &'a InputValue)]) -> Vec<(&'a str, Position)> {
        self.places(values.iter().map(|(at, value)| (*at, value.position)))
    }

    /// Merges an argument or input field that subgraphs have.
    pub(super) fn merge_input(
        &mut self,
        place: &str,
        values: &[(usize, &'a InputValue)],
        codes: &TypeCodes,
        default_code: &'static str,
    ) -> Option<(InputValue, bool)> {
        let descriptions: Vec<_> = values.iter().map(|(at, value)| (*at, value.description.as_ref())).collect();
        let description = self.merge_descriptions(place, &descriptions);
        let applied: Vec<_> = values.iter().map(|(at, value)| (*at, &value.directives)).collect();
        let directives = self.merge_directives(place, &applied, &[]);
        let types: Vec<(usize, &TypeRef)> = values.iter().map(|(at, value)| (*at, &value.ty)).collect();
        let MergedTypeRef { ty, all_equal } = self.merge_type_refs(place, &types, codes)?;
        self.note_enum(&ty, true, place);
        let default = self.merge_defaults(place, values, default_code);
        Some((InputValue { description, ty, default, directives, position: Position::default() }, all_equal))
    }

    fn merge_defaults(&mut self, place: &str, values: &[(usize, &'a InputValue)], code: &'static str) -> Option<Value> {
        let first = values.iter().find_map(|(_, value)| value.default.as_ref())?;
        let differs = values.iter().any(|(_, value)| value.default.as_ref().is_some_and(|other| !other.same(first)));
        let partial = values.iter().any(|(_, value)| value.default.is_none());
        if !differs && !partial {
            return Some(first.clone());
        }
        let list = variants(
            self.graphs,
            values.iter().map(|(at, value)| {
                let text = value.default.as_ref();
                (*at, text.map_or_else(|| "no default value".to_owned(), |value| format!("default value {value}")))
            }),
        );
        if differs {
            let places = self.input_places(values);
            self.report.error_at(code, format!("{place} has different default values: {list}"), places);
            return Some(first.clone());
        }
        let message = format!("{place} has no default value in the supergraph: it has {list}");
        self.report.hint("INCONSISTENT_DEFAULT_VALUE_PRESENCE", message, Vec::new());
        None
    }
}
