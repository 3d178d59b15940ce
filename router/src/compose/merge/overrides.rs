//! `@override`: fields that move from one subgraph to another, and fields that several subgraphs share.

use std::collections::BTreeMap;

use super::super::model::{Directive, Directives, Field};
use super::super::specs::Known;
use super::super::syntax::Kind;
use super::Merger;
use super::fields::{FieldSource, present};

/// What `@override` does to a field in each subgraph.
#[derive(Default)]
pub(super) struct Overrides<'a> {
    /// Overridden, but the own subgraph's directives still refer to it.
    used: Vec<usize>,
    /// Overridden, and of no more use.
    unused: Vec<usize>,
    /// Overrides a subgraph that does not exist.
    unknown_target: Vec<usize>,
    /// The labels that decide, on both sides.
    labels: BTreeMap<usize, &'a str>,
}

impl<'a> Overrides<'a> {
    pub(super) fn is_used(&self, at: usize) -> bool {
        self.used.contains(&at)
    }

    pub(super) fn is_unused(&self, at: usize) -> bool {
        self.unused.contains(&at)
    }

    pub(super) fn label(&self, at: usize) -> Option<&'a str> {
        self.labels.get(&at).copied()
    }

    /// Whether a planner must know of them.
    pub(super) fn matter(&self) -> bool {
        !self.used.is_empty() || !self.labels.is_empty()
    }
}

/// `percent(x)` with x from 0 to 100, or a name.
fn is_label(label: &str) -> bool {
    let percent = label.strip_prefix("percent(").and_then(|rest| rest.strip_suffix(')'));
    let is_percent = |text: &str| {
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_digit())
        };
        text == "100" || (digits(whole, 2) && fraction.is_none_or(|fraction| digits(fraction, 8)))
    };
    let is_name = label.starts_with(|first: char| first.is_ascii_alphabetic())
        && label.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"_-:./".contains(&letter));
    is_name || percent.is_some_and(is_percent)
}

/// A field that overrides another.
struct Overriding<'a> {
    at: usize,
    directive: &'a Directive,
    from: &'a str,
}

impl<'a> Merger<'a> {
    pub(super) fn find_overrides(
        &mut self,
        owner: &str,
        name: &str,
        kind: Kind,
        sources: &[FieldSource<'a>],
    ) -> Overrides<'a> {
        let mut overrides = Overrides::default();
        let found: Vec<Overriding<'a>> = present(sources)
            .into_iter()
            .filter_map(|(at, field)| {
                let directive = field.directives.first(Known::Override)?;
                Some(Overriding { at, directive, from: directive.string("from")? })
            })
            .collect();
        for overriding in &found {
            let ty = self.graphs[overriding.at].schema.types.get(owner);
            if kind == Kind::Interface {
                let (code, problem) = if ty.is_some_and(|ty| ty.kind == Kind::Interface) {
                    ("OVERRIDE_ON_INTERFACE", "@override cannot stand on fields of interfaces")
                } else {
                    (
                        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                        "@override cannot stand on fields of interface objects",
                    )
                };
                self.refuse_override(code, owner, name, overriding, problem);
                continue;
            }
            self.apply_override(owner, name, overriding, &found, sources, &mut overrides);
        }
        overrides
    }

    fn refuse_override(
        &mut self,
        code: &'static str,
        owner: &str,
        name: &str,
        overriding: &Overriding<'a>,
        problem: &str,
    ) {
        let message = format!("[{}] \"{owner}.{name}\": {problem}", self.name(overriding.at));
        let places = self.places([(overriding.at, overriding.directive.position)]);
        self.report.error_at(code, message, places);
    }

    fn hint_at_override(&mut self, code: &'static str, overriding: &Overriding<'a>, message: String) {
        let places = self.places([(overriding.at, overriding.directive.position)]);
        self.report.hint(code, message, places);
    }

    fn apply_override(
        &mut self,
        owner: &str,
        name: &str,
        overriding: &Overriding<'a>,
        all: &[Overriding<'a>],
        sources: &[FieldSource<'a>],
        overrides: &mut Overrides<'a>,
    ) {
        let (own, from) = (self.name(overriding.at), overriding.from);
        let place = format!("\"{owner}.{name}\"");
        let Some(target) = self.graphs.iter().position(|graph| graph.name == from) else {
            overrides.unknown_target.push(overriding.at);
            let message = format!("{place} of subgraph \"{own}\" overrides subgraph \"{from}\", which does not exist");
            return self.hint_at_override("FROM_SUBGRAPH_DOES_NOT_EXIST", overriding, message);
        };
        if target == overriding.at {
            let problem = "it overrides the field of its own subgraph";
            return self.refuse_override("OVERRIDE_FROM_SELF_ERROR", owner, name, overriding, problem);
        }
        if all.iter().any(|other| other.at == target) {
            let problem = format!("it overrides subgraph \"{from}\", whose field is itself an override");
            return self.refuse_override("OVERRIDE_SOURCE_HAS_OVERRIDE", owner, name, overriding, &problem);
        }
        let collision = "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE";
        let source = sources.iter().find(|source| source.at == target).and_then(|source| source.field);
        let Some(source) = source else {
            if !self.abstracted(owner, name, target).is_empty() {
                let problem =
                    format!("it overrides subgraph \"{from}\", which has the field on an interface object only");
                return self.refuse_override(collision, owner, name, overriding, &problem);
            }
            let message =
                format!("{place} no longer exists in subgraph \"{from}\": @override in \"{own}\" can be removed");
            return self.hint_at_override("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", overriding, message);
        };
        for known in [Known::Requires, Known::Provides] {
            if source.directives.has(known) {
                let problem = format!("it overrides subgraph \"{from}\", where the field has @{}", known.name());
                return self.refuse_override(collision, owner, name, overriding, &problem);
            }
        }
        if self.graphs[overriding.at].facts.is_external(owner, name) {
            return self.refuse_override(
                collision,
                owner,
                name,
                overriding,
                "it is @external, so that it overrides nothing",
            );
        }
        self.move_field(owner, name, overriding, (target, source), overrides);
    }

    fn move_field(
        &mut self,
        owner: &str,
        name: &str,
        overriding: &Overriding<'a>,
        (target, source): (usize, &'a Field),
        overrides: &mut Overrides<'a>,
    ) {
        let (own, from, place) = (self.name(overriding.at), overriding.from, format!("\"{owner}.{name}\""));
        let label = overriding.directive.string("label").filter(|label| !label.is_empty());
        let used = self.graphs[target].facts.is_used(owner, name);
        if self.graphs[target].facts.is_external(owner, name) {
            let message = format!("{place} is @external in subgraph \"{from}\": @override in \"{own}\" can be removed");
            self.hint_at_override("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", overriding, message);
        } else {
            if used { &mut overrides.used } else { &mut overrides.unused }.push(target);
            if label.is_none() {
                let advice = if used {
                    "; it is still used by directives or interfaces there, so that it must be marked @external, or go with its uses"
                } else {
                    ""
                };
                let message = format!("{place} of subgraph \"{from}\" is overridden and can be removed{advice}");
                let places = self.places([(target, source.position)]);
                self.report.hint("OVERRIDDEN_FIELD_CAN_BE_REMOVED", message, places);
            }
        }
        let Some(label) = label else { return };
        if is_label(label) {
            overrides.labels.insert(overriding.at, label);
            overrides.labels.insert(target, label);
        } else {
            let problem = format!(
                "\"{label}\" is no label: it must begin with a letter and have letters, digits and \"_-:./\" only, or be \"percent(x)\" with x from 0 to 100"
            );
            self.refuse_override("OVERRIDE_LABEL_INVALID", owner, name, overriding, &problem);
        }
        let message = format!(
            "{place} is moving from subgraph \"{from}\" to \"{own}\"; when it has moved, it can be removed from \"{from}\""
        );
        self.hint_at_override("OVERRIDE_MIGRATION_IN_PROGRESS", overriding, message);
    }

    /// A field that several subgraphs resolve must be shareable in all of them.
    pub(super) fn check_sharing(
        &mut self,
        owner: &str,
        name: &str,
        sources: &[FieldSource<'a>],
        overrides: &Overrides<'a>,
    ) {
        let (mut shareable, mut others, mut positions) = (Vec::new(), Vec::new(), Vec::new());
        for source in sources {
            let graph = &self.graphs[source.at];
            let mut sort = |ty: &str, field: &Field| {
                if !graph.facts.is_fully_external(ty, name) {
                    positions.push((source.at, field.position));
                    if graph.facts.is_shareable(ty, name) { &mut shareable } else { &mut others }.push(source.at);
                }
            };
            match source.field {
                Some(field) if !overrides.is_used(source.at) && !overrides.is_unused(source.at) => sort(owner, field),
                Some(_) => {}
                None => self.abstracted(owner, name, source.at).into_iter().for_each(|(ty, field)| sort(ty, field)),
            }
        }
        if others.is_empty() || (shareable.is_empty() && others.len() == 1) {
            return;
        }
        let resolving = self.list(positions.iter().map(|(at, _)| *at));
        let private = if shareable.is_empty() { "all of them".to_owned() } else { self.list(others.iter().copied()) };
        let misspelt = others.iter().find(|at| overrides.unknown_target.contains(at)).map_or_else(String::new, |at| {
            format!("; @override in subgraph \"{}\" names a subgraph that does not exist", self.name(*at))
        });
        let message =
            format!("\"{owner}.{name}\" is resolved by {resolving}, but is not shareable in {private}{misspelt}");
        let places = self.places(positions);
        self.report.error_at("INVALID_FIELD_SHARING", message, places);
    }

    /// Events come from one place.
    pub(super) fn check_subscription(&mut self, owner: &str, name: &str, sources: &[FieldSource<'a>]) {
        let shared: Vec<FieldSource<'a>> = sources
            .iter()
            .filter(|source| source.field.is_some_and(|field| field.directives.has(Known::Shareable)))
            .copied()
            .collect();
        if !shared.is_empty() {
            let message =
                format!("\"{owner}.{name}\" cannot be shareable: the fields of subscriptions have one subgraph");
            let places = self.field_places(&shared);
            self.report.error_at("INVALID_FIELD_SHARING", message, places);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_label;

    #[test]
    fn labels() {
        for label in
            ["a", "a_-:./9", "percent(0)", "percent(5)", "percent(100)", "percent(1.5)", "percent(99.12345678)"]
        {
            assert!(is_label(label), "{label}");
        }
        for label in
            ["", "1a", "a b", "percent(101)", "percent(1.123456789)", "percent()", "percent(-1)", "percent(.5)"]
        {
            assert!(!is_label(label), "{label}");
        }
    }
}
