//! What is found by what, and in which order: pure.

pub(crate) mod hangul;
pub(crate) mod matching;
pub(crate) mod ranking;
pub(crate) mod words;
