//! What depends on the operation: which variables it uses, in its fragments too, and whether they fit where they are used.

use std::collections::HashMap;

use super::values::Expected;
use super::{TooManySteps, Validator};
use crate::operation::ast::{Offset, Operation, Value, VariableDefinition};
use crate::schema::TypeRef;

/// What a definition uses.
#[derive(Default)]
pub(super) struct Uses<'a> {
    pub(super) variables: Vec<VariableUse<'a>>,
    /// The positions of the fragments that it spreads.
    pub(super) spreads: Vec<usize>,
}

pub(super) struct VariableUse<'a> {
    pub(super) name: &'a str,
    pub(super) at: Offset,
    pub(super) expected: Option<Expected<'a>>,
}

/// A variable of the operation that is checked.
struct Declared<'a> {
    definition: &'a VariableDefinition,
    is_used: bool,
}

impl<'a> Validator<'a> {
    /// Checks the variables of all operations, and that every fragment is used.
    pub(super) fn check_uses(&mut self) -> Result<(), TooManySteps> {
        let operations = std::mem::take(&mut self.uses_of_operations);
        let fragments = std::mem::take(&mut self.uses_of_fragments);
        // In which operation a fragment was met last.
        let mut met = vec![usize::MAX; fragments.len()];
        for (number, (operation, own)) in self.document.operations.iter().zip(&operations).enumerate() {
            let mut declared: HashMap<&str, Declared<'a>> = operation
                .variables
                .iter()
                .map(|definition| (&*definition.name, Declared { definition, is_used: false }))
                .collect();
            let mut open = vec![own];
            while let Some(uses) = open.pop() {
                self.step(uses.variables.len() + uses.spreads.len())?;
                for variable in &uses.variables {
                    self.check_use(operation, &mut declared, variable);
                }
                for spread in &uses.spreads {
                    if std::mem::replace(&mut met[*spread], number) != number {
                        open.extend(fragments.get(*spread));
                    }
                }
            }
            let unused = operation
                .variables
                .iter()
                .filter(|definition| declared.get(&*definition.name).is_some_and(|declared| !declared.is_used));
            for definition in unused {
                self.report(definition.at, || {
                    format!("Variable \"${}\" is never used{}.", definition.name, in_operation(operation))
                });
            }
        }
        for fragment in &self.document.fragments {
            if self.fragments.get(&*fragment.name).is_some_and(|at| met[*at] == usize::MAX) {
                self.report(fragment.at, || format!("Fragment \"{}\" is never used.", fragment.name));
            }
        }
        Ok(())
    }

    fn check_use(
        &mut self,
        operation: &'a Operation,
        declared: &mut HashMap<&str, Declared<'a>>,
        variable: &VariableUse<'a>,
    ) {
        let name = variable.name;
        let Some(declared) = declared.get_mut(name) else {
            return self
                .report(variable.at, || format!("Variable \"${name}\" is not defined{}.", by_operation(operation)));
        };
        declared.is_used = true;
        let Some(expected) = variable.expected else { return };
        let definition = declared.definition;
        let is_known = self.schema.get(definition.ty.name()).is_some();
        if is_known && !is_allowed(definition, expected) {
            self.report(variable.at, || {
                let (ty, expected) = (&definition.ty, expected.ty);
                format!("Variable \"${name}\" of type \"{ty}\" used in position expecting type \"{expected}\".")
            });
        }
        if let Some(one_of) = expected.one_of
            && !definition.ty.is_non_null()
        {
            self.report(variable.at, || {
                let ty = &definition.ty;
                format!("Variable \"${name}\" is of type \"{ty}\" but must be non-nullable to be used for OneOf Input Object \"{one_of}\".")
            });
        }
    }
}

fn is_allowed(definition: &VariableDefinition, expected: Expected<'_>) -> bool {
    if expected.ty.is_non_null() && !definition.ty.is_non_null() {
        let has_value = definition.default.as_ref().is_some_and(|default| !matches!(default, Value::Null));
        return (has_value || expected.has_default) && fits(&definition.ty, expected.ty.nullable());
    }
    fits(&definition.ty, expected.ty)
}

fn fits(variable: &TypeRef, place: &TypeRef) -> bool {
    match (variable, place) {
        (TypeRef::NonNull(variable), TypeRef::NonNull(place)) | (TypeRef::List(variable), TypeRef::List(place)) => {
            fits(variable, place)
        }
        (TypeRef::NonNull(variable), _) => fits(variable, place),
        (TypeRef::Named(variable), TypeRef::Named(place)) => variable == place,
        _ => false,
    }
}

fn in_operation(operation: &Operation) -> String {
    operation.name.as_ref().map(|name| format!(" in operation \"{name}\"")).unwrap_or_default()
}

fn by_operation(operation: &Operation) -> String {
    operation.name.as_ref().map(|name| format!(" by operation \"{name}\"")).unwrap_or_default()
}
