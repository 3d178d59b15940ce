//! The demonstration's picture generator: `GET /images/demo/{seed}.svg`.
//!
//! Demonstration products need images before there is a service that keeps files. A seed is a motif, a hyphen and any
//! text, as in `fashion-1042`: the motif chooses what is drawn, the whole seed its colours and proportions, so that the
//! same address is the same picture for ever. Nothing is stored. `?width=` scales the picture (64–2,000 pixels, 800 when
//! left out); `?label=` writes up to 24 characters on it.

mod motifs;

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use motifs::{Dice, motif};

/// The longest seed, in bytes.
const LONGEST_SEED: usize = 100;
const LONGEST_LABEL: usize = 24;
const CACHE_FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The route of the generator.
pub fn routes() -> Router {
    Router::new().route("/images/demo/{file}", get(picture))
}

#[derive(Deserialize)]
struct Wanted {
    width: Option<u32>,
    label: Option<String>,
}

async fn picture(Path(file): Path<String>, Query(wanted): Query<Wanted>, headers: HeaderMap) -> Response {
    let seed = file.strip_suffix(".svg").filter(|seed| is_seed(seed));
    let Some(seed) = seed else { return StatusCode::NOT_FOUND.into_response() };
    let width = wanted.width.unwrap_or(800);
    let label = wanted.label.unwrap_or_default();
    if !(64..=2_000).contains(&width) || label.chars().count() > LONGEST_LABEL {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let tag = format!("\"{:016x}\"", hash(&format!("1 {seed} {width} {label}")));
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let kept = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, CACHE_FOR_EVER)];
    if known.is_some_and(|known| known.split(',').any(|part| part.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    let safety = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        // A picture that is opened as a page of its own runs nothing.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (kept, safety, draw(seed, width, &label)).into_response()
}

fn is_seed(seed: &str) -> bool {
    (1..=LONGEST_SEED).contains(&seed.len())
        && seed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// FNV-1a: small, and the same on every machine and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The picture, on a square of 400 units.
fn draw(seed: &str, width: u32, label: &str) -> String {
    let name = seed.split('-').next().unwrap_or_default();
    let mut dice = Dice::new(hash(seed));
    let hue = dice.roll(360);
    let second = (hue + 25 + dice.roll(50)) % 360;
    let accent = (hue + 150 + dice.roll(60)) % 360;
    let (x, y, radius) = (60 + dice.roll(280), 50 + dice.roll(120), 60 + dice.roll(90));
    let turn = i64::try_from(dice.roll(17)).unwrap_or(0) - 8;
    let shape = motif(name, &mut dice);
    let written = if label.is_empty() {
        String::new()
    } else {
        format!(
            "<text x=\"200\" y=\"376\" text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"20\" fill=\"hsl({hue} 45% 25%)\">{}</text>",
            escaped(label)
        )
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{width}\" viewBox=\"0 0 400 400\">\
<defs><linearGradient id=\"g\" x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\"><stop offset=\"0\" stop-color=\"hsl({hue} 60% 93%)\"/>\
<stop offset=\"1\" stop-color=\"hsl({second} 55% 82%)\"/></linearGradient></defs>\
<style>.a{{fill:hsl({hue} 45% 48%)}}.b{{fill:hsl({accent} 50% 62%)}}.c{{fill:hsl({hue} 35% 28%)}}.d{{fill:hsl({second} 70% 97%)}}\
.l{{fill:none;stroke:hsl({hue} 35% 28%);stroke-width:7;stroke-linecap:round;stroke-linejoin:round}}</style>\
<rect width=\"400\" height=\"400\" fill=\"url(#g)\"/><circle class=\"d\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" opacity=\".55\"/>\
<ellipse class=\"c\" cx=\"200\" cy=\"338\" rx=\"112\" ry=\"13\" opacity=\".14\"/>\
<g transform=\"rotate({turn} 200 210)\">{shape}</g>{written}</svg>"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_always_the_same_picture_and_another_seed_another() {
        assert_eq!(draw("fashion-1", 800, ""), draw("fashion-1", 800, ""));
        assert_ne!(draw("fashion-1", 800, ""), draw("fashion-2", 800, ""));
        assert_ne!(draw("fashion-1", 800, ""), draw("food-1", 800, ""));
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn labels_cannot_leave_their_text() {
        let picture = draw("food-1", 800, "<script>\"&");
        assert!(picture.contains("&lt;script&gt;&quot;&amp;"), "{picture}");
        assert!(!picture.contains("<script"));
        assert!(is_seed("food-1") && !is_seed("../x") && !is_seed("") && !is_seed("가"));
    }
}
