//! Compiles what to answer: the fields of every object in the operation's order, with what their values must be.

use std::sync::Arc;

use async_graphql::Name;
use indexmap::IndexMap;

use super::compiled::{Fields, OutField, OutKind, OutType, Projection, Source};
use super::selection::{Field, Item};
use crate::error::{GraphError, codes};
use crate::schema::{Schema, TypeInfo, TypeKind, TypeRef};

/// How many fields a projection may have, and how many may be looked at to find them: types that differ in their fields
/// multiply them.
const MOST_FIELDS: usize = 10_000;
const MOST_LOOKS: usize = 60_000;

/// Places in the answer whose bytes the caller wants to know: a path of response keys each.
pub(crate) type Marks = Vec<Vec<Name>>;

/// Compiles the projection of an operation.
pub(super) fn compile(
    schema: &Schema,
    root: &Name,
    items: &[Item<'_>],
    marks: &Marks,
) -> Result<Projection, GraphError> {
    let mut compiler = Compiler { schema, marks, fields: 0, looks: 0 };
    let open: Vec<(usize, usize)> = (0..marks.len()).map(|mark| (mark, 0)).collect();
    Ok(Projection { root: compiler.fields(root, Some(root), &[Set { items, denied: false }], &open)? })
}

struct Compiler<'a> {
    schema: &'a Schema,
    marks: &'a Marks,
    fields: usize,
    looks: usize,
}

/// A selection; denied as a whole where it is below a field that is.
#[derive(Clone, Copy)]
struct Set<'a> {
    items: &'a [Item<'a>],
    denied: bool,
}

/// A field with the selections of all its occurrences. It is denied if all of them are: on an object that a fragment
/// tells apart it may be allowed where on the interface it is not.
struct Merged<'a> {
    first: &'a Field<'a>,
    denied: bool,
    children: Vec<Set<'a>>,
}

impl Compiler<'_> {
    /// The fields of an object of type `object`; of none where the type does not matter.
    fn fields(
        &mut self,
        declared: &Name,
        object: Option<&Name>,
        sets: &[Set<'_>],
        marks: &[(usize, usize)],
    ) -> Result<Fields, GraphError> {
        let mut merged: IndexMap<Name, Merged<'_>> = IndexMap::new();
        for set in sets {
            self.looks += self.collect(object.unwrap_or(declared), *set, &mut merged);
        }
        let mut fields = Vec::with_capacity(merged.len());
        for (key, field) in merged {
            self.fields += 1;
            if self.fields > MOST_FIELDS || self.looks > MOST_LOOKS {
                return Err(GraphError::new(
                    codes::TOO_COMPLEX,
                    "The operation has too many fields for too many types.",
                ));
            }
            fields.push(self.field(key, object.unwrap_or(declared), &field, marks)?);
        }
        Ok(Fields { type_name: object.cloned(), possible: None, fields })
    }

    /// Collects the fields of an object of a type; answers how many it looked at.
    fn collect<'b>(&self, object: &Name, set: Set<'b>, merged: &mut IndexMap<Name, Merged<'b>>) -> usize {
        let mut looks = set.items.len();
        for item in set.items {
            match item {
                Item::Field(field) => {
                    let denied = set.denied || field.denied;
                    let entry = merged.entry(field.key().clone()).or_insert_with(|| Merged {
                        first: field,
                        denied,
                        children: Vec::new(),
                    });
                    entry.denied &= denied;
                    if !field.items.is_empty() {
                        entry.children.push(Set { items: &field.items, denied });
                    }
                }
                Item::On { type_name, items } => {
                    if self.schema.is_possible(type_name, object) {
                        looks += self.collect(object, Set { items, ..set }, merged);
                    }
                }
            }
        }
        looks
    }

    fn field(
        &mut self,
        key: Name,
        parent: &Name,
        merged: &Merged<'_>,
        marks: &[(usize, usize)],
    ) -> Result<OutField, GraphError> {
        let field = merged.first;
        let inner: Vec<(usize, usize)> = marks
            .iter()
            .filter(|(mark, depth)| self.marks[*mark].get(*depth) == Some(&key))
            .map(|(mark, depth)| (*mark, depth + 1))
            .collect();
        let mark = inner.iter().find(|(mark, depth)| self.marks[*mark].len() == *depth).map(|(mark, _)| *mark);
        let source = match (&*field.name, merged.denied) {
            ("__typename", _) => Source::Typename,
            (_, true) => Source::Denied,
            _ => Source::Data,
        };
        let ty = match (&*field.name, self.field_type(parent, field)) {
            ("__typename", _) => OutType { non_null: true, kind: OutKind::Text },
            (_, Some(ty)) => self.out_type(&ty, &merged.children, &inner)?,
            (name, None) => {
                return Err(GraphError::new(
                    codes::VALIDATION,
                    format!("Cannot query field \"{name}\" on type \"{parent}\"."),
                ));
            }
        };
        let mut prefix = Vec::with_capacity(key.len() + 3);
        prefix.push(b'"');
        prefix.extend_from_slice(key.as_bytes());
        prefix.extend_from_slice(b"\":");
        let introspects = field.name.starts_with("__") || parent.starts_with("__");
        Ok(OutField {
            prefix: prefix.into_boxed_slice(),
            source,
            ty,
            parent: parent.clone(),
            name: field.name.clone(),
            arguments: if introspects { field.arguments.to_vec() } else { Vec::new() },
            mark,
            key,
        })
    }

    fn field_type(&self, parent: &Name, field: &Field<'_>) -> Option<TypeRef> {
        match &*field.name {
            "__schema" => Some(TypeRef::NonNull(Box::new(TypeRef::Named(Name::new("__Schema"))))),
            "__type" => Some(TypeRef::Named(Name::new("__Type"))),
            // An object may promise more than its interface: what counts is the object's own field.
            name => [parent, &field.parent]
                .into_iter()
                .find_map(|ty| self.schema.get(ty)?.fields.get(name))
                .map(|info| info.ty.clone()),
        }
    }

    fn out_type(&mut self, ty: &TypeRef, sets: &[Set<'_>], marks: &[(usize, usize)]) -> Result<OutType, GraphError> {
        let kind = match ty.nullable() {
            TypeRef::List(inner) => OutKind::List(Box::new(self.out_type(inner, sets, marks)?)),
            TypeRef::Named(name) => self.named_type(name, sets, marks)?,
            // Non-null marks do not nest.
            TypeRef::NonNull(inner) => return self.out_type(inner, sets, marks),
        };
        Ok(OutType { non_null: ty.is_non_null(), kind })
    }

    fn named_type(&mut self, name: &Name, sets: &[Set<'_>], marks: &[(usize, usize)]) -> Result<OutKind, GraphError> {
        let Some(info) = self.schema.get(name).cloned() else { return Ok(OutKind::Any) };
        Ok(match info.kind {
            TypeKind::Scalar => match &**name {
                "Int" => OutKind::Int,
                "Float" => OutKind::Float,
                "String" => OutKind::Text,
                "Boolean" => OutKind::Boolean,
                "ID" => OutKind::Id,
                _ => OutKind::Any,
            },
            TypeKind::Enum => OutKind::Enum(info.values.iter().map(|value| value.name.clone()).collect()),
            TypeKind::Object => OutKind::Object(Arc::new(self.fields(name, Some(name), sets, marks)?)),
            TypeKind::Interface | TypeKind::Union => self.abstract_type(&info, sets, marks)?,
            TypeKind::Input => OutKind::Any,
        })
    }

    /// Where conditions tell types apart, every possible type has its own fields.
    fn abstract_type(
        &mut self,
        info: &TypeInfo,
        sets: &[Set<'_>],
        marks: &[(usize, usize)],
    ) -> Result<OutKind, GraphError> {
        let mut conditions = Vec::new();
        sets.iter().for_each(|set| gather_conditions(set.items, &mut conditions));
        if conditions.is_empty() {
            let mut fields = self.fields(&info.name, None, sets, marks)?;
            // An interface object answers with the interface's name.
            fields.possible = Some(info.possible.iter().chain([&info.name]).cloned().collect());
            return Ok(OutKind::Object(Arc::new(fields)));
        }
        let mut shapes: Vec<(Name, Arc<Fields>)> = Vec::new();
        for object in &info.possible {
            let fields = self.fields(&info.name, Some(object), sets, marks)?;
            shapes.push((object.clone(), Arc::new(fields)));
        }
        Ok(OutKind::Abstract(shapes))
    }
}

fn gather_conditions<'a>(items: &'a [Item<'a>], conditions: &mut Vec<&'a Name>) {
    for item in items {
        if let Item::On { type_name, items } = item {
            conditions.push(type_name);
            gather_conditions(items, conditions);
        }
    }
}
