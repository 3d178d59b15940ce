//! Operations: read, and checked against a schema.
//!
//! Both are our own, because both face whatever anybody sends: no document costs more than its length to read, and no
//! operation within the limits costs more to check than a bound on steps allows.

mod ast;
mod lexer;
mod parser;
mod validate;

pub(crate) use ast::*;
pub(crate) use parser::parse;
pub(crate) use validate::validate;

use crate::error::{GraphError, codes};

/// Why a text is no document of operations, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParseError {
    at: Offset,
    pub(crate) message: String,
    code: &'static str,
}

impl ParseError {
    fn new(at: Offset, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), code: codes::PARSE }
    }

    fn too_complex(at: Offset, message: impl Into<String>) -> Self {
        Self { code: codes::TOO_COMPLEX, ..Self::new(at, message) }
    }

    /// The error as clients see it.
    pub(crate) fn into_graph_error(self, text: &str) -> GraphError {
        let message = if self.code == codes::PARSE { format!("Syntax error: {}", self.message) } else { self.message };
        GraphError { locations: vec![position(text, self.at)], ..GraphError::new(self.code, message) }
    }
}

/// The line and the column of a place in a text, from 1.
fn position(text: &str, at: Offset) -> (usize, usize) {
    positions(text, vec![at]).pop().map_or((1, 1), |(_, position)| position)
}

/// The lines and columns of places in a text, in the order of the places: the text is read once for all of them.
fn positions(text: &str, mut places: Vec<Offset>) -> Vec<(Offset, (usize, usize))> {
    places.sort_unstable();
    places.dedup();
    let mut found = Vec::with_capacity(places.len());
    let (mut line, mut column) = (1, 1);
    let mut letters = text.char_indices().peekable();
    for place in places {
        while let Some((_, letter)) = letters.next_if(|(at, _)| *at < place as usize) {
            let ends_line = letter == '\n' || (letter == '\r' && letters.peek().is_none_or(|(_, next)| *next != '\n'));
            (line, column) = if ends_line { (line + 1, 1) } else { (line, column + 1) };
        }
        found.push((place, (line, column)));
    }
    found
}
