//! Selections: the field sets of `@key`, `@requires` and `@provides`, and what `@fromContext` selects.

use super::lexer::Token;
use super::parser::Parser;
use super::{SyntaxError, Value};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::compose) struct FieldSelection {
    pub(in crate::compose) alias: Option<String>,
    pub(in crate::compose) name: String,
    pub(in crate::compose) arguments: Vec<(String, Value)>,
    pub(in crate::compose) has_directives: bool,
    pub(in crate::compose) selections: Vec<Selection>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::compose) struct Fragment {
    pub(in crate::compose) on: Option<String>,
    pub(in crate::compose) has_directives: bool,
    pub(in crate::compose) selections: Vec<Selection>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::compose) enum Selection {
    Field(FieldSelection),
    Fragment(Fragment),
    /// A named fragment, which none of the places that have selections knows.
    Spread(String),
}

impl Selection {
    pub(in crate::compose) fn children(&self) -> &[Selection] {
        match self {
            Self::Field(field) => &field.selections,
            Self::Fragment(fragment) => &fragment.selections,
            Self::Spread(_) => &[],
        }
    }
}

/// Parses selections, with or without their outer braces.
pub(in crate::compose) fn parse_selections(text: &str) -> Result<Vec<Selection>, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let braces = parser.skip('{')?;
    let mut selections = Vec::new();
    while parser.token != Token::End && !parser.is('}') {
        selections.push(selection(&mut parser)?);
    }
    if selections.is_empty() {
        return parser.fail("nothing is selected");
    }
    if braces {
        parser.expect('}')?;
    }
    if parser.token != Token::End {
        return parser.fail(format!("unexpected {} after the selection", parser.token.describe()));
    }
    Ok(selections)
}

fn selection(parser: &mut Parser<'_>) -> Result<Selection, SyntaxError> {
    if parser.token == Token::Spread {
        parser.advance()?;
        if !parser.is_keyword("on") && matches!(parser.token, Token::Name(_)) {
            return Ok(Selection::Spread(parser.name()?));
        }
        let on = if parser.is_keyword("on") {
            parser.advance()?;
            Some(parser.name()?)
        } else {
            None
        };
        let has_directives = !parser.directives()?.is_empty();
        if !parser.is('{') {
            return parser.fail("a fragment needs a selection");
        }
        return Ok(Selection::Fragment(Fragment { on, has_directives, selections: children(parser)? }));
    }
    let first = parser.name()?;
    let (alias, name) = if parser.skip(':')? { (Some(first), parser.name()?) } else { (None, first) };
    let arguments = parser.arguments()?;
    let has_directives = !parser.directives()?.is_empty();
    Ok(Selection::Field(FieldSelection { alias, name, arguments, has_directives, selections: children(parser)? }))
}

fn children(parser: &mut Parser<'_>) -> Result<Vec<Selection>, SyntaxError> {
    parser.nested(|parser| parser.optional_many('{', '}', selection))
}

/// Selections with single spaces, without outer braces.
pub(in crate::compose) fn print_selections(selections: &[Selection]) -> String {
    let mut out = String::new();
    print_into(selections, &mut out);
    out
}

fn print_into(selections: &[Selection], out: &mut String) {
    for (at, selection) in selections.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        match selection {
            Selection::Field(field) => {
                if let Some(alias) = &field.alias {
                    out.push_str(alias);
                    out.push_str(": ");
                }
                out.push_str(&field.name);
                if !field.arguments.is_empty() {
                    let arguments: Vec<String> =
                        field.arguments.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                    out.push('(');
                    out.push_str(&arguments.join(", "));
                    out.push(')');
                }
                if field.selections.is_empty() {
                    continue;
                }
            }
            Selection::Fragment(fragment) => {
                out.push_str("...");
                if let Some(on) = &fragment.on {
                    out.push_str(" on ");
                    out.push_str(on);
                }
            }
            Selection::Spread(name) => {
                out.push_str("...");
                out.push_str(name);
                continue;
            }
        }
        out.push_str(" { ");
        print_into(selection.children(), out);
        out.push_str(" }");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        for (text, printed) in [
            ("id", "id"),
            ("{ a,b  {c} }", "a b { c }"),
            (
                "x: a(l: [1 2], s: \"a  b\") ...on T{b} ... { c }",
                "x: a(l: [1, 2], s: \"a  b\") ... on T { b } ... { c }",
            ),
        ] {
            assert_eq!(print_selections(&parse_selections(text).unwrap()), printed);
        }
        for text in ["", "{", "{ }", "a {", "a { }", "a }", "(a)", "... on T", "a(b: $c)"] {
            assert!(parse_selections(text).is_err(), "{text}");
        }
        assert!(parse_selections(&"a{".repeat(100_000)).is_err());
    }
}
