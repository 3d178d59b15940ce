//! The schema language: what composition reads and writes.
//!
//! An own parser, so that every element keeps its place, numbers keep their text, and no input, however deep or broken,
//! costs more than its length: nesting is limited before it can exhaust the stack.

mod ast;
mod lexer;
mod parser;
mod selection;
mod value;

pub(super) use ast::*;
pub(super) use parser::parse_document;
pub(super) use selection::{FieldSelection, Fragment, Selection, parse_selections, print_selections};
pub(super) use value::{Value, print_string};

/// Why a text is not what it should be, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) position: Position,
    pub(super) message: String,
}

/// How deep lists, objects, types and selections may nest.
const MAX_DEPTH: usize = 64;
