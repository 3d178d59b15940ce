//! Reads schema documents.

use super::lexer::{Lexer, Token};
use super::{
    Definition, DirectiveDefinitionNode, DirectiveNode, Document, EnumValueNode, FieldNode, InputValueNode, Kind,
    MAX_DEPTH, NameNode, Position, Root, SchemaNode, SyntaxError, TypeNode, TypeRef, Value,
};

type Parsed<T> = Result<T, SyntaxError>;

/// Parses a schema document. Stops at the first thing that is no GraphQL.
pub(in crate::compose) fn parse_document(text: &str) -> Parsed<Document> {
    let mut parser = Parser::new(text)?;
    let mut definitions = Vec::new();
    while parser.token != Token::End {
        definitions.push(parser.definition()?);
    }
    if definitions.is_empty() {
        return parser.fail("a schema document cannot be empty");
    }
    Ok(definitions)
}

pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    pub(super) token: Token,
    pub(super) position: Position,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Parsed<Self> {
        let mut lexer = Lexer::new(text);
        let (token, position) = lexer.next_token()?;
        Ok(Self { lexer, token, position, depth: 0 })
    }

    pub(super) fn fail<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Err(SyntaxError { position: self.position, message: message.into() })
    }

    fn expected<T>(&self, what: &str) -> Parsed<T> {
        self.fail(format!("expected {what}, found {}", self.token.describe()))
    }

    pub(super) fn advance(&mut self) -> Parsed<Token> {
        let (token, position) = self.lexer.next_token()?;
        self.position = position;
        Ok(std::mem::replace(&mut self.token, token))
    }

    pub(super) fn is(&self, mark: char) -> bool {
        self.token == Token::Punctuation(mark)
    }

    pub(super) fn skip(&mut self, mark: char) -> Parsed<bool> {
        let found = self.is(mark);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(super) fn expect(&mut self, mark: char) -> Parsed<()> {
        if self.skip(mark)? { Ok(()) } else { self.expected(&format!("\"{mark}\"")) }
    }

    pub(super) fn is_keyword(&self, word: &str) -> bool {
        matches!(&self.token, Token::Name(name) if name == word)
    }

    fn skip_keyword(&mut self, word: &str) -> Parsed<bool> {
        let found = self.is_keyword(word);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(super) fn name(&mut self) -> Parsed<String> {
        match &self.token {
            Token::Name(name) => {
                let name = name.clone();
                self.advance()?;
                Ok(name)
            }
            _ => self.expected("a name"),
        }
    }

    fn name_node(&mut self) -> Parsed<NameNode> {
        let position = self.position;
        Ok(NameNode { name: self.name()?, position })
    }

    /// Runs a step one level deeper.
    pub(super) fn nested<T>(&mut self, step: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return self.fail("nested too deeply");
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }

    /// One or more items in brackets, if they are opened here.
    pub(super) fn optional_many<T>(
        &mut self,
        open: char,
        close: char,
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

    fn description(&mut self) -> Parsed<Option<String>> {
        if let Token::String(text) = &self.token {
            let text = text.clone();
            self.advance()?;
            return Ok(Some(text));
        }
        Ok(None)
    }

    fn definition(&mut self) -> Parsed<Definition> {
        let position = self.position;
        let description = self.description()?;
        let extend = description.is_none() && self.skip_keyword("extend")?;
        let Token::Name(keyword) = self.token.clone() else { return self.expected("a definition") };
        let kind = match keyword.as_str() {
            "schema" => return self.schema(extend, description, position),
            "directive" if !extend => return self.directive_definition(description, position),
            "scalar" => Kind::Scalar,
            "type" => Kind::Object,
            "interface" => Kind::Interface,
            "union" => Kind::Union,
            "enum" => Kind::Enum,
            "input" => Kind::Input,
            _ => return self.expected("a definition of the type system"),
        };
        self.advance()?;
        let mut node = TypeNode {
            extend,
            description,
            kind,
            name: self.name()?,
            implements: Vec::new(),
            directives: Vec::new(),
            fields: Vec::new(),
            members: Vec::new(),
            values: Vec::new(),
            inputs: Vec::new(),
            position,
        };
        if matches!(kind, Kind::Object | Kind::Interface) && self.skip_keyword("implements")? {
            self.skip('&')?;
            node.implements.push(self.name_node()?);
            while self.skip('&')? {
                node.implements.push(self.name_node()?);
            }
        }
        node.directives = self.directives()?;
        match kind {
            Kind::Scalar => {}
            Kind::Object | Kind::Interface => node.fields = self.optional_many('{', '}', Self::field)?,
            Kind::Union => {
                if self.skip('=')? {
                    self.skip('|')?;
                    node.members.push(self.name_node()?);
                    while self.skip('|')? {
                        node.members.push(self.name_node()?);
                    }
                }
            }
            Kind::Enum => node.values = self.optional_many('{', '}', Self::enum_value)?,
            Kind::Input => node.inputs = self.optional_many('{', '}', Self::input_value)?,
        }
        let empty = node.directives.is_empty()
            && node.implements.is_empty()
            && node.fields.is_empty()
            && node.members.is_empty()
            && node.values.is_empty()
            && node.inputs.is_empty();
        if extend && empty {
            return self.expected("what the type is extended by");
        }
        Ok(Definition::Type(node))
    }

    fn schema(&mut self, extend: bool, description: Option<String>, position: Position) -> Parsed<Definition> {
        self.advance()?;
        let directives = self.directives()?;
        let roots = self.optional_many('{', '}', |parser| {
            let root = match parser.name()?.as_str() {
                "query" => Root::Query,
                "mutation" => Root::Mutation,
                "subscription" => Root::Subscription,
                other => return parser.fail(format!("\"{other}\" is no kind of operation")),
            };
            parser.expect(':')?;
            Ok((root, parser.name_node()?))
        })?;
        if roots.is_empty() && (!extend || directives.is_empty()) {
            return self.expected("root types");
        }
        Ok(Definition::Schema(SchemaNode { extend, description, directives, roots, position }))
    }

    fn directive_definition(&mut self, description: Option<String>, position: Position) -> Parsed<Definition> {
        self.advance()?;
        self.expect('@')?;
        let name = self.name()?;
        let arguments = self.optional_many('(', ')', Self::input_value)?;
        let repeatable = self.skip_keyword("repeatable")?;
        if !self.skip_keyword("on")? {
            return self.expected("\"on\"");
        }
        self.skip('|')?;
        let mut locations = vec![self.location()?];
        while self.skip('|')? {
            locations.push(self.location()?);
        }
        Ok(Definition::Directive(DirectiveDefinitionNode {
            description,
            name,
            arguments,
            repeatable,
            locations,
            position,
        }))
    }

    fn location(&mut self) -> Parsed<String> {
        match &self.token {
            Token::Name(name) if super::super::locations::is_location(name) => self.name(),
            _ => self.expected("a directive location"),
        }
    }

    fn field(&mut self) -> Parsed<FieldNode> {
        let position = self.position;
        let description = self.description()?;
        let name = self.name()?;
        let arguments = self.optional_many('(', ')', Self::input_value)?;
        self.expect(':')?;
        let ty = self.type_ref()?;
        Ok(FieldNode { description, name, arguments, ty, directives: self.directives()?, position })
    }

    fn input_value(&mut self) -> Parsed<InputValueNode> {
        let position = self.position;
        let description = self.description()?;
        let name = self.name()?;
        self.expect(':')?;
        let ty = self.type_ref()?;
        let default = if self.skip('=')? { Some(self.value()?) } else { None };
        Ok(InputValueNode { description, name, ty, default, directives: self.directives()?, position })
    }

    fn enum_value(&mut self) -> Parsed<EnumValueNode> {
        let position = self.position;
        let description = self.description()?;
        if ["true", "false", "null"].iter().any(|word| self.is_keyword(word)) {
            return self.expected("the name of an enum value");
        }
        Ok(EnumValueNode { description, name: self.name()?, directives: self.directives()?, position })
    }

    fn type_ref(&mut self) -> Parsed<TypeRef> {
        let inner = if self.skip('[')? {
            let inner = self.nested(Self::type_ref)?;
            self.expect(']')?;
            TypeRef::List(Box::new(inner))
        } else {
            TypeRef::Named(self.name()?)
        };
        Ok(if self.skip('!')? { TypeRef::NonNull(Box::new(inner)) } else { inner })
    }

    pub(super) fn directives(&mut self) -> Parsed<Vec<DirectiveNode>> {
        let mut directives = Vec::new();
        while self.is('@') {
            let position = self.position;
            self.advance()?;
            directives.push(DirectiveNode { name: self.name()?, arguments: self.arguments()?, position });
        }
        Ok(directives)
    }

    pub(super) fn arguments(&mut self) -> Parsed<Vec<(String, Value)>> {
        self.optional_many('(', ')', |parser| {
            let name = parser.name()?;
            parser.expect(':')?;
            Ok((name, parser.value()?))
        })
    }

    fn value(&mut self) -> Parsed<Value> {
        let value = match &self.token {
            Token::Int(text) => Value::Int(text.clone()),
            Token::Float(text) => Value::Float(text.clone()),
            Token::String(text) => Value::String(text.clone()),
            Token::Name(name) => match name.as_str() {
                "null" => Value::Null,
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                _ => Value::Enum(name.clone()),
            },
            Token::Punctuation('[') => return self.nested(Self::list),
            Token::Punctuation('{') => return self.nested(Self::object),
            _ => return self.expected("a constant value"),
        };
        self.advance()?;
        Ok(value)
    }

    fn list(&mut self) -> Parsed<Value> {
        self.advance()?;
        let mut items = Vec::new();
        while !self.skip(']')? {
            items.push(self.value()?);
        }
        Ok(Value::List(items))
    }

    fn object(&mut self) -> Parsed<Value> {
        self.advance()?;
        let mut fields: Vec<(String, Value)> = Vec::new();
        while !self.skip('}')? {
            let name = self.name()?;
            self.expect(':')?;
            let value = self.value()?;
            if fields.iter().any(|(known, _)| *known == name) {
                return self.fail(format!("input field \"{name}\" is given twice"));
            }
            fields.push((name, value));
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_whole_language() {
        let text = r#"
            "About" schema @a { query: Q }
            extend schema @link(url: "x", import: ["@k", { name: "@l", as: "@m" }])
            """
              Two
                lines \""" here
            """
            type Q implements & A & B @x(f: [1, -2.5e3, null, true, E, {a: "\u00e9\n"}]) { "d" f(a: [ Int! ] ! = [1] @y): T! @z }
            interface A implements B union U = | Q | V enum E { "v" X @d Y } input I { a: Int = 1 } scalar S @specifiedBy(url: "u")
            extend union U @x directive @x(f: [J]) repeatable on | OBJECT | FIELD"#;
        let document = parse_document(text).unwrap();
        assert_eq!(document.len(), 10);
        let Definition::Type(object) = &document[2] else { panic!() };
        assert_eq!(object.description.as_deref(), Some("Two\n  lines \"\"\" here"));
        assert_eq!(object.position, Position { line: 4, column: 13 });
        assert_eq!(object.fields[0].arguments[0].ty.to_string(), "[Int!]!");
        assert_eq!(object.directives[0].arguments[0].1.to_string(), "[1, -2.5e3, null, true, E, {a: \"é\\n\"}]");
    }

    #[test]
    fn refuses_what_is_no_schema() {
        for text in [
            "",
            "type",
            "type T {",
            "type T { }",
            "type T { a Int }",
            "enum E { true }",
            "query { a }",
            "extend type T",
            "schema { x: T }",
            "directive @a on NOWHERE",
            "type T @a(b: $c) { a: Int }",
            "type T { a(x: Int = 01): Int }",
            "type T { a: Int! ! }",
            "\"open type T { a: Int }",
            "type T { a(x: I = {a: 1, a: 2}): Int }",
            "\u{0}",
        ] {
            assert!(parse_document(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_is_limited() {
        for open in ["[", "{a:"] {
            let text = format!("type T {{ a(x: Int = {}", open.repeat(1_000_000));
            assert_eq!(parse_document(&text).unwrap_err().message, "nested too deeply");
        }
        let text = format!("type T {{ a: {}", "[".repeat(1_000_000));
        assert!(parse_document(&text).is_err());
    }
}
