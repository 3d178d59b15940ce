//! What selections mean on a schema.

use super::model::{Field, Schema};
use super::syntax::{FieldSelection, Kind, Selection, print_selections};
use super::values::fits;

/// The name that asks for a value's type.
pub(super) const TYPENAME: &str = "__typename";

/// Whether selections can be made on a type. Every field that they name is shown to the visitor with its type, until
/// something does not fit; the error is a sentence.
pub(super) fn validate<'a>(
    schema: &'a Schema,
    type_name: &'a str,
    selections: &'a [Selection],
    visitor: &mut dyn FnMut(&'a str, &'a str, &'a Field) -> Result<(), String>,
) -> Result<(), String> {
    for selection in selections {
        match selection {
            Selection::Spread(name) => return Err(format!("it has a fragment \"{name}\" that is defined nowhere")),
            Selection::Fragment(fragment) => {
                let on = fragment.on.as_deref().unwrap_or(type_name);
                if !schema.kind(on).is_some_and(Kind::is_composite) {
                    return Err(format!("it has a fragment on \"{on}\", which has no fields in this subgraph"));
                }
                if schema.runtime_types(on).is_disjoint(&schema.runtime_types(type_name)) {
                    return Err(format!("it has a fragment on \"{on}\", which a \"{type_name}\" can never be"));
                }
                validate(schema, on, &fragment.selections, visitor)?;
            }
            Selection::Field(field) => validate_field(schema, type_name, field, visitor)?,
        }
    }
    Ok(())
}

fn validate_field<'a>(
    schema: &'a Schema,
    type_name: &'a str,
    selection: &'a FieldSelection,
    visitor: &mut dyn FnMut(&'a str, &'a str, &'a Field) -> Result<(), String>,
) -> Result<(), String> {
    let name = selection.name.as_str();
    if selection.alias.is_some() {
        return Err(format!("it has an alias for \"{name}\", and aliases are not supported"));
    }
    if name == TYPENAME {
        return Ok(());
    }
    let Some(field) = schema.field(type_name, name) else {
        return Err(format!(
            "type \"{type_name}\" has no field \"{name}\" in this subgraph; if another subgraph has it, it must be added with @external"
        ));
    };
    let place = format!("\"{type_name}.{name}\"");
    visitor(type_name, name, field)?;
    for (argument, value) in &selection.arguments {
        match field.arguments.get(argument) {
            None => return Err(format!("{place} has no argument \"{argument}\"")),
            Some(definition) if !fits(value, &definition.ty, schema) => {
                return Err(format!("{value} does not fit argument \"{argument}\" of {place}"));
            }
            Some(_) => {}
        }
    }
    for (argument, definition) in &field.arguments {
        if definition.is_required() && !selection.arguments.iter().any(|(given, _)| given == argument) {
            return Err(format!("{place} needs argument \"{argument}\""));
        }
    }
    let composite = schema.kind(field.ty.name()).is_some_and(Kind::is_composite);
    if composite && selection.selections.is_empty() {
        return Err(format!("{place} needs a selection of its fields"));
    }
    if !composite && !selection.selections.is_empty() {
        return Err(format!("{place} has no fields to select"));
    }
    validate(schema, field.ty.name(), &selection.selections, visitor)
}

/// The fields that selections name, with their types, as far as the schema has them. With `implementations`, a field of
/// an interface counts for all that implement it.
pub(super) fn fields<'a>(
    schema: &'a Schema,
    type_name: &'a str,
    selections: &'a [Selection],
    implementations: bool,
) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    collect(schema, type_name, selections, implementations, &mut found);
    found
}

fn collect<'a>(
    schema: &'a Schema,
    type_name: &'a str,
    selections: &'a [Selection],
    implementations: bool,
    found: &mut Vec<(&'a str, &'a str)>,
) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                let Some(definition) = schema.field(type_name, &field.name) else { continue };
                found.push((type_name, &field.name));
                if implementations && schema.kind(type_name) == Some(Kind::Interface) {
                    let objects = schema.implementers(type_name).filter(|(_, ty)| ty.kind == Kind::Object);
                    found.extend(
                        objects
                            .filter(|(_, ty)| ty.fields.contains_key(&field.name))
                            .map(|(name, _)| (name, field.name.as_str())),
                    );
                }
                collect(schema, definition.ty.name(), &field.selections, implementations, found);
            }
            Selection::Fragment(fragment) => {
                let on = fragment.on.as_deref().unwrap_or(type_name);
                collect(schema, on, &fragment.selections, implementations, found);
            }
            Selection::Spread(_) => {}
        }
    }
}

/// A text that is equal for selections that select the same.
pub(super) fn normal(selections: &[Selection]) -> String {
    print_selections(&sorted(selections))
}

fn sorted(selections: &[Selection]) -> Vec<Selection> {
    let mut selections: Vec<Selection> = selections
        .iter()
        .map(|selection| match selection {
            Selection::Field(field) => {
                let mut field = field.clone();
                field.selections = sorted(&field.selections);
                field.arguments.sort_by(|left, right| left.0.cmp(&right.0));
                Selection::Field(field)
            }
            Selection::Fragment(fragment) => {
                let mut fragment = fragment.clone();
                fragment.selections = sorted(&fragment.selections);
                Selection::Fragment(fragment)
            }
            Selection::Spread(name) => Selection::Spread(name.clone()),
        })
        .collect();
    selections.sort_by_cached_key(|selection| print_selections(std::slice::from_ref(selection)));
    selections.dedup();
    selections
}
