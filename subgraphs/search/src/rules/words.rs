//! Texts as words, and what a word can be found by.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::hangul::{initial, is_hangul, is_syllable, push_strokes, strokes};

/// How many initial consonants one term has at most.
const LONGEST_INITIALS: usize = 10;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// In small letters.
    pub(crate) text: String,
    /// Where it stands in the text, in bytes.
    pub(crate) at: Range<usize>,
}

impl Word {
    pub(crate) fn strokes(&self) -> String {
        strokes(&self.text)
    }

    fn is_hangul(&self) -> bool {
        self.text.chars().next().is_some_and(is_hangul)
    }
}

/// The text in composed characters, without what cannot be seen, cut at `longest` characters.
pub(crate) fn normalised(text: &str, longest: usize) -> String {
    let composed = text.nfc().map(|character| if character.is_control() { ' ' } else { character });
    composed.take(longest).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text: runs of Hangul, and runs of other letters and digits.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut open: Option<bool> = None;
    for (at, character) in text.char_indices() {
        if !character.is_alphanumeric() && !is_hangul(character) {
            open = None;
            continue;
        }
        let hangul = is_hangul(character);
        let end = at + character.len_utf8();
        match found.last_mut() {
            Some(word) if open == Some(hangul) => {
                word.text.extend(character.to_lowercase());
                word.at.end = end;
            }
            _ => found.push(Word { text: character.to_lowercase().collect(), at: at..end }),
        }
        open = Some(hangul);
    }
    found
}

/// Where the parts of a word begin that it can be found by: any syllable but the last, and where letters and digits meet.
fn part_starts(word: &Word) -> Vec<usize> {
    let mut starts = vec![0];
    let characters: Vec<(usize, char)> = word.text.char_indices().collect();
    for pair in characters.windows(2) {
        let ((_, before), (at, character)) = (pair[0], pair[1]);
        let last = at + character.len_utf8() == word.text.len();
        let inside = is_syllable(character) && !last;
        if inside || before.is_ascii_digit() != character.is_ascii_digit() {
            starts.push(at);
        }
    }
    starts
}

/// The strokes that a text can be found by the beginning of, each with where it begins: words, their ends, and words with
/// the word that follows.
pub(crate) fn parts(words: &[Word]) -> Vec<(String, usize)> {
    let mut parts = Vec::new();
    for (place, word) in words.iter().enumerate() {
        for start in part_starts(word) {
            parts.push((strokes(&word.text[start..]), word.at.start + start));
        }
        if let Some(next) = words.get(place + 1) {
            parts.push((word.strokes() + &next.strokes(), word.at.start));
        }
    }
    parts
}

/// The initial consonants that a text can be found by the beginning of, each with where it begins: from every syllable on,
/// over the words that follow.
pub(crate) fn initials(words: &[Word]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (place, word) in words.iter().enumerate().filter(|(_, word)| word.is_hangul()) {
        let following = words[place + 1..].iter().take_while(|next| next.is_hangul());
        let following: Vec<char> = following.flat_map(|next| next.text.chars()).collect();
        for (start, _) in word.text.char_indices() {
            let here = word.text[start..].chars();
            let term: String =
                here.chain(following.iter().copied()).map_while(initial).take(LONGEST_INITIALS).collect();
            if !term.is_empty() {
                found.push((term, word.at.start + start));
            }
        }
    }
    found
}

/// The piece of a text from `start` on that is as long as `strokes` strokes, or as `syllables` syllables.
pub(crate) fn piece(text: &str, start: usize, length: usize, by_syllables: bool) -> Range<usize> {
    let mut count = 0;
    let mut end = start;
    for (at, character) in text.get(start..).unwrap_or_default().char_indices() {
        if count >= length {
            break;
        }
        if character.is_alphanumeric() || is_hangul(character) {
            let mut typed = String::new();
            push_strokes(character, &mut typed);
            count += if by_syllables { 1 } else { typed.chars().count() };
            end = start + at + character.len_utf8();
        }
    }
    start..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn texts_are_parted_at_spaces_signs_and_scripts() {
        for (text, expected) in [
            ("삼성 갤럭시 S24 울트라", vec!["삼성", "갤럭시", "s24", "울트라"]),
            ("아이폰15(블랙)", vec!["아이폰", "15", "블랙"]),
            ("ㄱㄹㅅ", vec!["ㄱㄹㅅ"]),
            ("  ", vec![]),
            ("USB-C", vec!["usb", "c"]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn words_are_found_by_their_ends_and_together() {
        let found: Vec<String> = parts(&words("무선이어폰 gt4")).into_iter().map(|(part, _)| part).collect();
        for wanted in ["무선이어폰", "이어폰", "어폰", "gt4", "4", "무선이어폰gt4"] {
            assert!(found.contains(&strokes(wanted)), "{wanted}: {found:?}");
        }
        assert!(!found.contains(&strokes("폰")));
    }

    #[test]
    fn initials_go_over_words_but_not_over_other_scripts() {
        let found: Vec<String> = initials(&words("무선 이어폰 s 갤럭시")).into_iter().map(|(term, _)| term).collect();
        assert_eq!(found, ["ㅁㅅㅇㅇㅍ", "ㅅㅇㅇㅍ", "ㅇㅇㅍ", "ㅇㅍ", "ㅍ", "ㄱㄹㅅ", "ㄹㅅ", "ㅅ"]);
    }

    #[test]
    fn pieces_are_as_long_as_what_was_typed() {
        let text = "무선 이어폰";
        assert_eq!(&text[piece(text, 0, strokes("무선이어").chars().count(), false)], "무선 이어");
        assert_eq!(&text[piece(text, 7, 2, true)], "이어");
        assert_eq!(piece(text, 100, 2, true), 100..100);
    }

    #[test]
    fn texts_are_normalised() {
        assert_eq!(normalised(" \u{1100}\u{1161}방\t가  방 ", 100), "가방 가 방");
        assert_eq!(normalised("ㄱㄹㅅ", 2), "ㄱㄹ");
    }

    proptest! {
        #[test]
        fn words_stand_where_they_say(text in "[가-힣ㄱ-ㅎa-zA-Z0-9 ,.-]{0,40}") {
            for word in words(&text) {
                prop_assert_eq!(text[word.at.clone()].to_lowercase(), word.text);
            }
            for (part, at) in parts(&words(&text)) {
                let piece = piece(&text, at, part.chars().count(), false);
                prop_assert!(text.get(piece).is_some());
            }
        }
    }
}
