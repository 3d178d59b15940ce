//! Selection sets whose fields can be merged, as the specification wants it.

use std::collections::BTreeMap;

use async_graphql::parser::types::{BaseType, Type};
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;

use super::Bounds;
use super::schema::{Field, Schema, named};
use super::values::{Arguments, Values};

/// Fragments directly within fragments.
const MOST_OPEN: usize = 3;

/// A selection that is written already; what is in it is kept, so that a fragment can be used again.
#[derive(Clone)]
enum Selection {
    Field(FieldHead, Vec<Selection>),
    Fragment(Vec<Selection>),
}

/// What decides whether two fields under one response key may stand beside each other.
#[derive(Clone)]
struct FieldHead {
    key: String,
    /// The type that the field is selected on.
    parent: String,
    /// The field's name with its arguments.
    call: String,
    /// The lists and exclamation marks of its type, and the name of a scalar or an enum.
    shape: String,
}

impl FieldHead {
    /// Conservative: also for fields far below objects that exclude each other, these have to exclude each other again.
    fn fits(&self, other: &Self, schema: &Schema) -> bool {
        let exclusive =
            self.parent != other.parent && schema.is_object(&self.parent) && schema.is_object(&other.parent);
        self.shape == other.shape && (exclusive || self.call == other.call)
    }
}

/// Where something is selected: the response keys from the root on.
type Path = Vec<String>;

struct Named {
    on: String,
    body: String,
    selections: Vec<Selection>,
}

/// Writes the selection sets of one operation.
pub(crate) struct Writer<'a, 'r> {
    schema: &'a Schema,
    bounds: Bounds,
    random: &'r mut StdRng,
    pub(crate) arguments: Arguments<'a>,
    left: usize,
    /// How many fragments are open since the last field.
    open: usize,
    fragments: Vec<Named>,
    taken: BTreeMap<Path, Vec<FieldHead>>,
}

impl<'a, 'r> Writer<'a, 'r> {
    pub(crate) fn new(schema: &'a Schema, values: &'a Values, bounds: Bounds, random: &'r mut StdRng) -> Self {
        let left = random.random_range(1..=bounds.fields);
        let arguments = Arguments::new(schema, values);
        Self { schema, bounds, random, arguments, left, open: 0, fragments: Vec::new(), taken: BTreeMap::new() }
    }

    pub(crate) fn root(&mut self) -> String {
        self.set(&self.schema.query, &mut Vec::new(), 0).0
    }

    /// The definitions of fragments.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = String> {
        let fragments = self.fragments.iter().enumerate();
        fragments.map(|(index, fragment)| format!("fragment F{index} on {} {}", fragment.on, fragment.body))
    }

    /// A selection set on a type, `nested` fields deep; not empty.
    fn set(&mut self, on: &str, path: &mut Path, nested: usize) -> (String, Vec<Selection>) {
        let (mut text, mut selections) = (Vec::new(), Vec::new());
        let wanted = self.random.random_range(1..=5);
        for _ in 0..wanted {
            let fragments = if self.schema.is_object(on) { 0.25 } else { 0.6 };
            let chosen = if self.random.random_bool(fragments) { self.fragment(on, path, nested) } else { None };
            if let Some((written, selection)) = chosen.or_else(|| self.field(on, path, nested)) {
                text.push(written);
                selections.push(selection);
            }
        }
        if text.is_empty() || self.random.random_bool(0.1) {
            // The only field that there always is; nothing else has its key.
            text.push("__typename".to_owned());
        }
        (format!("{{ {} }}", text.join(" ")), selections)
    }

    fn field(&mut self, on: &str, path: &mut Path, nested: usize) -> Option<(String, Selection)> {
        let deepest = nested + 1 >= self.bounds.depth;
        if self.left == 0 {
            return None;
        }
        let fields = self.schema.fields(on).iter();
        let fields: Vec<&Field> =
            fields.filter(|field| !(deepest && self.schema.is_composite(named(&field.ty)))).collect();
        let field = *fields.choose(self.random)?;
        self.left -= 1;
        let given = self.arguments.of_field(&format!("{on}.{}", field.name), &field.arguments, self.random);
        let composite = self.schema.is_composite(named(&field.ty));
        let shape = if composite { wrapping(&field.ty) } else { field.ty.to_string() };
        let call = format!("{}{given}", field.name);
        let head = FieldHead { key: String::new(), parent: on.to_owned(), call, shape };
        let head = FieldHead { key: self.key(&head, on, field, path), ..head };
        self.taken.entry(below(path, &head.key)).or_default().push(head.clone());
        let mut text = if head.key == field.name { String::new() } else { format!("{}: ", head.key) };
        text += &head.call;
        text += &self.conditions(0.15);
        let mut children = Vec::new();
        if composite {
            path.push(head.key.clone());
            let open = std::mem::take(&mut self.open);
            let (body, inner) = self.set(named(&field.ty), path, nested + 1);
            self.open = open;
            path.pop();
            text = format!("{text} {body}");
            children = inner;
        }
        Some((text, Selection::Field(head, children)))
    }

    /// A response key that nothing else has, or that fits what has it.
    fn key(&mut self, head: &FieldHead, on: &str, field: &Field, path: &Path) -> String {
        let mut wish = field.name.clone();
        if self.random.random_bool(0.2) {
            wish = match self.schema.fields(on).choose(self.random) {
                Some(other) if self.random.random_bool(0.3) => other.name.clone(),
                _ => format!("a{}", self.random.random_range(0..3)),
            };
        }
        let mut number = 0;
        let mut key = wish.clone();
        while !self.fits(&below(path, &key), head) {
            number += 1;
            key = format!("{wish}{number}");
        }
        key
    }

    fn fits(&self, path: &Path, head: &FieldHead) -> bool {
        self.taken.get(path).is_none_or(|taken| taken.iter().all(|other| head.fits(other, self.schema)))
    }

    /// A fragment: without a name, with a new one, or one that there is already.
    fn fragment(&mut self, on: &str, path: &mut Path, nested: usize) -> Option<(String, Selection)> {
        if self.left == 0 || self.open == MOST_OPEN {
            return None;
        }
        self.left -= 1;
        if self.random.random_bool(0.3) {
            return self.used_again(on, path, nested);
        }
        let target =
            if self.random.random_bool(0.15) { on } else { *self.schema.overlapping(on).choose(self.random)? };
        let conditions = self.conditions(0.25);
        self.open += 1;
        let (body, selections) = self.set(target, path, nested);
        self.open -= 1;
        let selection = Selection::Fragment(selections.clone());
        if self.random.random_bool(0.3) {
            let name = self.fragments.len();
            self.fragments.push(Named { on: target.to_owned(), body, selections });
            return Some((format!("...F{name}{conditions}"), selection));
        }
        let condition =
            if target == on && self.random.random_bool(0.5) { String::new() } else { format!(" on {target}") };
        Some((format!("...{condition}{conditions} {body}"), selection))
    }

    fn used_again(&mut self, on: &str, path: &mut Path, nested: usize) -> Option<(String, Selection)> {
        let overlapping = self.schema.overlapping(on);
        let known: Vec<usize> = (0..self.fragments.len())
            .filter(|index| overlapping.contains(&self.fragments[*index].on.as_str()))
            .collect();
        let index = *known.choose(self.random)?;
        let selection = Selection::Fragment(self.fragments[index].selections.clone());
        if depth(&selection) + nested > self.bounds.depth || !self.all_fit(&selection, path) {
            return None;
        }
        self.take(&selection, path);
        Some((format!("...F{index}{}", self.conditions(0.25)), selection))
    }

    fn all_fit(&self, selection: &Selection, path: &mut Path) -> bool {
        match selection {
            Selection::Fragment(inner) => inner.iter().all(|selection| self.all_fit(selection, path)),
            Selection::Field(head, inner) => {
                path.push(head.key.clone());
                let fits = self.fits(path, head) && inner.iter().all(|selection| self.all_fit(selection, path));
                path.pop();
                fits
            }
        }
    }

    fn take(&mut self, selection: &Selection, path: &mut Path) {
        match selection {
            Selection::Fragment(inner) => inner.iter().for_each(|selection| self.take(selection, path)),
            Selection::Field(head, inner) => {
                path.push(head.key.clone());
                self.taken.entry(path.clone()).or_default().push(head.clone());
                inner.iter().for_each(|selection| self.take(selection, path));
                path.pop();
            }
        }
    }

    /// With this probability `@skip` or `@include`, now and then both.
    fn conditions(&mut self, probability: f64) -> String {
        let mut text = String::new();
        if self.random.random_bool(probability) {
            let first = if self.random.random_bool(0.5) { "skip" } else { "include" };
            text += &format!(" @{first}(if: {})", self.arguments.condition(self.random));
            if self.random.random_bool(0.1) {
                let second = if first == "skip" { "include" } else { "skip" };
                text += &format!(" @{second}(if: {})", self.arguments.condition(self.random));
            }
        }
        text
    }
}

fn below(path: &Path, key: &str) -> Path {
    path.iter().cloned().chain([key.to_owned()]).collect()
}

/// How many fields deep a selection goes.
fn depth(selection: &Selection) -> usize {
    let (own, inner) = match selection {
        Selection::Field(_, inner) => (1, inner),
        Selection::Fragment(inner) => (0, inner),
    };
    own + inner.iter().map(depth).max().unwrap_or(0)
}

/// The lists and exclamation marks of a type.
fn wrapping(ty: &Type) -> String {
    let base = match &ty.base {
        BaseType::Named(_) => String::new(),
        BaseType::List(inner) => format!("[{}]", wrapping(inner)),
    };
    if ty.nullable { base } else { base + "!" }
}
