//! What the notice of goods (상품정보제공고시) tells, kind by kind, and KC. Pure.
//!
//! After the Fair Trade Commission's notice on what is told of goods in electronic commerce. What the product says elsewhere (the name
//! of other goods in its title, KC in a field of its own) or what is asked of some goods only (an import declaration, for example) is
//! not asked for here. Sellers' files name items in their own way, so that usual other names are taken as well.

use platform::language::Language;

use super::{Broken, broken, length_within};
use crate::error::UserErrorCode as Code;
use crate::model::{Kc, KcKind, Notice, NoticeKind};

const MOST_CERTIFICATIONS: usize = 10;

/// An item of the notice.
#[derive(Debug)]
pub(crate) struct Item {
    korean: &'static str,
    english: &'static str,
    /// Other names by which it is told.
    others: &'static [&'static str],
}

impl Item {
    /// The item's name.
    pub(crate) fn name(&self, language: Language) -> &'static str {
        language.choose(self.korean, self.english)
    }

    /// Whether the notice tells it.
    fn is_told_by(&self, notice: &Notice) -> bool {
        let told = plain(&notice.name);
        let mut names = [self.korean, self.english].into_iter().chain(self.others.iter().copied());
        names.any(|name| plain(name) == told)
    }
}

/// A name without what is written in one way or another.
fn plain(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the notice of a kind of goods tells.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) kind: NoticeKind,
    korean: &'static str,
    english: &'static str,
    /// Whether KC, or why the goods are exempt, is told.
    pub(crate) kc: bool,
    pub(crate) items: &'static [&'static Item],
}

impl Template {
    /// What the kind of goods is called.
    pub(crate) fn name(&self, language: Language) -> &'static str {
        language.choose(self.korean, self.english)
    }

    /// The template of a kind.
    pub(crate) fn of(kind: NoticeKind) -> &'static Self {
        match kind {
            NoticeKind::Clothing => &CLOTHING,
            NoticeKind::Shoes => &SHOES,
            NoticeKind::Bags => &BAGS,
            NoticeKind::Accessories => &ACCESSORIES,
            NoticeKind::Bedding => &BEDDING,
            NoticeKind::Furniture => &FURNITURE,
            NoticeKind::Appliances => &APPLIANCES,
            NoticeKind::Electronics => &ELECTRONICS,
            NoticeKind::Kitchenware => &KITCHENWARE,
            NoticeKind::Cosmetics => &COSMETICS,
            NoticeKind::Jewelry => &JEWELRY,
            NoticeKind::FreshFood => &FRESH_FOOD,
            NoticeKind::ProcessedFood => &PROCESSED_FOOD,
            NoticeKind::ChildrenGoods => &CHILDREN_GOODS,
            NoticeKind::SportsGoods => &SPORTS_GOODS,
            NoticeKind::Books => &BOOKS,
            NoticeKind::Other => &OTHER,
        }
    }
}

macro_rules! items {
    ($($name:ident: $korean:literal, $english:literal, [$($other:literal),*];)*) => {$(
        static $name: Item = Item { korean: $korean, english: $english, others: &[$($other),*] };
    )*};
}

items! {
    NAME: "품명 및 모델명", "Name and model", ["품명", "모델명", "제품명"];
    MATERIAL: "소재", "Material", ["제품 소재", "재질", "제품의 주소재", "주요 소재", "제품 소재(섬유의 조성 또는 혼용률)"];
    COLOUR: "색상", "Colour", ["색깔"];
    SIZE: "치수", "Size", ["크기", "사이즈", "크기·중량", "크기 및 중량"];
    KIND: "종류", "Kind", [];
    PARTS: "제품구성", "What is included", ["구성품", "제품 구성"];
    MAKER: "제조자/수입자", "Maker / importer", ["제조자", "수입자", "제조자(수입자)", "제조사"];
    COUNTRY: "제조국", "Country of manufacture", ["제조국 또는 원산지", "원산지"];
    CARE: "취급시 주의사항", "Care and handling", ["세탁방법 및 취급시 주의사항", "취급방법 및 취급시 주의사항", "취급 시 주의사항", "착용시 주의사항"];
    MADE_AT: "제조연월", "Date of manufacture", ["제조연월일"];
    RELEASED: "동일모델의 출시년월", "Model released", ["동일모델의 출시연월", "출시년월", "출시연월"];
    WARRANTY: "품질보증기준", "Warranty", ["품질 보증 기준"];
    SERVICE: "A/S 책임자와 전화번호", "After-sales contact", ["소비자상담 관련 전화번호", "소비자상담 전화번호", "A/S 책임자/전화번호", "AS 책임자와 전화번호"];
    DELIVERY: "배송·설치비용", "Delivery and installation fees", ["배송 및 설치비용"];
    POWER: "정격전압, 소비전력", "Rated voltage and power", ["정격전압·소비전력"];
    ENERGY: "에너지소비효율등급", "Energy efficiency grade", ["에너지효율등급"];
    SPECS: "주요 사양", "Specifications", ["제품 주요 사양", "세부 사양", "상품별 세부 사양"];
    CAPACITY: "용량 또는 중량", "Capacity or weight", ["내용물의 용량 또는 중량", "포장단위별 용량(중량), 수량", "중량", "용량", "내용량"];
    USE_BY: "사용기한 또는 개봉 후 사용기간", "Use by", ["사용기한"];
    HOW_TO: "사용방법", "How to use", [];
    INGREDIENTS: "전성분", "Ingredients", ["모든 성분"];
    FUNCTIONAL: "기능성 화장품 심사필 여부", "Functional cosmetic approval", ["기능성 심사필 여부"];
    CAUTIONS: "사용할 때의 주의사항", "Cautions in use", ["사용시 주의사항", "사용할 때 주의사항"];
    PURITY: "소재·순도", "Material and purity", ["소재/순도/밴드재질", "소재", "순도"];
    CERTIFICATE: "보증서 제공여부", "Certificate of guarantee", ["보증서"];
    GOODS: "품목 또는 명칭", "Item", ["품목", "명칭"];
    PRODUCER: "생산자", "Producer", ["생산자(수입자)", "생산자 및 소재지", "제조원 및 소재지", "제조업소"];
    ORIGIN: "원산지", "Origin", ["제조국"];
    PACKED_AT: "제조연월일(포장일 또는 생산연도)", "Date of production or packing", ["제조연월일", "포장일", "생산연도", "제조연월일, 소비기한"];
    STORAGE: "보관방법 또는 취급방법", "Storage", ["보관방법"];
    FOOD_TYPE: "식품의 유형", "Type of food", ["식품유형"];
    BEST_BY: "제조연월일, 소비기한", "Production and use-by dates", ["소비기한", "유통기한", "소비기한 또는 품질유지기한"];
    CONTENTS: "원재료명 및 함량", "Raw materials and contents", ["원재료명", "원재료"];
    NUTRITION: "영양성분", "Nutrition", ["영양성분 표시"];
    AGES: "사용연령", "Ages", ["사용연령 또는 권장사용연령", "권장연령"];
    TITLE: "도서명", "Title", ["제목"];
    AUTHOR: "저자, 출판사", "Author and publisher", ["저자/출판사", "저자", "출판사"];
    PAGES: "쪽수", "Pages", ["페이지수"];
    PUBLISHED: "발행일", "Published", ["출간일"];
    SUMMARY: "목차 또는 책소개", "Contents or summary", ["목차", "책소개"];
}

macro_rules! templates {
    ($($name:ident: $kind:ident, $korean:literal, $english:literal, $kc:literal, [$($item:ident),*];)*) => {$(
        static $name: Template = Template {
            kind: NoticeKind::$kind,
            korean: $korean,
            english: $english,
            kc: $kc,
            items: &[$(&$item),*],
        };
    )*};
}

templates! {
    CLOTHING: Clothing, "의류", "Clothing", false, [MATERIAL, COLOUR, SIZE, MAKER, COUNTRY, CARE, MADE_AT, WARRANTY, SERVICE];
    SHOES: Shoes, "구두·신발", "Shoes", false, [MATERIAL, COLOUR, SIZE, MAKER, COUNTRY, CARE, WARRANTY, SERVICE];
    BAGS: Bags, "가방", "Bags", false, [KIND, MATERIAL, COLOUR, SIZE, MAKER, COUNTRY, CARE, WARRANTY, SERVICE];
    ACCESSORIES: Accessories, "패션잡화", "Fashion accessories", false, [KIND, MATERIAL, SIZE, MAKER, COUNTRY, CARE, WARRANTY, SERVICE];
    BEDDING: Bedding, "침구류·커튼", "Bedding and curtains", false, [MATERIAL, COLOUR, SIZE, PARTS, MAKER, COUNTRY, CARE, WARRANTY, SERVICE];
    FURNITURE: Furniture, "가구", "Furniture", false, [COLOUR, PARTS, MATERIAL, MAKER, COUNTRY, SIZE, DELIVERY, WARRANTY, SERVICE];
    APPLIANCES: Appliances, "가정용 전기제품", "Household appliances", true, [NAME, POWER, ENERGY, RELEASED, MAKER, COUNTRY, SIZE, WARRANTY, SERVICE];
    ELECTRONICS: Electronics, "소형전자", "Small electronics", true, [NAME, POWER, RELEASED, MAKER, COUNTRY, SIZE, SPECS, WARRANTY, SERVICE];
    KITCHENWARE: Kitchenware, "주방용품", "Kitchenware", false, [NAME, MATERIAL, PARTS, SIZE, RELEASED, MAKER, COUNTRY, WARRANTY, SERVICE];
    COSMETICS: Cosmetics, "화장품", "Cosmetics", false, [CAPACITY, SPECS, USE_BY, HOW_TO, MAKER, COUNTRY, INGREDIENTS, FUNCTIONAL, CAUTIONS, WARRANTY, SERVICE];
    JEWELRY: Jewelry, "귀금속·보석·시계류", "Jewelry and watches", false, [PURITY, CAPACITY, MAKER, COUNTRY, SIZE, CARE, SPECS, CERTIFICATE, WARRANTY, SERVICE];
    FRESH_FOOD: FreshFood, "농수축산물", "Fresh food", false, [GOODS, CAPACITY, PRODUCER, ORIGIN, PACKED_AT, STORAGE, SERVICE];
    PROCESSED_FOOD: ProcessedFood, "가공식품", "Processed food", false, [GOODS, FOOD_TYPE, PRODUCER, BEST_BY, CAPACITY, CONTENTS, NUTRITION, SERVICE];
    CHILDREN_GOODS: ChildrenGoods, "어린이제품", "Children's goods", true, [NAME, SIZE, COLOUR, MATERIAL, AGES, RELEASED, MAKER, COUNTRY, CARE, WARRANTY, SERVICE];
    SPORTS_GOODS: SportsGoods, "스포츠용품", "Sports goods", false, [NAME, SIZE, COLOUR, MATERIAL, PARTS, RELEASED, MAKER, COUNTRY, SPECS, WARRANTY, SERVICE];
    BOOKS: Books, "서적", "Books", false, [TITLE, AUTHOR, SIZE, PAGES, PARTS, PUBLISHED, SUMMARY];
    OTHER: Other, "기타 재화", "Other goods", false, [MAKER, COUNTRY, SERVICE];
}

/// The items that the notice of goods of this kind lacks, by their names.
pub(crate) fn missing(kind: NoticeKind, notices: &[Notice], language: Language) -> Vec<&'static str> {
    let lacking = Template::of(kind).items.iter().filter(|item| !notices.iter().any(|notice| item.is_told_by(notice)));
    lacking.map(|item| item.name(language)).collect()
}

/// The notice with what it lacks told to stand in the description: for goods of a demonstration.
pub(crate) fn completed(kind: NoticeKind, mut notices: Vec<Notice>) -> Vec<Notice> {
    for name in missing(kind, &notices, Language::Korean) {
        notices.push(Notice { name: name.to_owned(), value: "상품 상세 참조".to_owned() });
    }
    notices
}

/// Whether KC is told rightly: certifications, or why there are none.
pub(crate) fn check_kc(kc: &Kc, wrong: &mut Vec<Broken>) {
    let exempt = kc.exempt_reason.as_deref().is_some_and(|reason| length_within(reason, 1, 200));
    if kc.certifications.is_empty() != kc.exempt_reason.is_some()
        || kc.exempt_reason.is_some() != exempt
        || kc.certifications.len() > MOST_CERTIFICATIONS
    {
        wrong.push(broken(Code::InvalidKc, &["kc"]));
    }
    for (index, certification) in kc.certifications.iter().enumerate() {
        let fits = match &certification.number {
            Some(number) => is_number(number),
            None => certification.kind == KcKind::SupplierConformity,
        };
        if !fits {
            wrong.push(broken(Code::InvalidKc, &["kc", "certifications", &index.to_string(), "number"]));
        }
    }
}

fn is_number(number: &str) -> bool {
    (5..=50).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-().".contains(&byte))
        && number.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::model::KcCertification;

    fn told(names: &[&str]) -> Vec<Notice> {
        names.iter().map(|name| Notice { name: (*name).to_owned(), value: "값".to_owned() }).collect()
    }

    #[test]
    fn every_kind_has_its_template_and_is_complete_by_its_own_names() {
        for kind in NoticeKind::ALL {
            let template = Template::of(*kind);
            assert_eq!(template.kind, *kind);
            for language in [Language::Korean, Language::English] {
                let names: Vec<&str> = template.items.iter().map(|item| item.name(language)).collect();
                assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{kind:?}");
                assert_eq!(missing(*kind, &told(&names), language), [""; 0], "{kind:?}");
                assert_eq!(missing(*kind, &told(&names[1..]), language), names[..1], "{kind:?}");
                assert_eq!(missing(*kind, &[], language), names, "{kind:?}");
            }
            assert_eq!(missing(*kind, &completed(*kind, Vec::new()), Language::Korean), [""; 0], "{kind:?}");
        }
    }

    #[test]
    fn items_are_told_by_usual_names() {
        let notices = told(&["제조자 (수입자)", "제조국 또는 원산지", "as 책임자와 전화번호"]);
        assert_eq!(missing(NoticeKind::Other, &notices, Language::Korean), [""; 0]);
        let notices = told(&["제조자", "제품 소재"]);
        assert_eq!(missing(NoticeKind::Other, &notices, Language::Korean), ["제조국", "A/S 책임자와 전화번호"]);
    }

    #[test]
    fn kc_is_certified_or_exempt() {
        let one = |kind, number: Option<&str>| KcCertification { kind, number: number.map(str::to_owned) };
        let places = |certifications: Vec<KcCertification>, exempt: Option<&str>| -> Vec<String> {
            let mut wrong = Vec::new();
            check_kc(&Kc { certifications, exempt_reason: exempt.map(str::to_owned) }, &mut wrong);
            wrong.into_iter().map(|(_, path)| path.join(".")).collect()
        };
        let good = || one(KcKind::SafetyConfirmation, Some("CB123R456-7890"));
        assert_eq!(places(vec![good()], None), [""; 0]);
        assert_eq!(places(vec![one(KcKind::SupplierConformity, None)], None), [""; 0]);
        assert_eq!(places(vec![one(KcKind::RadioConformity, Some("R-R-ABC-D12(E)"))], None), [""; 0]);
        assert_eq!(places(vec![], Some("안전관리대상 아님")), [""; 0]);
        assert_eq!(places(vec![], None), ["kc"]);
        assert_eq!(places(vec![], Some(" ")), ["kc"]);
        assert_eq!(places(vec![good()], Some("이유")), ["kc"]);
        assert_eq!(places(vec![good(); 11], None), ["kc"]);
        for (kind, number) in [
            (KcKind::SafetyCertification, None),
            (KcKind::SafetyCertification, Some("1234")),
            (KcKind::SafetyConfirmation, Some("없음없음없음")),
            (KcKind::SupplierConformity, Some("NUMBER")),
        ] {
            assert_eq!(places(vec![one(kind, number)], None), ["kc.certifications.0.number"], "{number:?}");
        }
    }
}
