//! Fields, fragments, arguments and directives: whether the schema has them, there.

use super::Validator;
use super::repeated;
use super::values::Expected;
use super::variables::Uses;
use crate::operation::ast::{
    Argument, Directive, Field, Fragment, FragmentSpread, InlineFragment, Offset, Operation, OperationKind, Selection,
    VariableDefinition,
};
use crate::schema::{InputInfo, Schema, TypeInfo, TypeKind};

impl<'a> Validator<'a> {
    pub(super) fn check_operation(&mut self, operation: &'a Operation) {
        let (root, location, kind) = match operation.kind {
            OperationKind::Query => (self.root(operation.kind), "QUERY", "query"),
            OperationKind::Mutation => (self.root(operation.kind), "MUTATION", "mutation"),
            OperationKind::Subscription => (self.root(operation.kind), "SUBSCRIPTION", "subscription"),
        };
        if root.is_none() {
            self.report(operation.at, || format!("The schema has no {kind} type."));
        }
        self.check_variable_definitions(&operation.variables);
        self.check_directives(&operation.directives, location);
        self.check_selections(root, &operation.selections);
        let uses = std::mem::take(&mut self.uses);
        self.uses_of_operations.push(uses);
    }

    pub(super) fn check_fragment(&mut self, fragment: &'a Fragment) {
        self.check_directives(&fragment.directives, "FRAGMENT_DEFINITION");
        let on = self.condition(&fragment.on, fragment.at, Some(&fragment.name));
        self.check_selections(on, &fragment.selections);
        let uses: Uses<'a> = std::mem::take(&mut self.uses);
        self.uses_of_fragments.push(uses);
    }

    fn check_variable_definitions(&mut self, definitions: &'a [VariableDefinition]) {
        for (name, at) in repeated(definitions.iter().map(|definition| (&*definition.name, definition.at))) {
            self.report(at, || format!("There can be only one variable named \"${name}\"."));
        }
        for definition in definitions {
            let ty = self.schema.get(definition.ty.name());
            match ty.map(|ty| ty.kind) {
                None => self.report(definition.at, || format!("Unknown type \"{}\".", definition.ty.name())),
                Some(TypeKind::Scalar | TypeKind::Enum | TypeKind::Input) => {
                    if let Some(default) = &definition.default {
                        let expected = Expected { ty: &definition.ty, has_default: false, one_of: None };
                        self.check_value(default, Some(expected), definition.at);
                    }
                }
                Some(_) => self.report(definition.at, || {
                    format!("Variable \"${}\" cannot be non-input type \"{}\".", definition.name, definition.ty)
                }),
            }
            self.check_directives(&definition.directives, "VARIABLE_DEFINITION");
        }
    }

    fn check_selections(&mut self, parent: Option<&'a TypeInfo>, selections: &'a [Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.check_field(parent, field),
                Selection::Inline(fragment) => self.check_inline(parent, fragment),
                Selection::Spread(spread) => self.check_spread(parent, spread),
            }
        }
    }

    fn check_field(&mut self, parent: Option<&'a TypeInfo>, field: &'a Field) {
        let info = parent.and_then(|parent| self.schema.field(parent, &field.name));
        if let (Some(parent), None) = (parent, info) {
            self.report(field.at, || format!("Cannot query field \"{}\" on type \"{}\".", field.name, parent.name));
        }
        match info {
            Some(info) => {
                let owner = || format!("field \"{}.{}\"", parent.map_or("", |parent| parent.name.as_str()), info.name);
                self.check_arguments(&field.arguments, &info.arguments, field.at, owner);
            }
            None => self.visit_unknown(&field.arguments),
        }
        self.check_directives(&field.directives, "FIELD");
        let target = info.and_then(|info| self.schema.get(info.ty.name())).map(|target| &**target);
        if let (Some(info), Some(target)) = (info, target) {
            if !target.is_composite() && !field.selections.is_empty() {
                self.report(field.at, || {
                    let (name, ty) = (&field.name, &info.ty);
                    format!("Field \"{name}\" must not have a selection since type \"{ty}\" has no subfields.")
                });
            } else if target.is_composite() && field.selections.is_empty() {
                self.report(field.at, || {
                    let (name, ty) = (&field.name, &info.ty);
                    format!("Field \"{name}\" of type \"{ty}\" must have a selection of subfields. Did you mean \"{name} {{ ... }}\"?")
                });
            }
        }
        self.check_selections(target.filter(|target| target.is_composite()), &field.selections);
    }

    fn check_inline(&mut self, parent: Option<&'a TypeInfo>, fragment: &'a InlineFragment) {
        self.check_directives(&fragment.directives, "INLINE_FRAGMENT");
        let on = match &fragment.on {
            Some(on) => {
                let on = self.condition(on, fragment.at, None);
                if let (Some(on), Some(parent)) = (on, parent)
                    && !overlap(self.schema, on, parent)
                {
                    self.report(fragment.at, || {
                        let (parent, on) = (&parent.name, &on.name);
                        format!("Fragment cannot be spread here as objects of type \"{parent}\" can never be of type \"{on}\".")
                    });
                }
                on
            }
            None => parent,
        };
        self.check_selections(on, &fragment.selections);
    }

    fn check_spread(&mut self, parent: Option<&'a TypeInfo>, spread: &'a FragmentSpread) {
        self.check_directives(&spread.directives, "FRAGMENT_SPREAD");
        let Some(at) = self.fragments.get(&*spread.name).copied() else {
            return self.report(spread.at, || format!("Unknown fragment \"{}\".", spread.name));
        };
        self.uses.spreads.push(at);
        let on = self.schema.get(&self.document.fragments[at].on).filter(|on| on.is_composite());
        if let (Some(on), Some(parent)) = (on, parent)
            && !overlap(self.schema, on, parent)
        {
            self.report(spread.at, || {
                let (name, parent, on) = (&spread.name, &parent.name, &on.name);
                format!("Fragment \"{name}\" cannot be spread here as objects of type \"{parent}\" can never be of type \"{on}\".")
            });
        }
    }

    /// The composite type that a fragment is on.
    fn condition(&mut self, name: &'a str, at: Offset, fragment: Option<&str>) -> Option<&'a TypeInfo> {
        let Some(ty) = self.schema.get(name) else {
            self.report(at, || format!("Unknown type \"{name}\"."));
            return None;
        };
        if !ty.is_composite() {
            self.report(at, || match fragment {
                Some(fragment) => format!("Fragment \"{fragment}\" cannot condition on non composite type \"{name}\"."),
                None => format!("Fragment cannot condition on non composite type \"{name}\"."),
            });
            return None;
        }
        Some(ty)
    }

    pub(super) fn check_directives(&mut self, directives: &'a [Directive], location: &'static str) {
        if directives.is_empty() {
            return;
        }
        let schema = self.schema;
        let single = directives
            .iter()
            .filter(|directive| schema.directive(&directive.name).is_some_and(|known| !known.repeatable));
        for (name, at) in repeated(single.map(|directive| (&*directive.name, directive.at))) {
            self.report(at, || format!("The directive \"@{name}\" can only be used once at this location."));
        }
        for directive in directives {
            let Some(known) = schema.directive(&directive.name) else {
                self.report(directive.at, || format!("Unknown directive \"@{}\".", directive.name));
                self.visit_unknown(&directive.arguments);
                continue;
            };
            if !known.locations.contains(&location) {
                self.report(directive.at, || {
                    format!("Directive \"@{}\" may not be used on {location}.", directive.name)
                });
            }
            let owner = || format!("directive \"@{}\"", known.name);
            self.check_arguments(&directive.arguments, &known.arguments, directive.at, owner);
        }
    }

    /// `owner` names what has the arguments.
    fn check_arguments(
        &mut self,
        given: &'a [Argument],
        known: &'a [InputInfo],
        at: Offset,
        owner: impl Fn() -> String,
    ) {
        for (name, at) in repeated(given.iter().map(|argument| (&*argument.name, argument.at))) {
            self.report(at, || format!("There can be only one argument named \"{name}\"."));
        }
        for argument in given {
            let info = known.iter().find(|info| info.name == argument.name);
            if info.is_none() {
                self.report(argument.at, || format!("Unknown argument \"{}\" on {}.", argument.name, owner()));
            }
            self.check_value(&argument.value, info.map(Expected::of), argument.at);
        }
        for info in known.iter().filter(|info| info.is_required()) {
            if !given.iter().any(|argument| argument.name == info.name) {
                self.report(at, || {
                    let (name, ty, owner) = (&info.name, &info.ty, owner());
                    let mut letters = owner.chars();
                    let first = letters.next().map(|first| first.to_ascii_uppercase()).unwrap_or_default();
                    let owner = format!("{first}{}", letters.as_str());
                    format!("{owner} argument \"{name}\" of type \"{ty}\" is required, but it was not provided.")
                });
            }
        }
    }

    /// Of arguments that nothing is known about, variables are used all the same.
    fn visit_unknown(&mut self, arguments: &'a [Argument]) {
        for argument in arguments {
            self.check_value(&argument.value, None, argument.at);
        }
    }
}

/// Whether an object can be of both types.
fn overlap(schema: &Schema, one: &TypeInfo, other: &TypeInfo) -> bool {
    match (one.kind, other.kind) {
        _ if one.name == other.name => true,
        (TypeKind::Object, _) => schema.is_possible(&other.name, &one.name),
        (_, TypeKind::Object) => schema.is_possible(&one.name, &other.name),
        _ => one.possible.iter().any(|object| other.possible.binary_search(object).is_ok()),
    }
}
