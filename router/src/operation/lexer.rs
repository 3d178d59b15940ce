//! Words, punctuation, numbers and strings of an operation, as slices of its text.

use std::borrow::Cow;

use super::ParseError;
use super::ast::Offset;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Name(&'a str),
    Int(&'a str),
    Float(&'a str),
    /// What is between the quotes, escapes and all.
    String(&'a str),
    /// What is between the triple quotes.
    BlockString(&'a str),
    Punctuation(u8),
    Spread,
    End,
}

impl Token<'_> {
    /// The token as shown in messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Name(text) => format!("Name \"{}\"", short(text)),
            Self::Int(text) => format!("Int \"{}\"", short(text)),
            Self::Float(text) => format!("Float \"{}\"", short(text)),
            Self::String(_) => "String".to_owned(),
            Self::BlockString(_) => "BlockString".to_owned(),
            Self::Punctuation(mark) => format!("\"{}\"", char::from(*mark)),
            Self::Spread => "\"...\"".to_owned(),
            Self::End => "<EOF>".to_owned(),
        }
    }
}

/// A text in a message, cut where it is long.
fn short(text: &str) -> &str {
    text.get(..60).unwrap_or(text)
}

pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

type Lexed<'a> = Result<(Token<'a>, Offset), ParseError>;

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn skip_ignored(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\n' | b'\t' | b'\r' | b',' => self.at += 1,
                b'#' => self.at += self.find(|byte| byte == b'\n' || byte == b'\r'),
                0xEF if self.text.as_bytes()[self.at..].starts_with("\u{feff}".as_bytes()) => self.at += 3,
                _ => return,
            }
        }
    }

    /// How many bytes come before one that ends the search, or the end.
    fn find(&self, ends: impl Fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        rest.iter().position(|byte| ends(*byte)).unwrap_or(rest.len())
    }

    fn take(&mut self, length: usize) -> &'a str {
        let taken = self.text.get(self.at..self.at + length).unwrap_or_default();
        self.at += length;
        taken
    }

    /// The next token with its place.
    pub(super) fn next_token(&mut self) -> Lexed<'a> {
        self.skip_ignored();
        let start = offset(self.at);
        let token = match self.peek(0) {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let length = self.find(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_'));
                Token::Name(self.take(length))
            }
            mark @ (b'!' | b'$' | b'&' | b'(' | b')' | b':' | b'=' | b'@' | b'[' | b']' | b'{' | b'|' | b'}') => {
                self.at += 1;
                Token::Punctuation(mark)
            }
            b'.' if self.peek(1) == b'.' && self.peek(2) == b'.' => {
                self.at += 3;
                Token::Spread
            }
            b'0'..=b'9' | b'-' => self.number()?,
            b'"' if self.peek(1) == b'"' && self.peek(2) == b'"' => self.block_string()?,
            b'"' => self.string()?,
            _ => match self.text[self.at..].chars().next() {
                None => Token::End,
                Some(letter) => return Err(ParseError::new(start, format!("Unexpected character: {letter:?}."))),
            },
        };
        Ok((token, start))
    }

    fn number(&mut self) -> Result<Token<'a>, ParseError> {
        let start = self.at;
        let invalid = |at: usize| Err(ParseError::new(offset(at), "Invalid number."));
        self.at += usize::from(self.peek(0) == b'-');
        let leading_zero = self.peek(0) == b'0';
        let digits = self.digits();
        if digits == 0 || (digits > 1 && leading_zero) {
            return invalid(start);
        }
        let mut is_float = false;
        if self.peek(0) == b'.' {
            is_float = true;
            self.at += 1;
            if self.digits() == 0 {
                return invalid(start);
            }
        }
        if matches!(self.peek(0), b'e' | b'E') {
            is_float = true;
            self.at += 1;
            self.at += usize::from(matches!(self.peek(0), b'+' | b'-'));
            if self.digits() == 0 {
                return invalid(start);
            }
        }
        // A number must not run into a name or another number.
        if matches!(self.peek(0), b'.' | b'_' | b'a'..=b'z' | b'A'..=b'Z') {
            return invalid(start);
        }
        let text = &self.text[start..self.at];
        Ok(if is_float { Token::Float(text) } else { Token::Int(text) })
    }

    fn digits(&mut self) -> usize {
        let count = self.find(|byte| !byte.is_ascii_digit());
        self.at += count;
        count
    }

    fn string(&mut self) -> Result<Token<'a>, ParseError> {
        let start = self.at;
        self.at += 1;
        loop {
            self.at += self.find(|byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\r'));
            match self.peek(0) {
                b'"' => {
                    let text = &self.text[start + 1..self.at];
                    self.at += 1;
                    return Ok(Token::String(text));
                }
                // Whatever is escaped does not end the string, unless it ends the line.
                b'\\' if !matches!(self.peek(1), b'\n' | b'\r') && self.at + 1 < self.text.len() => self.at += 2,
                _ => return Err(ParseError::new(offset(start), "Unterminated string.")),
            }
        }
    }

    fn block_string(&mut self) -> Result<Token<'a>, ParseError> {
        let start = self.at;
        self.at += 3;
        loop {
            self.at += self.find(|byte| matches!(byte, b'"' | b'\\'));
            let rest = &self.text.as_bytes()[self.at..];
            if rest.is_empty() {
                return Err(ParseError::new(offset(start), "Unterminated string."));
            } else if rest.starts_with(b"\"\"\"") {
                let text = &self.text[start + 3..self.at];
                self.at += 3;
                return Ok(Token::BlockString(text));
            }
            self.at += if rest.starts_with(b"\\\"\"\"") { 4 } else { 1 };
        }
    }
}

fn offset(at: usize) -> Offset {
    Offset::try_from(at).unwrap_or(Offset::MAX)
}

/// What a string says, its escapes read.
pub(super) fn unescape(raw: &str) -> Result<String, &'static str> {
    const INVALID: &str = "Invalid escape in a string.";
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let mut letters = rest[at + 1..].chars();
        match letters.next() {
            Some(letter @ ('"' | '\\' | '/')) => text.push(letter),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let (letter, after) = unicode(letters.as_str()).ok_or(INVALID)?;
                text.push(letter);
                rest = after;
                continue;
            }
            _ => return Err(INVALID),
        }
        rest = letters.as_str();
    }
    text.push_str(rest);
    Ok(text)
}

/// The letter that an escape names, and what comes after it.
fn unicode(text: &str) -> Option<(char, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        let (digits, after) = inner.split_once('}')?;
        return Some((char::from_u32(hex(digits)?)?, after));
    }
    let first = hex(text.get(..4)?)?;
    let after = &text[4..];
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, after));
    }
    let after = after.strip_prefix("\\u")?;
    let second = hex(after.get(..4)?)?;
    if !(0xDC00..0xE000).contains(&second) {
        return None;
    }
    Some((char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))?, &after[4..]))
}

fn hex(digits: &str) -> Option<u32> {
    let right = (1..=8).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if right { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// What a block string says: without common indentation, and without blank first and last lines.
pub(super) fn dedent(raw: &str) -> String {
    let mut text = Cow::Borrowed(raw);
    if raw.contains('\r') {
        text = Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"));
    }
    if raw.contains("\\\"\"\"") {
        text = Cow::Owned(text.replace("\\\"\"\"", "\"\"\""));
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let margin = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_blank = |line: &str| margin(line) == line.len();
    let common = lines.iter().skip(1).filter(|line| !is_blank(line)).map(|line| margin(line)).min().unwrap_or(0);
    let Some(first) = lines.iter().position(|line| !is_blank(line)) else { return String::new() };
    let last = lines.iter().rposition(|line| !is_blank(line)).unwrap_or(first);
    let kept: Vec<&str> = lines
        .iter()
        .enumerate()
        .take(last + 1)
        .skip(first)
        .map(|(at, line)| if at == 0 { line } else { line.get(common..).unwrap_or("") })
        .collect();
    kept.join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn strings_say_what_they_escape() {
        for (raw, said) in
            [(r"a\n\t\\\/\u00e9", "a\n\t\\/é"), (r"\u{1F600}", "😀"), (r"\uD83D\uDE00!", "😀!"), ("그대로", "그대로")]
        {
            assert_eq!(unescape(raw).unwrap(), said);
        }
        for raw in [r"\x", r"\u12", r"\u{}", r"\u{110000}", r"\uD83D", r"\uD83D\u0041", r"\uDE00", r"\u+123", "\\"] {
            assert!(unescape(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn block_strings_lose_their_margin() {
        for (raw, said) in [
            ("\n    a\n      b\n\n    c\n  ", "a\n  b\n\nc"),
            ("a\r\n  b", "a\nb"),
            ("  \n\t", ""),
            (" a \\\"\"\" ", " a \"\"\" "),
            // Only spaces and tabs are a margin.
            ("\n  a\n\u{3000}b", "  a\n\u{3000}b"),
        ] {
            assert_eq!(dedent(raw), said);
        }
    }
}
