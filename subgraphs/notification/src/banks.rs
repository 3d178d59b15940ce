//! The banks in which virtual accounts are, by the codes of the 금융결제원. Pure.

use platform::language::Language;

const BANKS: &[(u16, &str, &str)] = &[
    (2, "산업은행", "KDB"),
    (3, "기업은행", "IBK"),
    (4, "국민은행", "KB Kookmin Bank"),
    (7, "수협은행", "Suhyup Bank"),
    (11, "농협은행", "NH NongHyup Bank"),
    (20, "우리은행", "Woori Bank"),
    (23, "SC제일은행", "SC First Bank"),
    (27, "한국씨티은행", "Citibank Korea"),
    (31, "iM뱅크", "iM Bank"),
    (32, "부산은행", "Busan Bank"),
    (34, "광주은행", "Kwangju Bank"),
    (35, "제주은행", "Jeju Bank"),
    (37, "전북은행", "Jeonbuk Bank"),
    (39, "경남은행", "Kyongnam Bank"),
    (45, "새마을금고", "MG Community Credit"),
    (48, "신협", "Shinhyup"),
    (71, "우체국", "Korea Post"),
    (81, "하나은행", "Hana Bank"),
    (88, "신한은행", "Shinhan Bank"),
    (89, "케이뱅크", "K bank"),
    (90, "카카오뱅크", "KakaoBank"),
    (92, "토스뱅크", "Toss Bank"),
];

/// The bank's name by its code of two or three digits; what is no code that is known, as it is.
pub(crate) fn bank_name(code: &str, language: Language) -> &str {
    let known = code.parse::<u16>().ok().and_then(|number| BANKS.iter().find(|(known, _, _)| *known == number));
    known.map_or(code, |(_, korean, english)| language.choose(korean, english))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banks_have_names() {
        for (code, expected) in
            [("088", "신한은행"), ("88", "신한은행"), ("4", "국민은행"), ("777", "777"), ("신한", "신한")]
        {
            assert_eq!(bank_name(code, Language::Korean), expected, "{code}");
        }
        assert_eq!(bank_name("090", Language::English), "KakaoBank");
    }
}
