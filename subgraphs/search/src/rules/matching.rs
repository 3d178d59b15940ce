//! Where a product matches a word, and with what: what the index decides, told for one product.

use std::ops::Range;

use super::hangul::is_initials;
use super::ranking::weight;
use super::words::{initials, parts, piece, words};
use crate::model::MatchKind;

/// The texts of a product that are searched.
pub(crate) struct Texts<'a> {
    pub(crate) title: &'a str,
    pub(crate) brand: &'a str,
    pub(crate) categories: Vec<&'a str>,
}

/// A match, with its piece of the title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) kind: MatchKind,
    /// In bytes of the title; none for what is not in the title.
    pub(crate) piece: Option<Range<usize>>,
    /// The text that matched.
    pub(crate) text: String,
}

/// The best match of strokes in a product.
pub(crate) fn best(texts: &Texts<'_>, strokes: &str) -> Option<Match> {
    let found = [
        title_word(texts.title, strokes),
        named(texts.brand, strokes, MatchKind::Brand),
        title_part(texts.title, strokes),
        first_letters(texts, strokes),
        texts.categories.iter().find_map(|name| named(name, strokes, MatchKind::Category)),
    ];
    found.into_iter().flatten().max_by_key(|found| weight(found.kind))
}

fn title_word(title: &str, strokes: &str) -> Option<Match> {
    let word = words(title).into_iter().find(|word| word.strokes() == strokes)?;
    let text = title.get(word.at.clone())?.to_owned();
    Some(Match { kind: MatchKind::TitleWord, piece: Some(word.at), text })
}

fn title_part(title: &str, strokes: &str) -> Option<Match> {
    let (_, at) = parts(&words(title)).into_iter().find(|(part, _)| part.starts_with(strokes))?;
    in_title(title, MatchKind::TitlePart, piece(title, at, strokes.chars().count(), false))
}

fn in_title(title: &str, kind: MatchKind, piece: Range<usize>) -> Option<Match> {
    let text = title.get(piece.clone())?.to_owned();
    Some(Match { kind, piece: Some(piece), text })
}

fn named(name: &str, strokes: &str, kind: MatchKind) -> Option<Match> {
    let found = parts(&words(name)).into_iter().any(|(part, _)| part.starts_with(strokes));
    found.then(|| Match { kind, piece: None, text: name.to_owned() })
}

fn first_letters(texts: &Texts<'_>, strokes: &str) -> Option<Match> {
    if !is_initials(strokes) {
        return None;
    }
    let begins = |text: &str| initials(&words(text)).into_iter().find(|(term, _)| term.starts_with(strokes));
    if let Some((_, at)) = begins(texts.title) {
        return in_title(texts.title, MatchKind::Initials, piece(texts.title, at, strokes.chars().count(), true));
    }
    begins(texts.brand).map(|_| Match { kind: MatchKind::Initials, piece: None, text: texts.brand.to_owned() })
}

/// The text in pieces, each with whether it is in one of the ranges.
pub(crate) fn highlighted(text: &str, mut ranges: Vec<Range<usize>>) -> Vec<(String, bool)> {
    ranges.sort_by_key(|range| range.start);
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut push = |range: Range<usize>, matched: bool| {
        if let Some(piece) = text.get(range).filter(|piece| !piece.is_empty()) {
            pieces.push((piece.to_owned(), matched));
        }
    };
    for range in ranges {
        let start = range.start.max(at);
        if range.end > start {
            push(at..start, false);
            push(start..range.end, true);
            at = range.end;
        }
    }
    push(at..text.len(), false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::hangul::strokes;
    use super::*;

    #[test]
    fn the_best_match_is_told() {
        let texts =
            Texts {
                title: "삼성 갤럭시버즈3 무선 이어폰", brand: "삼성전자", categories: vec!["디지털", "음향기기"]
            };
        for (word, kind, text) in [
            ("무선", MatchKind::TitleWord, "무선"),
            ("버즈", MatchKind::TitlePart, "버즈"),
            ("갤ㄹ", MatchKind::TitlePart, "갤럭"),
            ("무선이어폰", MatchKind::TitlePart, "무선 이어폰"),
            ("ㅁㅅㅇㅇㅍ", MatchKind::Initials, "무선 이어폰"),
            ("ㄱㄹㅅ", MatchKind::Initials, "갤럭시"),
            ("삼성전", MatchKind::Brand, "삼성전자"),
            ("음향", MatchKind::Category, "음향기기"),
        ] {
            let found = best(&texts, &strokes(word));
            assert_eq!(found.map(|found| (found.kind, found.text)), Some((kind, text.to_owned())), "{word}");
        }
        assert_eq!(best(&texts, &strokes("아이폰")), None);
    }

    #[test]
    fn highlights_are_the_text_again() {
        let pieces = highlighted("삼성 갤럭시", vec![7..16, 0..6, 7..13]);
        let expected = [("삼성", true), (" ", false), ("갤럭시", true)];
        assert_eq!(pieces, expected.map(|(text, matched)| (text.to_owned(), matched)));
        assert_eq!(highlighted("가", Vec::new()), [("가".to_owned(), false)]);
    }
}
