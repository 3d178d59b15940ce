//! Reads operations. No input costs more than its length: tokens and nesting are limited while it is read.

use std::collections::HashMap;

use async_graphql::Name;

use super::ParseError;
use super::ast::{
    Argument, Directive, Document, Field, Fragment, FragmentSpread, InlineFragment, Offset, Operation, OperationKind,
    Selection, Value, VariableDefinition,
};
use super::lexer::{Lexer, Token, dedent, unescape};
use crate::schema::TypeRef;

type Parsed<T> = Result<T, ParseError>;

/// How deep selections, values and types may nest.
const MAX_DEPTH: usize = 100;

/// Parses a document of operations and fragments that has no more than so many tokens.
pub(crate) fn parse(text: &str, tokens: usize) -> Parsed<Document> {
    let mut parser = Parser {
        lexer: Lexer::new(text),
        token: Token::End,
        at: 0,
        tokens_left: tokens,
        depth: 0,
        names: HashMap::new(),
    };
    parser.advance()?;
    let mut document = Document::default();
    while parser.token != Token::End {
        parser.definition(&mut document)?;
    }
    if document.operations.is_empty() && document.fragments.is_empty() {
        return parser.unexpected();
    }
    Ok(document)
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token<'a>,
    at: Offset,
    tokens_left: usize,
    depth: usize,
    /// Names that were read before: what repeats shares its memory.
    names: HashMap<&'a str, Name>,
}

impl<'a> Parser<'a> {
    fn advance(&mut self) -> Parsed<()> {
        (self.token, self.at) = self.lexer.next_token()?;
        if self.token == Token::End {
            return Ok(());
        }
        match self.tokens_left.checked_sub(1) {
            Some(left) => self.tokens_left = left,
            None => return Err(ParseError::too_complex(self.at, "The document has too many tokens.")),
        }
        Ok(())
    }

    fn unexpected<T>(&self) -> Parsed<T> {
        Err(ParseError::new(self.at, format!("Unexpected {}.", self.token.describe())))
    }

    fn expected<T>(&self, what: &str) -> Parsed<T> {
        Err(ParseError::new(self.at, format!("Expected {what}, found {}.", self.token.describe())))
    }

    fn is(&self, mark: u8) -> bool {
        self.token == Token::Punctuation(mark)
    }

    fn skip(&mut self, mark: u8) -> Parsed<bool> {
        let found = self.is(mark);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, mark: u8) -> Parsed<()> {
        if self.skip(mark)? { Ok(()) } else { self.expected(&format!("\"{}\"", char::from(mark))) }
    }

    fn interned(&mut self, text: &'a str) -> Name {
        self.names.entry(text).or_insert_with(|| Name::new(text)).clone()
    }

    fn name(&mut self) -> Parsed<Name> {
        let Token::Name(text) = self.token else { return self.expected("Name") };
        self.advance()?;
        Ok(self.interned(text))
    }

    /// Runs a step one level deeper.
    fn nested<T>(&mut self, step: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let message = format!("The document nests deeper than {MAX_DEPTH} levels.");
            return Err(ParseError::too_complex(self.at, message));
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }

    /// One or more items in brackets, if they are opened here.
    fn optional_many<T>(
        &mut self,
        open: u8,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        if self.skip(open)? {
            loop {
                items.push(item(self)?);
                if self.skip(close)? {
                    break;
                }
            }
        }
        Ok(items)
    }

    /// A description has no meaning for execution.
    fn skip_description(&mut self) -> Parsed<()> {
        match self.token {
            Token::String(_) | Token::BlockString(_) => self.value(true).map(|_| ()),
            _ => Ok(()),
        }
    }

    fn definition(&mut self, document: &mut Document) -> Parsed<()> {
        if self.is(b'{') {
            document.operations.push(Operation {
                at: self.at,
                kind: OperationKind::Query,
                name: None,
                variables: Vec::new(),
                directives: Vec::new(),
                selections: self.selections()?,
            });
            return Ok(());
        }
        self.skip_description()?;
        let at = self.at;
        let Token::Name(keyword) = self.token else { return self.unexpected() };
        let kind = match keyword {
            "query" => OperationKind::Query,
            "mutation" => OperationKind::Mutation,
            "subscription" => OperationKind::Subscription,
            "fragment" => {
                document.fragments.push(self.fragment(at)?);
                return Ok(());
            }
            _ => return self.unexpected(),
        };
        self.advance()?;
        let name = if let Token::Name(_) = self.token { Some(self.name()?) } else { None };
        document.operations.push(Operation {
            at,
            kind,
            name,
            variables: self.optional_many(b'(', b')', Self::variable_definition)?,
            directives: self.directives(false)?,
            selections: self.selections()?,
        });
        Ok(())
    }

    fn fragment(&mut self, at: Offset) -> Parsed<Fragment> {
        self.advance()?;
        if self.token == Token::Name("on") {
            return self.unexpected();
        }
        let name = self.name()?;
        if self.token != Token::Name("on") {
            return self.expected("\"on\"");
        }
        self.advance()?;
        Ok(Fragment { at, name, on: self.name()?, directives: self.directives(false)?, selections: self.selections()? })
    }

    fn variable_definition(&mut self) -> Parsed<VariableDefinition> {
        self.skip_description()?;
        let at = self.at;
        self.expect(b'$')?;
        let name = self.name()?;
        self.expect(b':')?;
        let ty = self.type_ref()?;
        let default = if self.skip(b'=')? { Some(self.value(true)?) } else { None };
        Ok(VariableDefinition { at, name, ty, default, directives: self.directives(true)? })
    }

    fn type_ref(&mut self) -> Parsed<TypeRef> {
        let inner = if self.skip(b'[')? {
            let inner = self.nested(Self::type_ref)?;
            self.expect(b']')?;
            TypeRef::List(Box::new(inner))
        } else {
            TypeRef::Named(self.name()?)
        };
        Ok(if self.skip(b'!')? { TypeRef::NonNull(Box::new(inner)) } else { inner })
    }

    fn selections(&mut self) -> Parsed<Vec<Selection>> {
        if !self.is(b'{') {
            return self.expected("\"{\"");
        }
        self.nested(|parser| parser.optional_many(b'{', b'}', Self::selection))
    }

    fn selection(&mut self) -> Parsed<Selection> {
        let at = self.at;
        if self.token == Token::Spread {
            self.advance()?;
            return self.fragment_selection(at);
        }
        let first = self.name()?;
        let (alias, name) = if self.skip(b':')? { (Some(first), self.name()?) } else { (None, first) };
        Ok(Selection::Field(Field {
            at,
            alias,
            name,
            arguments: self.arguments(false)?,
            directives: self.directives(false)?,
            selections: if self.is(b'{') { self.selections()? } else { Vec::new() },
        }))
    }

    fn fragment_selection(&mut self, at: Offset) -> Parsed<Selection> {
        let on = match self.token {
            Token::Name("on") => {
                self.advance()?;
                Some(self.name()?)
            }
            Token::Name(_) => {
                let name = self.name()?;
                return Ok(Selection::Spread(FragmentSpread { at, name, directives: self.directives(false)? }));
            }
            _ => None,
        };
        let directives = self.directives(false)?;
        Ok(Selection::Inline(InlineFragment { at, on, directives, selections: self.selections()? }))
    }

    fn directives(&mut self, constant: bool) -> Parsed<Vec<Directive>> {
        let mut directives = Vec::new();
        while self.is(b'@') {
            let at = self.at;
            self.advance()?;
            directives.push(Directive { at, name: self.name()?, arguments: self.arguments(constant)? });
        }
        Ok(directives)
    }

    fn arguments(&mut self, constant: bool) -> Parsed<Vec<Argument>> {
        self.optional_many(b'(', b')', |parser| parser.argument(constant))
    }

    fn argument(&mut self, constant: bool) -> Parsed<Argument> {
        let at = self.at;
        let name = self.name()?;
        self.expect(b':')?;
        Ok(Argument { at, name, value: self.value(constant)? })
    }

    fn value(&mut self, constant: bool) -> Parsed<Value> {
        let at = self.at;
        let value = match self.token {
            Token::Int(text) => Value::Int(Name::new(text)),
            Token::Float(text) => Value::Float(Name::new(text)),
            Token::String(raw) => Value::String(unescape(raw).map_err(|message| ParseError::new(at, message))?),
            Token::BlockString(raw) => Value::String(dedent(raw)),
            Token::Name(name) => match name {
                "null" => Value::Null,
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                _ => Value::Enum(self.interned(name)),
            },
            Token::Punctuation(b'[') => return self.nested(|parser| parser.list(constant)),
            Token::Punctuation(b'{') => return self.nested(|parser| parser.object(constant)),
            Token::Punctuation(b'$') if !constant => {
                self.advance()?;
                return Ok(Value::Variable(self.name()?));
            }
            Token::Punctuation(b'$') => {
                return Err(ParseError::new(at, "Unexpected variable in a constant value."));
            }
            _ => return self.unexpected(),
        };
        self.advance()?;
        Ok(value)
    }

    fn list(&mut self, constant: bool) -> Parsed<Value> {
        self.advance()?;
        let mut items = Vec::new();
        while !self.skip(b']')? {
            items.push(self.value(constant)?);
        }
        Ok(Value::List(items))
    }

    fn object(&mut self, constant: bool) -> Parsed<Value> {
        self.advance()?;
        let mut fields = Vec::new();
        while !self.skip(b'}')? {
            fields.push(self.argument(constant)?);
        }
        Ok(Value::Object(fields))
    }
}
