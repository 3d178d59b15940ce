//! `@context` and `@fromContext`: arguments that are taken from what was met on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::super::field_set::{TYPENAME, validate};
use super::super::model::{Directive, Directives, Field, InputValue, Type};
use super::super::specs::Known;
use super::super::syntax::{Kind, Position, Selection, TypeRef, parse_selections};
use super::{Problems, Subgraph};

const INVALID: &str = "CONTEXT_INVALID_SELECTION";

/// Splits `$name selection`; none if there is no name. The selection may be empty.
pub(in crate::compose) fn parse_context(text: &str) -> Option<(String, String)> {
    let after = skip_ignored(skip_ignored(text).strip_prefix('$')?);
    let end = after.find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric()).unwrap_or(after.len());
    let (name, selection) = after.split_at(end);
    let named = name.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic());
    named.then(|| (name.to_owned(), selection.trim().to_owned()))
}

fn skip_ignored(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r', ',']);
        match rest.strip_prefix('#') {
            Some(comment) => rest = comment.find(['\n', '\r']).map_or("", |end| &comment[end..]),
            None => return rest,
        }
    }
}

pub(super) fn check(graph: &Subgraph, problems: &mut Problems<'_>) {
    let contexts = set_contexts(graph, problems);
    for (name, definition) in &graph.schema.definitions {
        for (argument, value) in &definition.arguments {
            if let Some(directive) = value.directives.first(Known::FromContext) {
                let message = format!("@fromContext cannot stand on argument \"@{name}({argument}:)\" of a directive");
                problems.add("CONTEXT_NOT_SET", directive.position, message);
            }
        }
    }
    for (name, ty) in &graph.schema.types {
        for (field_name, field) in &ty.fields {
            for (argument_name, argument) in &field.arguments {
                for directive in argument.directives.each(Known::FromContext) {
                    let place = format!("\"{name}.{field_name}({argument_name}:)\"");
                    let mut check = Check { graph, problems, place, argument, position: directive.position };
                    check.run((name, ty), (field_name, field), directive, &contexts);
                }
            }
        }
    }
}

/// The types that set each context.
fn set_contexts<'a>(graph: &'a Subgraph, problems: &mut Problems<'_>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut contexts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, ty) in &graph.schema.types {
        for directive in ty.directives.each(Known::Context) {
            let Some(context) = directive.string("name") else { continue };
            let valid = context.starts_with(|first: char| first.is_ascii_alphabetic())
                && context.bytes().all(|letter| letter.is_ascii_alphanumeric());
            if !valid {
                let message = format!(
                    "\"{context}\" on \"{name}\" cannot be the name of a context: it may have letters and digits only"
                );
                problems.add("CONTEXT_NAME_INVALID", directive.position, message);
            }
            contexts.entry(context).or_default().push(name);
        }
    }
    contexts
}

struct Check<'a, 'p> {
    graph: &'a Subgraph,
    problems: &'a mut Problems<'p>,
    place: String,
    argument: &'a InputValue,
    position: Position,
}

impl Check<'_, '_> {
    fn add(&mut self, code: &'static str, problem: &str) {
        let message = format!("@fromContext on {}: {problem}", self.place);
        self.problems.add(code, self.position, message);
    }

    fn run(
        &mut self,
        (name, ty): (&str, &Type),
        (field_name, _): (&str, &Field),
        directive: &Directive,
        contexts: &BTreeMap<&str, Vec<&str>>,
    ) {
        if ty.kind != Kind::Object {
            return self
                .add("CONTEXT_NOT_SET", &format!("it cannot stand on a field of \"{name}\", which is no object type"));
        }
        for interface in &ty.implements {
            if self.graph.schema.field(interface, field_name).is_some() {
                let problem = format!("it cannot stand on a field that implements \"{interface}.{field_name}\"");
                self.add("CONTEXT_NOT_SET", &problem);
            }
        }
        if self.argument.default.is_some() {
            self.add("CONTEXT_NOT_SET", "the argument cannot have a default value");
        }
        let parsed = directive.string("field").and_then(parse_context).filter(|(_, selection)| !selection.is_empty());
        let Some((context, selection)) = parsed else {
            return self
                .add("NO_CONTEXT_IN_SELECTION", "it names no context and selection, such as \"$context { field }\"");
        };
        match contexts.get(context.as_str()) {
            None => self.add("CONTEXT_NOT_SET", &format!("no type sets context \"{context}\"")),
            Some(types) => self.check_selection(&selection, types),
        }
        if !ty.keys().any(Directive::is_resolvable) {
            self.add("CONTEXT_NO_RESOLVABLE_KEY", &format!("\"{name}\" has no resolvable @key"));
        }
    }

    fn check_selection(&mut self, text: &str, types: &[&str]) {
        let selections = match parse_selections(text) {
            Ok(selections) => selections,
            Err(error) => return self.add(INVALID, &error.message),
        };
        let conditions = match shape(&selections) {
            Ok(conditions) => conditions,
            Err(problem) => return self.add(INVALID, problem),
        };
        let mut met = BTreeSet::new();
        for ty in types {
            if has_directives(&selections) {
                self.add(INVALID, "directives cannot stand in its selection");
            }
            if conditions.is_empty() {
                if !self.fits(ty, &selections) {
                    return;
                }
                self.check_type(ty, &selections);
                continue;
            }
            let runtime = self.graph.schema.runtime_types(ty);
            let mut fitting = Vec::new();
            for selection in &selections {
                let Selection::Fragment(fragment) = selection else { continue };
                match fragment.on.as_deref() {
                    Some(on) if self.graph.schema.kind(on) == Some(Kind::Object) => {
                        if runtime.contains(on) {
                            met.insert(on);
                            fitting.push((on, &fragment.selections));
                        }
                    }
                    _ => self.add(INVALID, "each of its fragments must be on an object type"),
                }
            }
            if fitting.is_empty() {
                return self.add(INVALID, &format!("none of its fragments fits \"{ty}\""));
            }
            for (on, inner) in fitting {
                if !self.fits(on, inner) {
                    return;
                }
                self.check_type(on, inner);
            }
        }
        for condition in conditions.iter().filter(|condition| !met.contains(condition.as_str())) {
            self.add(INVALID, &format!("its fragment on \"{condition}\" fits no type that sets the context"));
        }
    }

    fn fits(&mut self, ty: &str, selections: &[Selection]) -> bool {
        let problem = validate(&self.graph.schema, ty, selections, &mut |_, _, _| Ok(())).err();
        if let Some(problem) = &problem {
            self.add(INVALID, &format!("its selection does not fit \"{ty}\": {problem}"));
        }
        problem.is_none()
    }

    fn check_type(&mut self, owner: &str, selections: &[Selection]) {
        let mut objects = Vec::new();
        let found = selected_type(self.graph, owner, selections, &mut objects);
        for object in objects {
            self.add(INVALID, &format!("interface object \"{object}\" cannot be selected from"));
        }
        let expected = &self.argument.ty;
        if !found.as_ref().is_some_and(|found| same_lists(found, expected)) {
            let selected = found.map_or_else(|| "no single type".to_owned(), |ty| format!("\"{ty}\""));
            self.add(INVALID, &format!("what it selects has {selected}, but the argument has type \"{expected}\""));
        }
    }
}

/// A selected type fits an argument's with the same lists, whose items may be null.
fn same_lists(selected: &TypeRef, expected: &TypeRef) -> bool {
    match (selected, expected) {
        (TypeRef::List(selected), TypeRef::List(expected)) => same_lists(selected, expected),
        (TypeRef::Named(selected), TypeRef::Named(expected)) => selected == expected,
        _ => false,
    }
}

/// Whether a selection is one field or a choice of fragments; answers the fragments' types. The error is a sentence.
fn shape(selections: &[Selection]) -> Result<Vec<String>, &'static str> {
    match selections.first() {
        Some(Selection::Field(_)) if selections.len() == 1 => Ok(Vec::new()),
        Some(Selection::Field(_)) => Err("its selection has more than one field"),
        Some(Selection::Fragment(_)) => {
            let mut conditions = Vec::new();
            for selection in selections {
                let Selection::Fragment(fragment) = selection else {
                    return Err("its selection has fields beside fragments");
                };
                match &fragment.on {
                    Some(on) if !conditions.contains(on) => conditions.push(on.clone()),
                    _ => return Err("its fragments must be on types that differ"),
                }
            }
            Ok(conditions)
        }
        _ => Err("its selection cannot have named fragments"),
    }
}

fn has_directives(selections: &[Selection]) -> bool {
    selections.iter().any(|selection| match selection {
        Selection::Field(field) => field.has_directives || has_directives(&field.selections),
        Selection::Fragment(fragment) => fragment.has_directives || has_directives(&fragment.selections),
        Selection::Spread(_) => false,
    })
}

/// The type of what is selected, without non-null marks; none if it is not one type. Interface objects that are met are
/// collected.
fn selected_type(
    graph: &Subgraph,
    owner: &str,
    selections: &[Selection],
    objects: &mut Vec<String>,
) -> Option<TypeRef> {
    if graph.schema.types.get(owner).is_some_and(Type::is_interface_object) {
        objects.push(owner.to_owned());
    }
    let mut found: Option<TypeRef> = None;
    for selection in selections {
        let Selection::Field(field) = selection else { return None };
        let ty = if field.name == TYPENAME {
            TypeRef::Named("String".to_owned())
        } else {
            let definition = graph.schema.field(owner, &field.name)?;
            if field.selections.is_empty() {
                without_marks(&definition.ty, None)
            } else {
                let inner = selected_type(graph, definition.ty.name(), &field.selections, objects)?;
                without_marks(&definition.ty, Some(&inner))
            }
        };
        if found.as_ref().is_some_and(|other| *other != ty) {
            return None;
        }
        found = Some(ty);
    }
    found
}

fn without_marks(ty: &TypeRef, core: Option<&TypeRef>) -> TypeRef {
    match ty {
        TypeRef::NonNull(inner) => without_marks(inner, core),
        TypeRef::List(inner) => TypeRef::List(Box::new(without_marks(inner, core))),
        TypeRef::Named(name) => core.cloned().unwrap_or_else(|| TypeRef::Named(name.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_split() {
        let split = |text| parse_context(text);
        assert_eq!(split(" #x\n$ a1 { b }"), Some(("a1".to_owned(), "{ b }".to_owned())));
        assert_eq!(split("$a"), Some(("a".to_owned(), String::new())));
        assert_eq!(split("a { b }"), None);
        assert_eq!(split("$1 b"), None);
        assert_eq!(split("#$a b"), None);
    }
}
