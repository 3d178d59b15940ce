//! Writes data by its projection. A null that a type forbids takes the place of the nearest value that may be null.

use std::ops::Range;
use std::sync::Arc;

use async_graphql::Name;

use super::json::{write_float, write_integer, write_node, write_plain, write_text};
use crate::error::{GraphError, PathSegment, codes};
use crate::execute::tree::{Node, Object};
use crate::plan::compiled::{Fields, OutField, OutKind, OutType, Projection, Source};

/// Why denied fields are denied to this principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// Nobody is signed in.
    Unauthenticated,
    /// The one who is signed in lacks a scope.
    Forbidden,
    /// Scopes are withheld from the one who is signed in until the account has a second factor.
    SecondFactor,
}

enum Segment<'a> {
    Key(&'a Name),
    Index(usize),
}

/// A null that has to take the place of its parent, too.
struct Propagate;

struct Writer<'a> {
    out: &'a mut Vec<u8>,
    errors: &'a mut Vec<GraphError>,
    path: Vec<Segment<'a>>,
    marks: Vec<Option<Range<usize>>>,
    denial: Denial,
}

/// Writes `data`. Answers whether it is null, and where the marked places are.
pub(super) fn write(
    out: &mut Vec<u8>,
    projection: &Projection,
    root: &Object<'_>,
    errors: &mut Vec<GraphError>,
    denial: Denial,
    marks: usize,
) -> (bool, Vec<Option<Range<usize>>>) {
    let mut writer = Writer { out, errors, path: Vec::with_capacity(8), marks: vec![None; marks], denial };
    let start = writer.out.len();
    match writer.object(&projection.root, root) {
        Ok(()) => (false, writer.marks),
        Err(Propagate) => {
            writer.nullify(start);
            (true, writer.marks)
        }
    }
}

impl<'a> Writer<'a> {
    fn nullify(&mut self, start: usize) {
        self.out.truncate(start);
        for mark in &mut self.marks {
            if mark.as_ref().is_some_and(|range| range.start >= start) {
                *mark = None;
            }
        }
        self.out.extend_from_slice(b"null");
    }

    fn object(&mut self, fields: &'a Fields, object: &'a Object<'a>) -> Result<(), Propagate> {
        self.out.push(b'{');
        let depth = self.path.len();
        let mut cursor = 0;
        for (at, field) in fields.fields.iter().enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            self.out.extend_from_slice(&field.prefix);
            self.path.push(Segment::Key(&field.key));
            let start = self.out.len();
            let written = self.field(fields, field, object, &mut cursor);
            if written.is_err() {
                if field.ty.non_null {
                    return Err(Propagate);
                }
                self.nullify(start);
            }
            if let Some(mark) = field.mark {
                self.marks[mark] = Some(start..self.out.len());
            }
            // A null that came up from below left its path.
            self.path.truncate(depth);
        }
        self.out.push(b'}');
        Ok(())
    }

    fn field(
        &mut self,
        fields: &'a Fields,
        field: &'a OutField,
        object: &'a Object<'a>,
        cursor: &mut usize,
    ) -> Result<(), Propagate> {
        match field.source {
            Source::Typename => {
                match fields.type_name.as_deref().or_else(|| object.typename()) {
                    Some(name) => write_text(self.out, name),
                    None => return self.missing(field),
                }
                Ok(())
            }
            Source::Denied => {
                let (code, message) = match self.denial {
                    Denial::Unauthenticated => (codes::UNAUTHENTICATED, "Sign in first."),
                    Denial::Forbidden => (codes::FORBIDDEN, "This is not allowed."),
                    Denial::SecondFactor => (codes::SECOND_FACTOR, "Set up a second factor for your account first."),
                };
                let error = GraphError::new(code, message).at(self.client_path());
                self.errors.push(error);
                Err(Propagate)
            }
            Source::Data => match lookup(object, &field.key, cursor) {
                None | Some(Node::Null) => self.missing(field),
                Some(value) => self.value(&field.ty, value, field),
            },
        }
    }

    /// A value that is not there.
    fn missing(&mut self, field: &OutField) -> Result<(), Propagate> {
        if field.ty.non_null {
            self.explain_null(field);
            return Err(Propagate);
        }
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn value(&mut self, ty: &'a OutType, value: &'a Node<'a>, field: &'a OutField) -> Result<(), Propagate> {
        if value.is_null() {
            if ty.non_null {
                self.explain_null(field);
                return Err(Propagate);
            }
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        match (&ty.kind, value) {
            (OutKind::List(inner), Node::List(items)) => self.list(inner, items, field),
            (OutKind::Object(fields), Node::Object(object)) => {
                if shows(fields, object) {
                    self.object(fields, object)
                } else {
                    self.hidden(ty, field)
                }
            }
            (OutKind::Abstract(shapes), Node::Object(object)) => match shape(shapes, object) {
                Some(fields) => self.object(fields, object),
                None => self.hidden(ty, field),
            },
            (OutKind::Int, Node::Int(value)) if i32::try_from(*value).is_ok() => {
                write_integer(self.out, *value);
                Ok(())
            }
            (OutKind::Int | OutKind::Float, Node::Float(value))
                if matches!(ty.kind, OutKind::Float) || is_int(*value) =>
            {
                write_float(self.out, *value);
                Ok(())
            }
            (OutKind::Text | OutKind::Id, Node::Plain(text)) => {
                write_plain(self.out, text);
                Ok(())
            }
            (OutKind::Float, Node::Int(_) | Node::Large(_))
            | (OutKind::Text | OutKind::Id, Node::Text(_))
            | (OutKind::Boolean, Node::Bool(_))
            | (OutKind::Any, _) => {
                write_node(self.out, value);
                Ok(())
            }
            (OutKind::Id, Node::Int(value)) => {
                write_text(self.out, &value.to_string());
                Ok(())
            }
            (OutKind::Enum(values), Node::Text(_) | Node::Plain(_)) => match value.as_str() {
                Some(name) if values.iter().any(|known| known.as_str() == name) => {
                    write_text(self.out, name);
                    Ok(())
                }
                _ => self.hidden(ty, field),
            },
            _ => self.misfit(field, "a value that does not fit its type"),
        }
    }

    fn list(&mut self, inner: &'a OutType, items: &'a [Node<'a>], field: &'a OutField) -> Result<(), Propagate> {
        self.out.push(b'[');
        let depth = self.path.len();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.path.push(Segment::Index(index));
            let start = self.out.len();
            if self.value(inner, item, field).is_err() {
                if inner.non_null {
                    return Err(Propagate);
                }
                self.nullify(start);
            }
            self.path.truncate(depth);
        }
        self.out.push(b']');
        Ok(())
    }

    /// A value that the schema does not show to this principal: to it, there is none.
    fn hidden(&mut self, ty: &OutType, field: &OutField) -> Result<(), Propagate> {
        if ty.non_null {
            self.explain_null(field);
            return Err(Propagate);
        }
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn misfit(&mut self, field: &OutField, what: &str) -> Result<(), Propagate> {
        let message = format!("\"{}.{}\" was answered with {what}.", field.parent, field.name);
        let error = GraphError::new(codes::VALUE, message).at(self.client_path());
        self.errors.push(error);
        Err(Propagate)
    }

    /// A forbidden null always has an error: the subgraph's, if it told one for this place, else this.
    fn explain_null(&mut self, field: &OutField) {
        let path = self.client_path();
        let told = self.errors.iter().any(|error| {
            let shared = error.path.len().min(path.len());
            error.path[..shared] == path[..shared]
        });
        if !told {
            let message = format!("Cannot return null for non-nullable field {}.{}.", field.parent, field.name);
            self.errors.push(GraphError::new(codes::NULL, message).at(path));
        }
    }

    fn client_path(&self) -> Vec<PathSegment> {
        self.path
            .iter()
            .map(|segment| match segment {
                Segment::Key(key) => PathSegment::Key((*key).clone()),
                Segment::Index(index) => PathSegment::Index(*index),
            })
            .collect()
    }
}

/// Finds a key, beginning where the last one was found: objects come mostly in the order in which they were asked.
fn lookup<'t, 'a>(object: &'t Object<'a>, key: &str, cursor: &mut usize) -> Option<&'t Node<'a>> {
    let count = object.entries.len();
    for offset in 0..count {
        let mut at = *cursor + offset;
        if at >= count {
            at -= count;
        }
        let (name, value) = &object.entries[at];
        if *name == key {
            *cursor = if at + 1 == count { 0 } else { at + 1 };
            return Some(value);
        }
    }
    None
}

/// Whether the object's type is one that may be answered.
fn shows(fields: &Fields, object: &Object<'_>) -> bool {
    match (&fields.possible, object.typename()) {
        (Some(possible), Some(name)) => possible.iter().any(|known| known.as_str() == name),
        _ => true,
    }
}

fn shape<'a>(shapes: &'a [(Name, Arc<Fields>)], object: &Object<'_>) -> Option<&'a Fields> {
    let name = object.typename()?;
    shapes.iter().find(|(ty, _)| ty.as_str() == name).map(|(_, fields)| &**fields)
}

/// Whether a number with a fraction or an exponent is a 32-bit integer all the same.
fn is_int(value: f64) -> bool {
    value.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value)
}
