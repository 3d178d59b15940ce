//! An operation as a tree of fields and type conditions: fragments expanded, conditions decided.

use std::collections::HashMap;

use async_graphql::Name;

use crate::operation::{self as ast, Argument, Directive, argument};
use crate::schema::Schema;

/// A field or a type condition.
#[derive(Clone, Debug)]
pub(super) enum Item<'a> {
    Field(Box<Field<'a>>),
    On { type_name: Name, items: Vec<Item<'a>> },
}

/// A field as selected.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    /// The type that it is selected on.
    pub(super) parent: Name,
    pub(super) name: Name,
    pub(super) alias: Option<Name>,
    pub(super) arguments: &'a [Argument],
    pub(super) directives: &'a [Directive],
    /// Whether it has fields of its own.
    pub(super) composite: bool,
    pub(super) items: Vec<Item<'a>>,
    pub(super) denied: bool,
}

impl Field<'_> {
    /// The key of the field in the answer.
    pub(super) fn key(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

/// Expands an operation's selection.
pub(super) struct Expander<'a> {
    pub(super) schema: &'a Schema,
    pub(super) fragments: HashMap<&'a str, &'a ast::Fragment>,
    /// Decides a condition's variable.
    pub(super) condition: &'a dyn Fn(&str) -> bool,
    /// Whether a field of a type is denied.
    pub(super) denied: &'a dyn Fn(&str, &str) -> bool,
}

impl<'a> Expander<'a> {
    pub(super) fn expand(&self, parent: &Name, selections: &'a [ast::Selection]) -> Vec<Item<'a>> {
        let mut items = Vec::with_capacity(selections.len());
        for selection in selections {
            match selection {
                ast::Selection::Field(field) => {
                    if self.keeps(&field.directives) {
                        items.push(self.field(parent, field));
                    }
                }
                ast::Selection::Inline(fragment) => {
                    if self.keeps(&fragment.directives) {
                        let on = fragment.on.as_ref().unwrap_or(parent);
                        let inner = self.expand(on, &fragment.selections);
                        push_condition(&mut items, parent, on, inner);
                    }
                }
                ast::Selection::Spread(spread) => {
                    if let Some(fragment) = self.fragments.get(&*spread.name)
                        && self.keeps(&spread.directives)
                    {
                        let inner = self.expand(&fragment.on, &fragment.selections);
                        push_condition(&mut items, parent, &fragment.on, inner);
                    }
                }
            }
        }
        items
    }

    fn field(&self, parent: &Name, field: &'a ast::Field) -> Item<'a> {
        let info = self.schema.get(parent).and_then(|ty| self.schema.field(ty, &field.name));
        let target = info.map(|info| info.ty.name());
        let items = match target {
            Some(target) if !field.selections.is_empty() => self.expand(target, &field.selections),
            _ => Vec::new(),
        };
        Item::Field(Box::new(Field {
            parent: parent.clone(),
            name: field.name.clone(),
            alias: field.alias.clone(),
            arguments: &field.arguments,
            directives: &field.directives,
            composite: !field.selections.is_empty(),
            items,
            denied: (self.denied)(parent, &field.name),
        }))
    }

    fn keeps(&self, directives: &[Directive]) -> bool {
        directives.iter().all(|directive| {
            let wanted = match directive.name.as_str() {
                "skip" => false,
                "include" => true,
                _ => return true,
            };
            match argument(&directive.arguments, "if") {
                Some(ast::Value::Boolean(value)) => *value == wanted,
                Some(ast::Value::Variable(name)) => (self.condition)(name) == wanted,
                _ => true,
            }
        })
    }
}

/// A condition on the type that is selected on anyway is none.
fn push_condition<'a>(items: &mut Vec<Item<'a>>, parent: &Name, on: &Name, inner: Vec<Item<'a>>) {
    if inner.is_empty() {
        return;
    }
    if on == parent {
        items.extend(inner);
    } else {
        items.push(Item::On { type_name: on.clone(), items: inner });
    }
}
