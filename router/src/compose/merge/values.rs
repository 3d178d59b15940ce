//! Input objects and enums.

use indexmap::IndexSet;

use super::super::model::{Directives, EnumValue, InputValue, Type};
use super::super::specs::Known;
use super::fields::TypeCodes;
use super::join::JoinField;
use super::{EnumUsage, Merger, Position, join};

const INPUT: TypeCodes =
    TypeCodes { input: true, error: "FIELD_TYPE_MISMATCH", hint: "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE" };

impl<'a> Merger<'a> {
    /// An input object has the fields that every subgraph knows.
    pub(super) fn merge_inputs(&mut self, owner: &str, sources: &[(usize, &'a Type)]) {
        let names: IndexSet<&'a String> = sources.iter().flat_map(|(_, ty)| ty.inputs.keys()).collect();
        for name in names {
            let values: Vec<(usize, &'a InputValue)> =
                sources.iter().filter_map(|(at, ty)| Some((*at, ty.inputs.get(name)?))).collect();
            let place = format!("input field \"{owner}.{name}\"");
            let Some((mut value, all_equal)) =
                self.merge_input(&place, &values, &INPUT, "INPUT_FIELD_DEFAULT_MISMATCH")
            else {
                continue;
            };
            let missing: Vec<usize> =
                sources.iter().filter(|(_, ty)| !ty.inputs.contains_key(name)).map(|(at, _)| *at).collect();
            if !missing.is_empty() && !value.directives.has(Known::Inaccessible) {
                self.refuse_input(&place, &values, &missing);
                continue;
            }
            if !all_equal || !missing.is_empty() {
                value.directives.extend(values.iter().map(|(at, own)| {
                    let ty = (!all_equal).then(|| own.ty.to_string());
                    JoinField { id: &self.graphs[*at].id, ty, ..JoinField::default() }.directive()
                }));
            }
            if let Some(merged) = self.schema.types.get_mut(owner) {
                merged.inputs.insert(name.clone(), value);
            }
        }
        if self.schema.types.get(owner).is_some_and(|merged| merged.inputs.is_empty()) {
            let message = format!("no field of input \"{owner}\" is known to all subgraphs that define it");
            let places = self.places(sources.iter().map(|(at, ty)| (*at, ty.position)));
            self.report.error_at("EMPTY_MERGED_INPUT_TYPE", message, places);
        }
    }

    /// A field that some subgraph does not know cannot be given.
    fn refuse_input(&mut self, place: &str, values: &[(usize, &'a InputValue)], missing: &[usize]) {
        let missing = self.list(missing.iter().copied());
        let required: Vec<usize> = values.iter().filter(|(_, value)| value.is_required()).map(|(at, _)| *at).collect();
        if required.is_empty() {
            let defined = self.list(values.iter().map(|(at, _)| *at));
            let message = format!("{place} is left out: it is defined in {defined} but not in {missing}");
            self.report.hint("INCONSISTENT_INPUT_OBJECT_FIELD", message, Vec::new());
        } else {
            let required = self.list(required);
            let message = format!("{place} is required in {required}, but does not exist in {missing}");
            let places = self.input_places(values);
            self.report.error_at("REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH", message, places);
        }
    }

    /// An enum that is only answered has the values of all subgraphs, one that is only asked with has those that all
    /// know, and one that is both must be the same everywhere.
    pub(super) fn merge_values(&mut self, owner: &str, sources: &[(usize, &'a Type)]) {
        let usage = self.enums.remove(owner).unwrap_or_else(|| {
            let message = format!("enum \"{owner}\" is used nowhere; it has the values of all subgraphs");
            self.report.hint("UNUSED_ENUM_TYPE", message, Vec::new());
            EnumUsage::default()
        });
        let names: IndexSet<&'a String> = sources.iter().flat_map(|(_, ty)| ty.values.keys()).collect();
        for name in names {
            let (having, lacking): (Vec<_>, Vec<_>) = sources.iter().partition(|(_, ty)| ty.values.contains_key(name));
            let values: Vec<(usize, &'a EnumValue)> =
                having.iter().filter_map(|(at, ty)| Some((*at, ty.values.get(name)?))).collect();
            let hidden = values.iter().any(|(_, value)| value.directives.has(Known::Inaccessible));
            let place = format!("value \"{name}\" of enum \"{owner}\"");
            if !lacking.is_empty() {
                let defined = self.list(having.iter().map(|(at, _)| *at));
                let missing = self.list(lacking.iter().map(|(at, _)| *at));
                let where_it_is = format!("it is defined in {defined} but not in {missing}");
                match (&usage.input, &usage.output) {
                    (Some(input), Some(output)) if !hidden => {
                        let message = format!(
                            "{place} must be the same everywhere, because the enum is input (as in {input}) and output (as in {output}), but {where_it_is}"
                        );
                        let places = self.places(sources.iter().map(|(at, ty)| (*at, ty.position)));
                        self.report.error_at("ENUM_VALUE_MISMATCH", message, places);
                    }
                    (Some(_), None) if !hidden => {
                        let message = format!("{place} is left out: {where_it_is}");
                        self.report.hint("INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM", message, Vec::new());
                        continue;
                    }
                    (None, _) => {
                        let message = format!("{place} is not known everywhere: {where_it_is}");
                        self.report.hint("INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM", message, Vec::new());
                    }
                    _ => {}
                }
            }
            let value = self.merge_value(&place, &values);
            if let Some(merged) = self.schema.types.get_mut(owner) {
                merged.values.insert(name.clone(), value);
            }
        }
        if self.schema.types.get(owner).is_some_and(|merged| merged.values.is_empty()) {
            let message = format!("no value of enum \"{owner}\" is known to all subgraphs that define it");
            let places = self.places(sources.iter().map(|(at, ty)| (*at, ty.position)));
            self.report.error_at("EMPTY_MERGED_ENUM_TYPE", message, places);
        }
    }

    fn merge_value(&mut self, place: &str, values: &[(usize, &'a EnumValue)]) -> EnumValue {
        let descriptions: Vec<_> = values.iter().map(|(at, value)| (*at, value.description.as_ref())).collect();
        let description = self.merge_descriptions(place, &descriptions);
        let applied: Vec<_> = values.iter().map(|(at, value)| (*at, &value.directives)).collect();
        let mut directives = self.merge_directives(place, &applied, &[]);
        directives.extend(values.iter().map(|(at, _)| join::enum_value(&self.graphs[*at].id)));
        EnumValue { description, directives, position: Position::default() }
    }
}
