//! The language of messages meant for people.

/// A language that messages exist in. Korean is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// 한국어.
    #[default]
    Korean,
    /// English.
    English,
}

impl Language {
    /// Chooses by an `Accept-Language` header: the first supported language in it with the highest weight.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0.0_f32, Self::default());
        for part in header.split(',') {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=").and_then(|value| value.parse::<f32>().ok()))
                .unwrap_or(1.0);
            let language = match tag.split('-').next() {
                Some("ko") => Self::Korean,
                Some("en") => Self::English,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Korean => "ko",
            Self::English => "en",
        }
    }

    /// The text of the two that this language calls for.
    pub fn choose<'a>(self, korean: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Korean => korean,
            Self::English => english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn chooses_by_weight() {
        assert_eq!(Language::from_accept_language("en-US,en;q=0.9,ko;q=0.8"), Language::English);
        assert_eq!(Language::from_accept_language("en;q=0.4, ko-KR;q=0.8"), Language::Korean);
        assert_eq!(Language::from_accept_language("fr, de;q=0.5"), Language::Korean);
        assert_eq!(Language::from_accept_language(""), Language::Korean);
    }
}
