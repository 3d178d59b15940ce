//! Finds the operation of a request by its path and method.

use std::collections::HashMap;

use axum::http::Method;

use super::document::Operation;

/// All routes, as a tree of path segments. A segment that is spelled out wins over a parameter.
#[derive(Debug, Default)]
pub(super) struct RouteTable {
    root: Segment,
}

#[derive(Debug, Default)]
struct Segment {
    spelled: HashMap<String, Segment>,
    parameter: Option<Box<Segment>>,
    methods: Vec<(Method, usize)>,
}

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// An operation's number, with the values of its path parameters in order.
    Operation(usize, Vec<&'a str>),
    /// The path exists for these methods only.
    OtherMethods(Vec<Method>),
    Nothing,
}

impl RouteTable {
    pub(super) fn add(&mut self, operation: &Operation, number: usize) -> Result<(), String> {
        let mut segment = &mut self.root;
        for part in operation.path.split('/').filter(|part| !part.is_empty()) {
            segment = if part.starts_with('{') {
                segment.parameter.get_or_insert_default()
            } else {
                segment.spelled.entry(part.to_owned()).or_default()
            };
        }
        if segment.methods.iter().any(|(method, _)| *method == operation.method) {
            return Err(format!("{} {} is taken by another operation", operation.method, operation.path));
        }
        segment.methods.push((operation.method.clone(), number));
        Ok(())
    }

    pub(super) fn find<'a>(&self, method: &Method, path: &'a str) -> Found<'a> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let mut values = Vec::new();
        let Some(segment) = self.root.walk(&parts, &mut values) else { return Found::Nothing };
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        match segment.methods.iter().find(|(known, _)| known == wanted) {
            Some((_, number)) => Found::Operation(*number, values),
            None => {
                let mut methods: Vec<Method> = segment.methods.iter().map(|(method, _)| method.clone()).collect();
                methods.sort_by(|left, right| left.as_str().cmp(right.as_str()));
                Found::OtherMethods(methods)
            }
        }
    }
}

impl Segment {
    fn walk<'s, 'a>(&'s self, parts: &[&'a str], values: &mut Vec<&'a str>) -> Option<&'s Self> {
        let Some((first, rest)) = parts.split_first() else {
            return (!self.methods.is_empty()).then_some(self);
        };
        let spelled = self.spelled.get(*first).and_then(|segment| segment.walk(rest, values));
        if spelled.is_some() || first.is_empty() {
            return spelled;
        }
        let before = values.len();
        let parameter = self.parameter.as_deref()?;
        values.push(first);
        let found = parameter.walk(rest, values);
        if found.is_none() {
            values.truncate(before);
        }
        found
    }
}
