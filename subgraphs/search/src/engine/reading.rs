//! How a text that was typed is understood: each word as it stands if there is something to find by it, else as typed in
//! the keyboard's other mode, else as a misspelling; and what means the same.

use std::collections::HashMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::fields::Fields;
use crate::model::{SynonymRow, WordReading};
use crate::rules::hangul::{compose, is_initials, other_mode, strokes};
use crate::rules::words::{Word, words};

/// From how many strokes on a word may have one typing error, and from how many on two.
const ONE_ERROR_FROM: usize = 4;
const TWO_ERRORS_FROM: usize = 7;
/// How many words of a text are looked for.
const MOST_WORDS: usize = 12;

/// A word to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) text: String,
    pub(crate) strokes: String,
}

impl Known {
    fn new(text: String) -> Self {
        let strokes = strokes(&text);
        Self { text, strokes }
    }
}

/// Words that must all be found, one way to find what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub(crate) words: Vec<Known>,
    pub(crate) synonym: bool,
}

/// A word, or words that have synonyms together, with all ways to find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) typed: String,
    pub(crate) meant: String,
    pub(crate) reading: WordReading,
    pub(crate) alternatives: Vec<Alternative>,
}

impl Unit {
    /// What is looked for as well, because it means the same.
    pub(crate) fn synonyms(&self) -> Vec<String> {
        let synonyms = self.alternatives.iter().filter(|alternative| alternative.synonym);
        let text = |alternative: &Alternative| {
            alternative.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
        };
        synonyms.map(text).collect()
    }
}

/// Groups of terms that mean the same, by their words.
#[derive(Default)]
pub(crate) struct Synonyms {
    groups: Vec<Vec<Vec<String>>>,
    by_words: HashMap<Vec<String>, usize>,
    longest: usize,
}

impl Synonyms {
    pub(crate) fn new(rows: &[SynonymRow]) -> Self {
        let mut synonyms = Self::default();
        for row in rows {
            let group: Vec<Vec<String>> = row.terms.iter().map(|term| texts(term)).collect();
            for term in group.iter().filter(|term| !term.is_empty()) {
                synonyms.longest = synonyms.longest.max(term.len());
                synonyms.by_words.insert(term.clone(), synonyms.groups.len());
            }
            synonyms.groups.push(group);
        }
        synonyms
    }

    /// How many of the words a term begins with, and the group that it is in; the longest.
    fn at(&self, words: &[String]) -> Option<(usize, &[Vec<String>])> {
        (1..=self.longest.min(words.len())).rev().find_map(|length| {
            let group = self.by_words.get(&words[..length])?;
            Some((length, self.groups[*group].as_slice()))
        })
    }

    /// Which of the words are in terms.
    fn covered(&self, words: &[String]) -> Vec<bool> {
        let mut covered = vec![false; words.len()];
        let mut at = 0;
        while at < words.len() {
            let length = self.at(&words[at..]).map_or(0, |(length, _)| length);
            covered[at..at + length].fill(true);
            at += length.max(1);
        }
        covered
    }
}

fn texts(term: &str) -> Vec<String> {
    words(term).into_iter().map(|word| word.text).collect()
}

/// Reads texts with the words of an index.
pub(crate) struct Reader<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) fields: &'a Fields,
    pub(crate) synonyms: &'a Synonyms,
    /// Whether words are looked for exactly as typed.
    pub(crate) as_typed: bool,
}

impl Reader<'_> {
    /// What a text means, unit by unit.
    pub(crate) fn read(&self, text: &str) -> tantivy::Result<Vec<Unit>> {
        let mut typed = words(text);
        typed.truncate(MOST_WORDS);
        let covered = self.synonyms.covered(&typed.iter().map(|word| word.text.clone()).collect::<Vec<_>>());
        let mut read = Vec::with_capacity(typed.len());
        for (word, covered) in typed.iter().zip(covered) {
            read.push(if covered || self.as_typed {
                (word.text.clone(), WordReading::AsTyped)
            } else {
                self.read_word(word, text.get(word.at.clone()).unwrap_or_default())?
            });
        }
        Ok(self.units(&typed, &read))
    }

    fn units(&self, typed: &[Word], read: &[(String, WordReading)]) -> Vec<Unit> {
        // What is read in the other mode can be several words.
        let meant: Vec<String> = read.iter().map(|(text, _)| text.clone()).collect();
        let mut units = Vec::new();
        let mut at = 0;
        while at < typed.len() {
            let (length, group) = self.synonyms.at(&meant[at..]).unwrap_or((1, &[]));
            let own: Vec<String> = meant[at..at + length].to_vec();
            let others = group.iter().filter(|term| **term != own && !term.is_empty());
            let alternative = |words: &[String], synonym: bool| Alternative {
                words: words.iter().flat_map(|word| texts(word)).map(Known::new).collect(),
                synonym,
            };
            let mut alternatives = vec![alternative(&own, false)];
            alternatives.extend(others.map(|term| alternative(term, true)));
            let typed: Vec<&str> = typed[at..at + length].iter().map(|word| word.text.as_str()).collect();
            units.push(Unit { typed: typed.join(" "), meant: own.join(" "), reading: read[at].1, alternatives });
            at += length;
        }
        units
    }

    fn read_word(&self, word: &Word, original: &str) -> tantivy::Result<(String, WordReading)> {
        let as_typed = word.strokes();
        if self.exists(&as_typed)? {
            return Ok((word.text.clone(), WordReading::AsTyped));
        }
        // Shift tells double consonants, hence the word as it was written.
        let swapped = other_mode(original);
        if let Some(swapped) = &swapped {
            let text = compose(swapped);
            if self.exists(swapped)? || self.synonyms.at(std::slice::from_ref(&text)).is_some() {
                return Ok((text, WordReading::OtherKeyboardMode));
            }
        }
        for errors in [1, 2] {
            if let Some(found) = self.correct(&as_typed, errors)? {
                return Ok((compose(&found), WordReading::Corrected));
            }
            if let Some(found) = swapped.as_deref().map_or(Ok(None), |swapped| self.correct(swapped, errors))? {
                return Ok((compose(&found), WordReading::OtherKeyboardModeCorrected));
            }
        }
        Ok((word.text.clone(), WordReading::AsTyped))
    }

    /// Whether something can be found by the strokes.
    fn exists(&self, strokes: &str) -> tantivy::Result<bool> {
        let initials = is_initials(strokes).then_some(self.fields.initial);
        let fields = [Some(self.fields.part), Some(self.fields.brand), Some(self.fields.category), initials];
        for field in fields.into_iter().flatten() {
            for segment in self.searcher.segment_readers() {
                let index = segment.inverted_index(field)?;
                let begun = index.terms().range().ge(strokes).lt(past(strokes));
                if begun.into_stream()?.advance() {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The word with so many errors at most that most products have; none where so short a word, or a number, is no error.
    fn correct(&self, strokes: &str, errors: u8) -> tantivy::Result<Option<String>> {
        let least = if errors == 1 { ONE_ERROR_FROM } else { TWO_ERRORS_FROM };
        if strokes.chars().count() < least || strokes.contains(|character: char| character.is_ascii_digit()) {
            return Ok(None);
        }
        let mut found: HashMap<String, u64> = HashMap::new();
        for field in [self.fields.word, self.fields.brand, self.fields.category] {
            self.within(field, strokes, errors, &mut found)?;
        }
        let best = found.into_iter().max_by(|one, other| one.1.cmp(&other.1).then(other.0.cmp(&one.0)));
        Ok(best.map(|(term, _)| term))
    }

    fn within(&self, field: Field, strokes: &str, errors: u8, found: &mut HashMap<String, u64>) -> tantivy::Result<()> {
        let automaton = FuzzyTermQuery::new(Term::from_field_text(field, strokes), errors, true).automaton()?;
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field)?;
            let mut terms = index.terms().search(&automaton).into_stream()?;
            while terms.advance() {
                if let Ok(term) = std::str::from_utf8(terms.key()) {
                    *found.entry(term.to_owned()).or_default() += u64::from(terms.value().doc_freq);
                }
            }
        }
        Ok(())
    }
}

/// A text past all that begin with this one.
pub(crate) fn past(strokes: &str) -> String {
    format!("{strokes}{}", char::MAX)
}
