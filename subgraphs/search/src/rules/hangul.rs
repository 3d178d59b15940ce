//! Hangul as it is typed: strokes of the two-set keyboard (두벌식), initial consonants, and the other keyboard mode.
//!
//! A stroke is a compatibility jamo that has a key of its own. 갤럭시 is ㄱㅐㄹㄹㅓㄱㅅㅣ; ㅘ is ㅗㅏ and ㄺ is ㄹㄱ, while ㄲ and ㅐ
//! are one stroke. A text's strokes therefore begin with the strokes of every text on the way to typing it, and each stroke
//! is one key, hence one Latin letter.

/// The initial consonants, in the order of Unicode.
const INITIALS: [char; 19] =
    ['ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];

/// The strokes of the vowels, in the order of Unicode.
const VOWELS: [&str; 21] = [
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ",
    "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];

/// The strokes of the final consonants, in the order of Unicode; the first is none.
const FINALS: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ",
    "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
];

/// Jamo that are typed with two strokes.
const COMPOUNDS: [(char, &str); 18] = [
    ('ㄳ', "ㄱㅅ"),
    ('ㄵ', "ㄴㅈ"),
    ('ㄶ', "ㄴㅎ"),
    ('ㄺ', "ㄹㄱ"),
    ('ㄻ', "ㄹㅁ"),
    ('ㄼ', "ㄹㅂ"),
    ('ㄽ', "ㄹㅅ"),
    ('ㄾ', "ㄹㅌ"),
    ('ㄿ', "ㄹㅍ"),
    ('ㅀ', "ㄹㅎ"),
    ('ㅄ', "ㅂㅅ"),
    ('ㅘ', "ㅗㅏ"),
    ('ㅙ', "ㅗㅐ"),
    ('ㅚ', "ㅗㅣ"),
    ('ㅝ', "ㅜㅓ"),
    ('ㅞ', "ㅜㅔ"),
    ('ㅟ', "ㅜㅣ"),
    ('ㅢ', "ㅡㅣ"),
];

/// Which key has which stroke; capitals are with shift.
const KEYS: [(char, char); 33] = [
    ('q', 'ㅂ'),
    ('w', 'ㅈ'),
    ('e', 'ㄷ'),
    ('r', 'ㄱ'),
    ('t', 'ㅅ'),
    ('y', 'ㅛ'),
    ('u', 'ㅕ'),
    ('i', 'ㅑ'),
    ('o', 'ㅐ'),
    ('p', 'ㅔ'),
    ('a', 'ㅁ'),
    ('s', 'ㄴ'),
    ('d', 'ㅇ'),
    ('f', 'ㄹ'),
    ('g', 'ㅎ'),
    ('h', 'ㅗ'),
    ('j', 'ㅓ'),
    ('k', 'ㅏ'),
    ('l', 'ㅣ'),
    ('z', 'ㅋ'),
    ('x', 'ㅌ'),
    ('c', 'ㅊ'),
    ('v', 'ㅍ'),
    ('b', 'ㅠ'),
    ('n', 'ㅜ'),
    ('m', 'ㅡ'),
    ('Q', 'ㅃ'),
    ('W', 'ㅉ'),
    ('E', 'ㄸ'),
    ('R', 'ㄲ'),
    ('T', 'ㅆ'),
    ('O', 'ㅒ'),
    ('P', 'ㅖ'),
];

const FIRST_SYLLABLE: u32 = 0xAC00;
const LAST_SYLLABLE: u32 = 0xD7A3;

/// The places of a syllable's initial, vowel and final in their tables.
fn places(character: char) -> Option<(usize, usize, usize)> {
    let code = u32::from(character);
    (FIRST_SYLLABLE..=LAST_SYLLABLE).contains(&code).then(|| {
        let place = (code - FIRST_SYLLABLE) as usize;
        (place / 588, place % 588 / 28, place % 28)
    })
}

fn is_consonant(character: char) -> bool {
    ('ㄱ'..='ㅎ').contains(&character)
}

fn is_vowel(character: char) -> bool {
    ('ㅏ'..='ㅣ').contains(&character)
}

/// Whether the character is a syllable or a jamo.
pub(crate) fn is_hangul(character: char) -> bool {
    places(character).is_some() || is_consonant(character) || is_vowel(character)
}

/// Whether the character is a whole syllable.
pub(crate) fn is_syllable(character: char) -> bool {
    places(character).is_some()
}

/// Adds the strokes of one character; what is not Hangul stays as it is.
pub(crate) fn push_strokes(character: char, to: &mut String) {
    if let Some((initial, vowel, last)) = places(character) {
        to.push(INITIALS[initial]);
        to.push_str(VOWELS[vowel]);
        to.push_str(FINALS[last]);
    } else if let Some((_, strokes)) = COMPOUNDS.iter().find(|(compound, _)| *compound == character) {
        to.push_str(strokes);
    } else {
        to.push(character);
    }
}

/// The strokes of a text.
pub(crate) fn strokes(text: &str) -> String {
    let mut strokes = String::with_capacity(text.len() * 2);
    text.chars().for_each(|character| push_strokes(character, &mut strokes));
    strokes
}

/// The initial consonant of a syllable.
pub(crate) fn initial(character: char) -> Option<char> {
    places(character).map(|(initial, ..)| INITIALS[initial])
}

/// Whether the strokes are consonants alone, as in ㄱㄹㅅ.
pub(crate) fn is_initials(strokes: &str) -> bool {
    !strokes.is_empty() && strokes.chars().all(is_consonant)
}

/// Writes strokes as an input method does: in syllables where they make some.
pub(crate) fn compose(strokes: &str) -> String {
    let typed: Vec<char> = strokes.chars().collect();
    let vowel_at = |place: usize| typed.get(place).copied().filter(|next| is_vowel(*next));
    let consonant_at = |place: usize| typed.get(place).copied().filter(|next| is_consonant(*next));
    let mut text = String::with_capacity(strokes.len());
    let mut at = 0;
    while at < typed.len() {
        let syllable = consonant_at(at).zip(vowel_at(at + 1)).and_then(|(first, vowel)| {
            let initial = INITIALS.iter().position(|initial| *initial == first)?;
            let double = vowel_at(at + 2).and_then(|second| place_of(&VOWELS, &[vowel, second]));
            let (vowel, next) = match double {
                Some(double) => (double, at + 3),
                None => (place_of(&VOWELS, &[vowel])?, at + 2),
            };
            // A consonant before a vowel begins the next syllable.
            let closing = |place: usize| consonant_at(place).filter(|_| vowel_at(place + 1).is_none());
            let single = closing(next).and_then(|last| Some((last, place_of(&FINALS, &[last])?)));
            let double = single.and_then(|(last, _)| place_of(&FINALS, &[last, closing(next + 1)?]));
            let (last, next) = match (double, single) {
                (Some(double), _) => (double, next + 2),
                (None, Some((_, single))) => (single, next + 1),
                (None, None) => (0, next),
            };
            let code = FIRST_SYLLABLE + u32::try_from(initial * 588 + vowel * 28 + last).ok()?;
            Some((char::from_u32(code)?, next))
        });
        let (character, next) = syllable.unwrap_or((typed[at], at + 1));
        text.push(character);
        at = next;
    }
    text
}

fn place_of(table: &[&str], strokes: &[char]) -> Option<usize> {
    table.iter().position(|entry| entry.chars().eq(strokes.iter().copied()))
}

/// What would have been typed in the keyboard's other mode: rkfflrtl is ㄱㅏㄹㄹㅣㄱㅅㅣ, 메ㅔㅣㄷ is apple. In strokes; none where
/// that is the same.
pub(crate) fn other_mode(text: &str) -> Option<String> {
    let hangul = text.chars().any(is_hangul);
    let mut other = String::with_capacity(text.len() * 3);
    for typed in strokes(text).chars() {
        let found = if hangul {
            KEYS.iter().find(|(_, stroke)| *stroke == typed).map(|(key, _)| key.to_ascii_lowercase())
        } else {
            // Shift changes seven keys alone.
            let key = |wanted: char| KEYS.iter().find(|(key, _)| *key == wanted).map(|(_, stroke)| *stroke);
            key(typed).or_else(|| key(typed.to_ascii_lowercase()))
        };
        other.push(found.unwrap_or(typed));
    }
    (other != text).then_some(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn syllables() -> impl Strategy<Value = String> {
        proptest::collection::vec(FIRST_SYLLABLE..=LAST_SYLLABLE, 0..12)
            .prop_map(|codes| codes.into_iter().filter_map(char::from_u32).collect())
    }

    #[test]
    fn texts_have_the_strokes_that_they_are_typed_with() {
        for (text, expected) in [
            ("갤럭시", "ㄱㅐㄹㄹㅓㄱㅅㅣ"),
            ("과일", "ㄱㅗㅏㅇㅣㄹ"),
            ("닭", "ㄷㅏㄹㄱ"),
            ("까치", "ㄲㅏㅊㅣ"),
            ("ㄳ", "ㄱㅅ"),
            ("s24", "s24"),
            ("", ""),
        ] {
            assert_eq!(strokes(text), expected);
        }
    }

    #[test]
    fn the_other_mode_is_found_both_ways() {
        for (typed, expected) in [
            ("rkfflrtl", "갈릭시"),
            ("roffjrtl", "갤럭시"),
            ("shxmqnr", "노트북"),
            ("Rkcl", "까치"),
            ("TRkcl", "ㅆ까치"),
        ] {
            assert_eq!(compose(&other_mode(typed).unwrap_or_default()), expected, "{typed}");
        }
        for (typed, expected) in [("메ㅔㅣㄷ", "apple"), ("노트북", "shxmqnr"), ("ㅜㅑㅏㄷ", "nike")] {
            assert_eq!(other_mode(typed).as_deref(), Some(expected), "{typed}");
        }
        assert_eq!(other_mode("2024"), None);
    }

    #[test]
    fn only_consonants_are_initials() {
        for (text, expected) in
            [("ㄱㄹㅅ", true), ("ㄳ", true), ("ㄱㅏ", false), ("갤", false), ("abc", false), ("", false)]
        {
            assert_eq!(is_initials(&strokes(text)), expected, "{text}");
        }
    }

    #[test]
    fn every_syllable_is_composed_of_its_strokes() {
        for character in (FIRST_SYLLABLE..=LAST_SYLLABLE).filter_map(char::from_u32) {
            let text = character.to_string();
            assert_eq!(compose(&strokes(&text)), text);
            assert!(initial(character).is_some_and(|initial| strokes(&text).starts_with(initial)));
        }
    }

    proptest! {
        #[test]
        fn composing_undoes_strokes(text in syllables()) {
            prop_assert_eq!(compose(&strokes(&text)), text);
        }

        #[test]
        fn the_other_mode_and_back_is_the_same(text in syllables()) {
            // Shift is lost on the way to small letters, so that double consonants are left out.
            let text: String = text.chars().filter(|c| !strokes(&c.to_string()).contains(['ㅃ', 'ㅉ', 'ㄸ', 'ㄲ', 'ㅆ', 'ㅒ', 'ㅖ'])).collect();
            let there = other_mode(&text);
            prop_assert_eq!(there.is_none(), text.is_empty());
            if let Some(there) = there {
                prop_assert_eq!(compose(&other_mode(&there).unwrap_or_default()), text);
            }
        }

        #[test]
        fn strokes_begin_with_those_of_what_was_typed_before(text in syllables(), cut in 0_usize..12) {
            let before: String = text.chars().take(cut).collect();
            prop_assert!(strokes(&text).starts_with(&strokes(&before)));
        }

        #[test]
        fn nothing_panics(text in ".{0,30}") {
            let _ = compose(&strokes(&text));
            let _ = other_mode(&text);
        }
    }
}
