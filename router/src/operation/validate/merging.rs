//! Fields that meet in one response key: whether they can be one.
//!
//! All fields that meet are looked at together, level by level, instead of each with each: on one level their shapes must
//! be equal, and fields whose parents can be the same object must be the same field with the same arguments.

use super::{MOST_ERRORS, Problem, TooManySteps, Validator};
use crate::operation::ast::{Field, Operation, OperationKind, Selection, same_arguments};
use crate::schema::{FieldInfo, TypeInfo, TypeKind, TypeRef};

/// A field that is selected, and where the schema has it.
#[derive(Clone, Copy)]
struct Met<'a> {
    field: &'a Field,
    parent: &'a TypeInfo,
    info: &'a FieldInfo,
}

/// What is to be compared of fields that meet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    All,
    /// That lists, non-null marks and leaves are alike: an object has only one of the fields.
    Shapes,
    /// That they are the same field: shapes were compared before.
    Fields,
}

impl<'a> Validator<'a> {
    /// Checks what meets in each operation.
    pub(super) fn check_merging(&mut self) -> Result<(), TooManySteps> {
        for operation in &self.document.operations {
            let Some(root) = self.root(operation.kind) else { continue };
            let mut collector = Collector::new(self.document.fragments.len());
            self.collect(&mut collector, root, &operation.selections)?;
            let met = collector.take();
            if operation.kind == OperationKind::Subscription {
                self.check_subscription(operation, &met);
            }
            self.compare(&mut collector, met, Compare::All, &[])?;
        }
        Ok(())
    }

    fn check_subscription(&mut self, operation: &'a Operation, met: &[Met<'a>]) {
        let first = met.first().map(|first| first.field.key());
        let is_single = met.iter().all(|met| Some(met.field.key()) == first && !met.field.name.starts_with("__"));
        if !is_single {
            self.report(operation.at, || "A subscription must select exactly one field of its root type.".to_owned());
        }
    }

    fn collect(
        &mut self,
        collector: &mut Collector<'a>,
        parent: &'a TypeInfo,
        selections: &'a [Selection],
    ) -> Result<(), TooManySteps> {
        self.step(selections.len())?;
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    if let Some(info) = self.schema.field(parent, &field.name) {
                        collector.met.push(Met { field, parent, info });
                    }
                }
                Selection::Inline(fragment) => {
                    let on = fragment.on.as_ref().and_then(|on| self.schema.get(on));
                    self.collect(collector, on.map_or(parent, |on| on), &fragment.selections)?;
                }
                Selection::Spread(spread) => {
                    let Some(at) = self.fragments.get(&*spread.name).copied() else { continue };
                    let fragment = &self.document.fragments[at];
                    if let Some(on) = self.schema.get(&fragment.on)
                        && collector.enters(at)
                    {
                        self.collect(collector, on, &fragment.selections)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What is selected below fields.
    fn below(&mut self, collector: &mut Collector<'a>, fields: &[Met<'a>]) -> Result<Vec<Met<'a>>, TooManySteps> {
        for met in fields.iter().filter(|met| !met.field.selections.is_empty()) {
            if let Some(target) = self.schema.get(met.info.ty.name()) {
                self.collect(collector, target, &met.field.selections)?;
            }
        }
        Ok(collector.take())
    }

    /// Compares fields that are selected of one object. `path` has the response keys above that meet others.
    fn compare(
        &mut self,
        collector: &mut Collector<'a>,
        mut met: Vec<Met<'a>>,
        what: Compare,
        path: &[&'a str],
    ) -> Result<(), TooManySteps> {
        met.sort_by(|one, other| one.field.key().as_str().cmp(other.field.key().as_str()));
        for same_key in met.chunk_by(|one, other| one.field.key() == other.field.key()) {
            // Below a field that meets no other, whatever conflicts does so there.
            let mut path = if same_key.len() > 1 { path.to_vec() } else { Vec::new() };
            if same_key.len() > 1 {
                path.push(same_key[0].field.key());
            }
            let groups = if what == Compare::Shapes { Vec::new() } else { by_parent(same_key) };
            if groups.is_empty() {
                let is_same = what == Compare::Shapes || self.compare_fields(same_key, &path);
                if is_same && what != Compare::Fields {
                    self.compare_shapes(same_key, &path);
                }
                let below = self.below(collector, same_key)?;
                self.compare(collector, below, what, &path)?;
                continue;
            }
            if what == Compare::All {
                self.compare_shapes(same_key, &path);
                let below = self.below(collector, same_key)?;
                self.compare(collector, below, Compare::Shapes, &path)?;
            }
            for group in groups {
                self.step(group.len())?;
                self.compare_fields(&group, &path);
                let below = self.below(collector, &group)?;
                self.compare(collector, below, Compare::Fields, &path)?;
            }
        }
        Ok(())
    }

    fn compare_shapes(&mut self, same_key: &[Met<'a>], path: &[&'a str]) {
        let first = same_key[0];
        let other = same_key[1..].iter().find(|other| !self.is_alike(&first.info.ty, &other.info.ty));
        if let Some(other) = other.copied() {
            let reason = format!("they return conflicting types \"{}\" and \"{}\"", first.info.ty, other.info.ty);
            self.conflict(first, other, path, &reason);
        }
    }

    /// Whether lists and non-null marks are alike, and leaves the same.
    fn is_alike(&self, one: &TypeRef, other: &TypeRef) -> bool {
        match (one, other) {
            (TypeRef::NonNull(one), TypeRef::NonNull(other)) | (TypeRef::List(one), TypeRef::List(other)) => {
                self.is_alike(one, other)
            }
            (TypeRef::Named(one), TypeRef::Named(other)) => {
                let is_composite = |name| self.schema.get(name).is_some_and(|ty| ty.is_composite());
                one == other || (is_composite(one) && is_composite(other))
            }
            _ => false,
        }
    }

    /// Whether fields are the same field with the same arguments.
    fn compare_fields(&mut self, fields: &[Met<'a>], path: &[&'a str]) -> bool {
        let Some((first, others)) = fields.split_first() else { return true };
        for other in others {
            if first.field.name != other.field.name {
                let reason = format!("\"{}\" and \"{}\" are different fields", first.field.name, other.field.name);
                self.conflict(*first, *other, path, &reason);
                return false;
            }
            if !same_arguments(&first.field.arguments, &other.field.arguments) {
                self.conflict(*first, *other, path, "they have differing arguments");
                return false;
            }
        }
        true
    }

    fn conflict(&mut self, one: Met<'a>, other: Met<'a>, path: &[&'a str], reason: &str) {
        if self.errors.len() >= MOST_ERRORS {
            return;
        }
        let fields: Vec<String> = path.iter().map(|key| format!("\"{key}\" conflict because ")).collect();
        let message = format!(
            "Fields {}{reason}. Use different aliases on the fields to fetch both if this was intentional.",
            fields.join("subfields ")
        );
        self.errors.push(Problem { places: vec![one.field.at, other.field.at], message });
    }
}

/// The groups of fields whose parents can be the same object, where there are several: those of each object type, with
/// those of interfaces and unions. None where all belong together.
fn by_parent<'a>(fields: &[Met<'a>]) -> Vec<Vec<Met<'a>>> {
    let is_object = |met: &&Met<'a>| met.parent.kind == TypeKind::Object;
    let mut objects: Vec<&str> = fields.iter().filter(is_object).map(|met| met.parent.name.as_str()).collect();
    objects.sort_unstable();
    objects.dedup();
    if objects.len() < 2 {
        return Vec::new();
    }
    let mut own: Vec<&Met<'a>> = fields.iter().filter(is_object).collect();
    own.sort_by(|one, other| one.parent.name.as_str().cmp(other.parent.name.as_str()));
    own.chunk_by(|one, other| one.parent.name == other.parent.name)
        .map(|group| fields.iter().filter(|met| !is_object(met)).chain(group.iter().copied()).copied().collect())
        .collect()
}

/// Collects the fields of one object, each fragment once.
struct Collector<'a> {
    met: Vec<Met<'a>>,
    /// In which round a fragment was entered last.
    entered: Vec<usize>,
    round: usize,
}

impl<'a> Collector<'a> {
    fn new(fragments: usize) -> Self {
        Self { met: Vec::new(), entered: vec![0; fragments], round: 1 }
    }

    fn enters(&mut self, fragment: usize) -> bool {
        std::mem::replace(&mut self.entered[fragment], self.round) != self.round
    }

    fn take(&mut self) -> Vec<Met<'a>> {
        self.round += 1;
        std::mem::take(&mut self.met)
    }
}
