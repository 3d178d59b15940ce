//! Which media type a client wants.

use axum::http::{HeaderMap, header};

/// A media type of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status tells whether the request was at fault.
    GraphqlResponse,
    /// `application/json`: the status is 200 for every request that is a GraphQL request.
    Json,
    /// `text/html`: a browser.
    Html,
}

impl Media {
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

/// The media type that `Accept` prefers; none where it takes none of ours. Where the client does not say, it is JSON.
pub(super) fn negotiate(headers: &HeaderMap) -> Option<Media> {
    let mut best: Option<(u16, Media)> = None;
    let mut asked = false;
    for value in headers.get_all(header::ACCEPT) {
        let Ok(value) = value.to_str() else { continue };
        for range in value.split(',').map(str::trim).filter(|range| !range.is_empty()) {
            asked = true;
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let mut weight = 1000;
            let mut utf8 = true;
            for part in parts {
                if let Some(text) = part.strip_prefix("q=") {
                    // The weight is between 0 and 1, with three digits.
                    weight = text.parse::<f32>().map_or(0, |weight| (weight.clamp(0.0, 1.0) * 1000.0) as u16);
                } else if let Some(charset) = part.strip_prefix("charset=") {
                    utf8 = charset.trim_matches('"').eq_ignore_ascii_case("utf-8");
                }
            }
            let media = match name.as_str() {
                "application/graphql-response+json" => Media::GraphqlResponse,
                "application/json" | "application/*" | "*/*" => Media::Json,
                "text/html" => Media::Html,
                _ => continue,
            };
            if utf8 && weight > 0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, media));
            }
        }
    }
    if asked { best.map(|(_, media)| media) } else { Some(Media::Json) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn chooses_by_weight_then_order() {
        let cases = [
            (None, Some(Media::Json)),
            (Some("*/*"), Some(Media::Json)),
            (Some("application/graphql-response+json, application/json;q=0.9"), Some(Media::GraphqlResponse)),
            (Some("application/json;q=0.5, application/graphql-response+json"), Some(Media::GraphqlResponse)),
            (Some("application/json; charset=utf-8"), Some(Media::Json)),
            (Some("text/html,application/xhtml+xml,*/*;q=0.8"), Some(Media::Html)),
            (Some("image/png"), None),
            (Some("application/json;q=0"), None),
        ];
        for (accept, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(negotiate(&headers), expected, "{accept:?}");
        }
    }
}
