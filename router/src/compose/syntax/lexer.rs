//! Words, punctuation, numbers and strings.

use super::{Position, SyntaxError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    Int(String),
    Float(String),
    String(String),
    Punctuation(char),
    Spread,
    End,
}

impl Token {
    /// The token as shown in messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Name(text) | Self::Int(text) | Self::Float(text) => format!("\"{text}\""),
            Self::String(_) => "a string".to_owned(),
            Self::Punctuation(mark) => format!("\"{mark}\""),
            Self::Spread => "\"...\"".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

pub(super) struct Lexer<'a> {
    rest: std::str::Chars<'a>,
    position: Position,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text.chars(), position: Position { line: 1, column: 1 } }
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn starts_with(&self, prefix: &str) -> bool {
        self.rest.as_str().starts_with(prefix)
    }

    fn bump(&mut self) -> Option<char> {
        let letter = self.rest.next()?;
        if letter == '\n' || (letter == '\r' && self.peek() != Some('\n')) {
            self.position.line += 1;
            self.position.column = 1;
        } else {
            self.position.column += 1;
        }
        Some(letter)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.bump();
        }
    }

    fn skip_ignored(&mut self) {
        while let Some(letter) = self.peek() {
            match letter {
                ' ' | '\t' | '\n' | '\r' | ',' | '\u{feff}' => {
                    self.bump();
                }
                '#' => {
                    while self.peek().is_some_and(|letter| letter != '\n' && letter != '\r') {
                        self.bump();
                    }
                }
                _ => return,
            }
        }
    }

    fn error<T>(&self, position: Position, message: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError { position, message: message.into() })
    }

    /// The next token with its place.
    pub(super) fn next_token(&mut self) -> Result<(Token, Position), SyntaxError> {
        self.skip_ignored();
        let position = self.position;
        let Some(letter) = self.peek() else { return Ok((Token::End, position)) };
        let token = match letter {
            'a'..='z' | 'A'..='Z' | '_' => {
                Token::Name(self.take_while(|next| next == '_' || next.is_ascii_alphanumeric()))
            }
            '0'..='9' | '-' => self.number(position)?,
            '"' => Token::String(self.string(position)?),
            '.' if self.starts_with("...") => {
                self.skip(3);
                Token::Spread
            }
            '!' | '$' | '&' | '(' | ')' | ':' | '=' | '@' | '[' | ']' | '{' | '|' | '}' => {
                self.bump();
                Token::Punctuation(letter)
            }
            other => return self.error(position, format!("unexpected character {other:?}")),
        };
        Ok((token, position))
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(letter) = self.peek().filter(|letter| accept(*letter)) {
            text.push(letter);
            self.bump();
        }
        text
    }

    fn number(&mut self, position: Position) -> Result<Token, SyntaxError> {
        let mut text = String::new();
        if self.peek() == Some('-') {
            text.push('-');
            self.bump();
        }
        let digits = self.take_while(|letter| letter.is_ascii_digit());
        if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
            return self.error(position, "invalid number");
        }
        text.push_str(&digits);
        let mut float = false;
        if self.peek() == Some('.') && !self.starts_with("...") {
            float = true;
            text.push('.');
            self.bump();
            let fraction = self.take_while(|letter| letter.is_ascii_digit());
            if fraction.is_empty() {
                return self.error(position, "invalid number");
            }
            text.push_str(&fraction);
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            float = true;
            text.push('e');
            self.bump();
            if let Some(sign @ ('+' | '-')) = self.peek() {
                text.push(sign);
                self.bump();
            }
            let exponent = self.take_while(|letter| letter.is_ascii_digit());
            if exponent.is_empty() {
                return self.error(position, "invalid number");
            }
            text.push_str(&exponent);
        }
        if self.peek().is_some_and(|letter| letter == '_' || letter == '.' || letter.is_ascii_alphabetic()) {
            return self.error(position, "invalid number");
        }
        Ok(if float { Token::Float(text) } else { Token::Int(text) })
    }

    fn string(&mut self, position: Position) -> Result<String, SyntaxError> {
        if self.starts_with("\"\"\"") {
            return self.block_string(position);
        }
        self.bump();
        let mut text = String::new();
        loop {
            match self.bump() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape(position)?),
                None | Some('\n' | '\r') => return self.error(position, "unterminated string"),
                Some(letter) => text.push(letter),
            }
        }
    }

    fn escape(&mut self, position: Position) -> Result<char, SyntaxError> {
        match self.bump() {
            Some(letter @ ('"' | '\\' | '/')) => Ok(letter),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self.unicode(position),
            _ => self.error(position, "invalid escape in a string"),
        }
    }

    fn unicode(&mut self, position: Position) -> Result<char, SyntaxError> {
        if self.peek() == Some('{') {
            self.bump();
            let digits = self.take_while(|letter| letter.is_ascii_hexdigit());
            let code = if digits.len() <= 6 { u32::from_str_radix(&digits, 16).ok() } else { None };
            if self.bump() == Some('}')
                && let Some(letter) = code.and_then(char::from_u32)
            {
                return Ok(letter);
            }
            return self.error(position, "invalid escape in a string");
        }
        let first = self.hex4(position)?;
        if (0xD800..0xDC00).contains(&first) && self.starts_with("\\u") {
            self.skip(2);
            let second = self.hex4(position)?;
            if (0xDC00..0xE000).contains(&second)
                && let Some(letter) = char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            {
                return Ok(letter);
            }
            return self.error(position, "invalid escape in a string");
        }
        char::from_u32(first).map_or_else(|| self.error(position, "invalid escape in a string"), Ok)
    }

    fn hex4(&mut self, position: Position) -> Result<u32, SyntaxError> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = self.bump().and_then(|letter| letter.to_digit(16)) else {
                return self.error(position, "invalid escape in a string");
            };
            code = code * 16 + digit;
        }
        Ok(code)
    }

    fn block_string(&mut self, position: Position) -> Result<String, SyntaxError> {
        self.skip(3);
        let mut raw = String::new();
        loop {
            if self.starts_with("\"\"\"") {
                self.skip(3);
                return Ok(dedent(&raw));
            }
            if self.starts_with("\\\"\"\"") {
                self.skip(4);
                raw.push_str("\"\"\"");
                continue;
            }
            match self.bump() {
                // All ends of lines are one in a block string.
                Some('\r') => {
                    if self.peek() == Some('\n') {
                        self.bump();
                    }
                    raw.push('\n');
                }
                Some(letter) => raw.push(letter),
                None => return self.error(position, "unterminated string"),
            }
        }
    }
}

/// A block string without its common indentation and its blank first and last lines.
fn dedent(raw: &str) -> String {
    let lines: Vec<&str> = raw.split('\n').collect();
    let blank = |line: &&str| line.chars().all(|letter| letter == ' ' || letter == '\t');
    let indent = lines
        .iter()
        .skip(1)
        .filter(|line| !blank(line))
        .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let mut kept: Vec<&str> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        kept.push(if at == 0 { line } else { line.get(indent.min(line.len())..).unwrap_or("") });
    }
    let start = kept.iter().position(|line| !blank(line)).unwrap_or(kept.len());
    let end = kept.iter().rposition(|line| !blank(line)).map_or(start, |last| last + 1);
    kept[start..end].join("\n")
}
