//! Directives that the supergraph keeps: what several subgraphs apply to one element becomes one application.

use std::collections::BTreeSet;

use super::super::model::Directive;
use super::super::specs::Known;
use super::super::syntax::Value;
use super::{Merger, variants};

impl<'a> Merger<'a> {
    /// Whether the supergraph keeps a directive of a subgraph.
    pub(super) fn is_kept(&self, at: usize, directive: &Directive) -> bool {
        match directive.known {
            Some(known) => known.composed_by().is_some() || known.is_builtin(),
            None => self.custom.is_composed(at, &directive.name),
        }
    }

    /// Merges what the subgraphs apply to an element, in the order of the directives' names.
    pub(super) fn merge_directives(
        &mut self,
        place: &str,
        sources: &[(usize, &'a Vec<Directive>)],
        additional: &[&'a Directive],
    ) -> Vec<Directive> {
        let mut names: BTreeSet<(&str, Option<Known>)> = BTreeSet::new();
        for (at, directives) in sources {
            for directive in directives.iter().filter(|directive| self.is_kept(*at, directive)) {
                names.insert((supergraph_name(directive), directive.known));
            }
        }
        names.extend(additional.iter().map(|directive| (supergraph_name(directive), directive.known)));
        let mut merged = Vec::new();
        for (name, known) in names {
            let found: Vec<(usize, &'a Directive)> = sources
                .iter()
                .flat_map(|(at, directives)| directives.iter().map(move |directive| (*at, directive)))
                .filter(|(at, directive)| {
                    directive.known == known && supergraph_name(directive) == name && self.is_kept(*at, directive)
                })
                // Whose they are does not matter to what is merged by its values.
                .chain(additional.iter().filter(|directive| directive.known == known).map(|directive| (0, *directive)))
                .collect();
            if self.is_repeatable(name, known) {
                merged.extend(self.merge_repeatable(name, known, &found));
            } else {
                merged.extend(self.merge_single(place, name, known, &found));
            }
        }
        merged
    }

    fn is_repeatable(&self, name: &str, known: Option<Known>) -> bool {
        match known {
            Some(known) => known.definition().repeatable,
            None => self.custom.definition(name).is_some_and(|definition| definition.repeatable),
        }
    }

    fn merge_repeatable(&self, name: &str, known: Option<Known>, found: &[(usize, &'a Directive)]) -> Vec<Directive> {
        let mut kept: Vec<Directive> = Vec::new();
        for (at, directive) in found {
            let mut arguments = directive.arguments.clone();
            if known == Some(Known::Context) {
                // A context is known under its name in its own subgraph only.
                for (_, value) in &mut arguments {
                    if let Value::String(context) = value {
                        *context = format!("{}__{context}", self.name(*at));
                    }
                }
            }
            let candidate = Directive { name: name.to_owned(), known, arguments, ..Directive::new("", Vec::new()) };
            if !kept.iter().any(|other| self.same(other, &candidate)) {
                kept.push(candidate);
            }
        }
        kept
    }

    fn merge_single(
        &mut self,
        place: &str,
        name: &str,
        known: Option<Known>,
        found: &[(usize, &'a Directive)],
    ) -> Option<Directive> {
        let mut different: Vec<(&'a Directive, usize)> = Vec::new();
        for (_, directive) in found {
            match different.iter_mut().find(|(other, _)| self.same(other, directive)) {
                Some((_, count)) => *count += 1,
                None => different.push((directive, 1)),
            }
        }
        let (first, _) = different.first()?;
        let template = Directive { name: name.to_owned(), known, ..Directive::new("", Vec::new()) };
        if different.len() == 1 {
            return Some(Directive { arguments: first.arguments.clone(), ..template });
        }
        let all: Vec<&Directive> = different.iter().map(|(directive, _)| *directive).collect();
        if matches!(known, Some(Known::RequiresScopes | Known::Policy)) && alternatives_of(&all) > MOST_ALTERNATIVES {
            let message = format!("@{name} on {place} has too many alternatives in too many subgraphs to join them");
            self.report.error("DIRECTIVE_COMPOSITION_ERROR", message);
            return None;
        }
        if let Some(arguments) = known.and_then(|known| joined(known, &all)) {
            let message =
                format!("@{name} on {place} has different arguments in different subgraphs, which are joined");
            self.report.hint("MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", message, Vec::new());
            return Some(Directive { arguments, ..template });
        }
        let most = different.iter().map(|(_, count)| *count).max()?;
        let (chosen, _) = different.iter().find(|(_, count)| *count == most)?;
        let list = variants(self.graphs, found.iter().map(|(at, directive)| (*at, directive.to_string())));
        let message = format!("@{name} on {place} has different arguments: {list}; the supergraph has {chosen}");
        self.report.hint("INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", message, Vec::new());
        Some(Directive { arguments: chosen.arguments.clone(), ..template })
    }

    /// Whether two applications say the same when defaults are filled in.
    fn same(&self, left: &Directive, right: &Directive) -> bool {
        let definition = match left.known {
            Some(known) => Some(known.definition()),
            None => self.custom.definition(&left.name),
        };
        let names: BTreeSet<&str> =
            left.arguments.iter().chain(&right.arguments).map(|(name, _)| name.as_str()).collect();
        names.into_iter().all(|name| {
            let default = || definition.and_then(|definition| definition.arguments.get(name)?.default.as_ref());
            match (left.argument(name).or_else(default), right.argument(name).or_else(default)) {
                (Some(one), Some(two)) => one.same(two),
                (None, None) => true,
                _ => false,
            }
        })
    }
}

/// How many alternatives of access may come together on one element.
const MOST_ALTERNATIVES: usize = 2_000;

fn alternatives_of(all: &[&Directive]) -> usize {
    let counts =
        all.iter().flat_map(|directive| &directive.arguments).map(|(_, value)| alternatives(value).len().max(1));
    counts.fold(1, usize::saturating_mul)
}

/// The directives of specifications have their own names in the supergraph, whatever subgraphs call them.
fn supergraph_name(directive: &Directive) -> &str {
    match directive.known {
        Some(known) => known.name(),
        None => &directive.name,
    }
}

/// The arguments of several applications that hold together; none where only one can hold.
fn joined(known: Known, all: &[&Directive]) -> Option<Vec<(String, Value)>> {
    let values = |name: &str| -> Vec<&Value> {
        all.iter().filter_map(|directive| directive.argument(name)).filter(|value| **value != Value::Null).collect()
    };
    let largest = |name: &str| {
        let found = values(name).into_iter().filter_map(Value::as_int).max();
        found.map(|number| (name.to_owned(), Value::Int(number.to_string())))
    };
    let union = |name: &str| {
        let found = values(name);
        let mut items: Vec<&str> = Vec::new();
        for item in found.iter().flat_map(|value| value.as_strings()) {
            if !items.contains(&item) {
                items.push(item);
            }
        }
        (!found.is_empty()).then(|| (name.to_owned(), Value::List(items.into_iter().map(Value::string).collect())))
    };
    match known {
        Known::RequiresScopes | Known::Policy => {
            let name = if known == Known::Policy { "policies" } else { "scopes" };
            let alternatives = all.iter().filter_map(|directive| directive.argument(name)).map(alternatives);
            let joined = conjunction(alternatives.collect());
            let lists = joined.into_iter().map(|inner| Value::List(inner.into_iter().map(Value::String).collect()));
            Some(vec![(name.to_owned(), Value::List(lists.collect()))])
        }
        Known::Cost => Some(largest("weight").into_iter().collect()),
        Known::ListSize => {
            let one_argument = all.iter().all(|directive| {
                directive.argument("requireOneSlicingArgument").and_then(Value::as_bool) != Some(false)
            });
            let found = [largest("assumedSize"), union("slicingArguments"), union("sizedFields")];
            let required = ("requireOneSlicingArgument".to_owned(), Value::Boolean(one_argument));
            Some(found.into_iter().flatten().chain([required]).collect())
        }
        _ => None,
    }
}

/// The alternatives of `@requiresScopes` or `@policy`: one of the inner lists must hold as a whole.
pub(in crate::compose) fn alternatives(value: &Value) -> Vec<Vec<String>> {
    let owned = |value: &Value| value.as_strings().into_iter().map(str::to_owned).collect();
    match value {
        Value::List(outer) => outer.iter().map(owned).collect(),
        single => vec![owned(single)],
    }
}

/// All requirements at once: each alternative of the result holds one alternative of each requirement.
pub(in crate::compose) fn conjunction(requirements: Vec<Vec<Vec<String>>>) -> Vec<Vec<String>> {
    let mut different: Vec<Vec<Vec<String>>> = Vec::new();
    for mut requirement in requirements {
        // No alternative at all asks for nothing.
        if requirement.is_empty() {
            requirement.push(Vec::new());
        }
        requirement.iter_mut().for_each(|inner| inner.sort());
        requirement.sort();
        if !different.contains(&requirement) {
            different.push(requirement);
        }
    }
    let mut different = different.into_iter();
    let mut result = different.next().unwrap_or_default();
    for requirement in different {
        let mut product: Vec<Vec<String>> = Vec::new();
        for left in &result {
            for right in &requirement {
                let both: BTreeSet<&String> = left.iter().chain(right).collect();
                let both: Vec<String> = both.into_iter().cloned().collect();
                if !product.contains(&both) {
                    product.push(both);
                }
            }
        }
        // What asks for more than another alternative adds nothing.
        product.sort_by_key(Vec::len);
        result = Vec::new();
        for candidate in product {
            if !result.iter().any(|kept: &Vec<String>| kept.iter().all(|item| candidate.contains(item))) {
                result.push(candidate);
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::conjunction;

    #[test]
    fn requirements_are_joined() {
        let list = |text: &str| -> Vec<Vec<String>> {
            text.split('|').map(|inner| inner.split_whitespace().map(str::to_owned).collect()).collect()
        };
        assert_eq!(conjunction(vec![list("b|a"), list("a|b")]), list("a|b"));
        assert_eq!(conjunction(vec![list("a|b"), list("c")]), list("a c|b c"));
        assert_eq!(conjunction(vec![list("a|b c"), list("a")]), list("a"));
        assert_eq!(conjunction(vec![list("a"), Vec::new()]), list("a"));
    }
}
