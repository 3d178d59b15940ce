//! Writes an answer: fields in the operation's order, nulls propagated with their errors, JSON written once.

mod json;
mod project;

use std::ops::Range;
use std::sync::atomic::Ordering;

use crate::error::{GraphError, PathSegment};
use crate::execute::Outcome;
use crate::plan::compiled::Plan;

pub(crate) use json::{write_node, write_text};
pub(crate) use project::Denial;

/// What an answer begins with.
const DATA: &[u8] = b"{\"data\":";

/// A written answer.
pub(crate) struct Written {
    /// `{"data":…,"errors":…}`.
    pub(crate) body: Vec<u8>,
    /// Where `data` is in the body.
    data: Range<usize>,
    /// Where the values of the marked places are in the body.
    pub(crate) marks: Vec<Option<Range<usize>>>,
    /// Whether `data` is null.
    pub(crate) data_is_null: bool,
    /// The errors, as written.
    pub(crate) errors: Vec<GraphError>,
    /// Whether a subgraph gave a kept answer again.
    pub(crate) replayed: bool,
}

impl Written {
    /// The data as a whole.
    pub(crate) fn data(&self) -> Option<&[u8]> {
        self.body.get(self.data.clone())
    }
}

/// Writes the answer of an executed operation.
pub(crate) fn write(
    plan: &Plan,
    outcome: Outcome<'_>,
    denial: Denial,
    marks: usize,
    trace_id: Option<&str>,
) -> Written {
    let expected = plan.answer_bytes.load(Ordering::Relaxed);
    let mut body = Vec::with_capacity((expected + expected / 8).max(1024));
    body.extend_from_slice(DATA);
    let Outcome { root, mut errors, replayed } = outcome;
    let (data_is_null, marks) = project::write(&mut body, &plan.projection, &root, &mut errors, denial, marks);
    let data = DATA.len()..body.len();
    if !errors.is_empty() {
        body.push(b',');
        write_errors(&mut body, &errors, trace_id);
    }
    body.push(b'}');
    plan.answer_bytes.store(body.len(), Ordering::Relaxed);
    Written { body, data, marks, data_is_null, errors, replayed }
}

/// Writes the answer of an operation of which nothing could be had.
pub(crate) fn write_null(errors: Vec<GraphError>, trace_id: Option<&str>) -> Written {
    let mut body = [DATA, b"null,"].concat();
    let data = DATA.len()..body.len() - 1;
    write_errors(&mut body, &errors, trace_id);
    body.push(b'}');
    Written { body, data, marks: Vec::new(), data_is_null: true, errors, replayed: false }
}

/// Writes the answer of a request that was not executed.
pub(crate) fn write_failure(errors: &[GraphError], trace_id: Option<&str>) -> Vec<u8> {
    let mut body = Vec::with_capacity(256);
    body.push(b'{');
    write_errors(&mut body, errors, trace_id);
    body.push(b'}');
    body
}

fn write_errors(out: &mut Vec<u8>, errors: &[GraphError], trace_id: Option<&str>) {
    out.extend_from_slice(b"\"errors\":[");
    for (at, error) in errors.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_error(out, error, trace_id);
    }
    out.push(b']');
}

fn write_error(out: &mut Vec<u8>, error: &GraphError, trace_id: Option<&str>) {
    out.extend_from_slice(b"{\"message\":");
    write_text(out, &error.message);
    if !error.locations.is_empty() {
        out.extend_from_slice(b",\"locations\":[");
        for (at, (line, column)) in error.locations.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(format!("{{\"line\":{line},\"column\":{column}}}").as_bytes());
        }
        out.push(b']');
    }
    if !error.path.is_empty() {
        out.extend_from_slice(b",\"path\":[");
        for (at, segment) in error.path.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            match segment {
                PathSegment::Key(key) => write_text(out, key),
                PathSegment::Index(index) => out.extend_from_slice(index.to_string().as_bytes()),
            }
        }
        out.push(b']');
    }
    out.extend_from_slice(b",\"extensions\":{\"code\":");
    write_text(out, &error.code);
    for (name, value) in error.extensions.iter().flat_map(|extensions| extensions.iter()) {
        out.push(b',');
        write_text(out, name);
        out.push(b':');
        out.extend_from_slice(value.to_string().as_bytes());
    }
    if let Some(trace_id) = trace_id
        && !error.extensions.as_ref().is_some_and(|extensions| extensions.contains_key("traceId"))
    {
        out.extend_from_slice(b",\"traceId\":");
        write_text(out, trace_id);
    }
    out.extend_from_slice(b"}}");
}
