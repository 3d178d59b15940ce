//! The words of the demo catalogue.

use product::NoticeKind;

/// A category of the second level: what is sold there, and how.
pub(super) struct Shelf {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    /// What the things are called.
    pub(super) nouns: &'static [&'static str],
    /// The first option's name and values; the second's after it. Without any, things come in one variant.
    pub(super) options: &'static [(&'static str, &'static [&'static str])],
    /// From and to, in won.
    pub(super) prices: (i64, i64),
}

/// A category of the first level.
pub(super) struct Department {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    /// What its things are praised for.
    pub(super) adjectives: &'static [&'static str],
    /// The particulars that the law asks for.
    pub(super) notices: &'static [(&'static str, &'static str)],
    /// The kind of goods by which it asks.
    pub(super) notice_kind: NoticeKind,
    pub(super) shelves: &'static [Shelf],
}

const COLOURS: &[&str] = &["블랙", "화이트", "네이비", "베이지"];
const SOFT_COLOURS: &[&str] = &["아이보리", "차콜", "세이지그린"];
const CLOTHES: &[&str] = &["S", "M", "L", "XL"];
const SHOES: &[&str] = &["240", "250", "260", "270"];

const fn shelf(
    slug: &'static str,
    name: &'static str,
    nouns: &'static [&'static str],
    options: &'static [(&'static str, &'static [&'static str])],
    prices: (i64, i64),
) -> Shelf {
    Shelf { slug, name, nouns, options, prices }
}

const CLOTHING_NOTICES: &[(&str, &str)] = &[
    ("제품 소재", "면 60%, 폴리에스터 40%"),
    ("색상", "상품 상세 참조"),
    ("치수", "상품 상세 참조"),
    ("세탁방법 및 취급시 주의사항", "찬물 단독 세탁, 건조기 사용 금지"),
    ("품질보증기준", "소비자분쟁해결기준에 따름"),
];
const ELECTRIC_NOTICES: &[(&str, &str)] = &[
    ("품명 및 모델명", "상품 상세 참조"),
    ("KC 인증정보", "R-R-DOA-2026-0001"),
    ("정격전압, 소비전력", "220V, 상품 상세 참조"),
    ("동일모델의 출시년월", "2026년 1월"),
    ("품질보증기준", "구입 후 1년 무상 수리"),
];
const FOOD_NOTICES: &[(&str, &str)] = &[
    ("포장단위별 용량", "상품 상세 참조"),
    ("소비기한", "수령일로부터 충분한 기한의 상품을 보내드립니다"),
    ("원산지", "상품 상세 참조"),
    ("보관방법", "서늘하고 건조한 곳에 보관"),
    ("소비자상담 관련 전화번호", "판매자 정보 참조"),
];
const GENERAL_NOTICES: &[(&str, &str)] = &[
    ("품명 및 모델명", "상품 상세 참조"),
    ("크기", "상품 상세 참조"),
    ("재질", "상품 상세 참조"),
    ("제조자", "판매자 정보 참조"),
    ("품질보증기준", "소비자분쟁해결기준에 따름"),
];

pub(super) const DEPARTMENTS: &[Department] = &[
    Department {
        slug: "women",
        name: "여성패션",
        adjectives: &["데일리", "하늘하늘한", "포근한", "클래식", "세미오버핏", "부드러운"],
        notices: CLOTHING_NOTICES,
        notice_kind: NoticeKind::Clothing,
        shelves: &[
            shelf(
                "women-tops",
                "티셔츠·블라우스",
                &["순면 반팔 티셔츠", "스퀘어넥 블라우스", "골지 니트", "린넨 셔츠"],
                &[("색상", COLOURS), ("사이즈", CLOTHES)],
                (12_000, 49_000),
            ),
            shelf(
                "women-dresses",
                "원피스",
                &["플리츠 원피스", "셔츠 원피스", "니트 원피스", "롱 원피스"],
                &[("색상", SOFT_COLOURS), ("사이즈", &["S", "M", "L"])],
                (29_000, 98_000),
            ),
            shelf(
                "women-outer",
                "아우터",
                &["트렌치코트", "울 코트", "퀼팅 재킷", "경량 패딩"],
                &[("색상", SOFT_COLOURS), ("사이즈", &["S", "M", "L"])],
                (59_000, 259_000),
            ),
            shelf(
                "women-bags",
                "가방",
                &["미니 크로스백", "캔버스 에코백", "숄더백", "토트백"],
                &[("색상", COLOURS)],
                (19_000, 129_000),
            ),
        ],
    },
    Department {
        slug: "men",
        name: "남성패션",
        adjectives: &["베이직", "와이드", "스탠다드핏", "헤비웨이트", "구김 없는", "사계절"],
        notices: CLOTHING_NOTICES,
        notice_kind: NoticeKind::Clothing,
        shelves: &[
            shelf(
                "men-tops",
                "티셔츠·셔츠",
                &["옥스퍼드 셔츠", "무지 긴팔 티셔츠", "피케 카라티", "맨투맨"],
                &[("색상", COLOURS), ("사이즈", CLOTHES)],
                (15_000, 59_000),
            ),
            shelf(
                "men-pants",
                "바지",
                &["슬랙스", "데님 팬츠", "치노 팬츠", "조거 팬츠"],
                &[("색상", COLOURS), ("사이즈", CLOTHES)],
                (25_000, 89_000),
            ),
            shelf(
                "men-outer",
                "아우터",
                &["블루종", "후드 집업", "숏 패딩", "싱글 코트"],
                &[("색상", SOFT_COLOURS), ("사이즈", CLOTHES)],
                (49_000, 279_000),
            ),
            shelf(
                "men-shoes",
                "신발",
                &["러닝화", "더비 슈즈", "캔버스 스니커즈", "첼시 부츠"],
                &[("색상", &["블랙", "화이트"]), ("사이즈", SHOES)],
                (39_000, 159_000),
            ),
        ],
    },
    Department {
        slug: "beauty",
        name: "뷰티",
        adjectives: &["촉촉한", "저자극", "비건", "산뜻한", "고보습", "진정"],
        notices: GENERAL_NOTICES,
        notice_kind: NoticeKind::Cosmetics,
        shelves: &[
            shelf(
                "beauty-skin",
                "스킨케어",
                &["수분 크림", "히알루론산 세럼", "시카 토너", "선크림 SPF50+"],
                &[("용량", &["50ml", "100ml"])],
                (9_900, 52_000),
            ),
            shelf(
                "beauty-makeup",
                "메이크업",
                &["벨벳 틴트", "쿠션 파운데이션", "아이섀도 팔레트", "컬링 마스카라"],
                &[("호수", &["17호", "21호", "23호"])],
                (8_900, 42_000),
            ),
            shelf(
                "beauty-hair",
                "헤어",
                &["탈모완화 샴푸", "단백질 트리트먼트", "에센스 오일"],
                &[("용량", &["300ml", "500ml"])],
                (9_900, 34_000),
            ),
            shelf("beauty-body", "바디", &["바디워시", "바디로션", "핸드크림 3종"], &[], (6_900, 28_000)),
        ],
    },
    Department {
        slug: "food",
        name: "식품",
        adjectives: &["산지직송", "당일 수확", "무농약", "국내산", "달콤한", "든든한"],
        notices: FOOD_NOTICES,
        notice_kind: NoticeKind::ProcessedFood,
        shelves: &[
            shelf(
                "food-fruit",
                "과일",
                &["제주 감귤", "영주 사과", "성주 참외", "나주 배", "샤인머스캣"],
                &[("중량", &["2kg", "5kg"])],
                (12_900, 59_000),
            ),
            shelf(
                "food-grain",
                "쌀·잡곡",
                &["이천쌀", "찰현미", "혼합 12곡"],
                &[("중량", &["4kg", "10kg"])],
                (14_900, 49_900),
            ),
            shelf(
                "food-meat",
                "정육",
                &["한우 불고기", "한돈 삼겹살", "닭가슴살", "양념 LA갈비"],
                &[("중량", &["500g", "1kg"])],
                (9_900, 89_000),
            ),
            shelf(
                "food-kimchi",
                "김치·반찬",
                &["포기김치", "총각김치", "멸치볶음", "깻잎장아찌"],
                &[("중량", &["1kg", "3kg"])],
                (8_900, 39_900),
            ),
            shelf(
                "food-snack",
                "간식",
                &["수제 약과", "현미 누룽지", "구운 김 세트", "견과 하루한줌"],
                &[],
                (5_900, 29_900),
            ),
        ],
    },
    Department {
        slug: "digital",
        name: "디지털·가전",
        adjectives: &["저소음", "초고속", "휴대용", "스마트", "프리미엄", "초경량"],
        notices: ELECTRIC_NOTICES,
        notice_kind: NoticeKind::Electronics,
        shelves: &[
            shelf(
                "digital-audio",
                "음향",
                &["무선 이어폰", "블루투스 스피커", "노이즈캔슬링 헤드폰"],
                &[("색상", &["블랙", "화이트"])],
                (29_900, 329_000),
            ),
            shelf(
                "digital-charger",
                "충전·케이블",
                &["고속 충전기 65W", "C타입 케이블", "보조배터리 20000mAh", "무선 충전 거치대"],
                &[("색상", &["블랙", "화이트"])],
                (7_900, 69_000),
            ),
            shelf(
                "digital-kitchen",
                "주방가전",
                &["에어프라이어 5L", "전기 포트", "미니 믹서기", "1인용 밥솥"],
                &[("색상", &["크림", "차콜"])],
                (29_900, 189_000),
            ),
            shelf(
                "digital-living",
                "생활가전",
                &["무선 청소기", "가습기", "공기청정기", "서큘레이터"],
                &[],
                (39_900, 459_000),
            ),
        ],
    },
    Department {
        slug: "living",
        name: "생활·주방",
        adjectives: &["도톰한", "친환경", "원터치", "접이식", "넉넉한", "모던"],
        notices: GENERAL_NOTICES,
        notice_kind: NoticeKind::Other,
        shelves: &[
            shelf(
                "living-bedding",
                "침구",
                &["호텔식 베개", "사계절 차렵이불", "순면 매트리스 커버", "알러지케어 이불"],
                &[("색상", SOFT_COLOURS), ("사이즈", &["싱글", "퀸"])],
                (19_900, 129_000),
            ),
            shelf(
                "living-kitchen",
                "주방용품",
                &["통주물 프라이팬", "스텐 냄비", "밀폐용기 세트", "원목 도마"],
                &[],
                (9_900, 89_000),
            ),
            shelf(
                "living-bath",
                "욕실용품",
                &["순면 수건 5장", "규조토 발매트", "칫솔 10개입"],
                &[("색상", SOFT_COLOURS)],
                (6_900, 39_900),
            ),
            shelf(
                "living-storage",
                "수납·정리",
                &["리빙박스", "옷걸이 20개입", "틈새 선반", "서랍 정리함"],
                &[("크기", &["소형", "대형"])],
                (8_900, 59_000),
            ),
        ],
    },
    Department {
        slug: "sports",
        name: "스포츠·레저",
        adjectives: &["미끄럼 방지", "초경량", "방수", "전문가용", "입문자용", "튼튼한"],
        notices: GENERAL_NOTICES,
        notice_kind: NoticeKind::SportsGoods,
        shelves: &[
            shelf(
                "sports-camping",
                "캠핑",
                &["원터치 텐트", "감성 랜턴", "폴딩 체어", "캠핑 테이블"],
                &[("색상", &["카키", "베이지"])],
                (19_900, 289_000),
            ),
            shelf(
                "sports-fitness",
                "헬스·요가",
                &["요가 매트 10mm", "조절식 덤벨", "폼롤러", "풀업 밴드"],
                &[("색상", &["블랙", "퍼플"])],
                (9_900, 159_000),
            ),
            shelf(
                "sports-hiking",
                "등산",
                &["등산 스틱", "경량 배낭 30L", "등산화"],
                &[("색상", &["블랙", "그레이"])],
                (19_900, 189_000),
            ),
            shelf(
                "sports-bike",
                "자전거",
                &["자전거 헬멧", "라이딩 장갑", "전조등 세트"],
                &[("사이즈", &["M", "L"])],
                (9_900, 99_000),
            ),
        ],
    },
    Department {
        slug: "kids",
        name: "유아동",
        adjectives: &["안심", "무형광", "말랑말랑", "알록달록", "오가닉", "포근한"],
        notices: GENERAL_NOTICES,
        notice_kind: NoticeKind::ChildrenGoods,
        shelves: &[
            shelf(
                "kids-clothes",
                "의류",
                &["유아 내복", "아동 맨투맨", "아기 우주복"],
                &[("색상", SOFT_COLOURS), ("사이즈", &["80", "90", "100"])],
                (9_900, 49_000),
            ),
            shelf("kids-toys", "완구", &["원목 블록", "자석 블록", "역할놀이 세트", "퍼즐 5종"], &[], (12_900, 89_000)),
            shelf(
                "kids-care",
                "기저귀·물티슈",
                &["밴드 기저귀", "도톰 물티슈 10팩", "아기 세제"],
                &[("단계", &["2단계", "3단계", "4단계"])],
                (14_900, 59_000),
            ),
            shelf(
                "kids-study",
                "학용품",
                &["책가방", "색연필 36색", "필통 세트"],
                &[("색상", COLOURS)],
                (5_900, 79_000),
            ),
        ],
    },
    Department {
        slug: "pets",
        name: "반려동물",
        adjectives: &["기호성 좋은", "수의사가 권하는", "무첨가", "푹신한", "튼튼한"],
        notices: GENERAL_NOTICES,
        notice_kind: NoticeKind::Other,
        shelves: &[
            shelf(
                "pets-dog",
                "강아지",
                &["연어 사료", "덴탈껌", "산책 하네스", "배변패드 100매"],
                &[("크기", &["소형견", "중형견"])],
                (8_900, 69_000),
            ),
            shelf("pets-cat", "고양이", &["두부 모래", "동결건조 간식", "캣타워", "스크래처"], &[], (7_900, 129_000)),
            shelf(
                "pets-etc",
                "공용",
                &["자동 급식기", "이동장", "펫 드라이룸"],
                &[("색상", &["화이트", "그레이"])],
                (29_900, 259_000),
            ),
            shelf("pets-bath", "위생·미용", &["저자극 샴푸", "털 제거 브러시", "귀 세정제"], &[], (6_900, 34_000)),
        ],
    },
];

pub(super) const BRANDS: &[&str] = &[
    "한빛",
    "늘봄",
    "도담",
    "미소담",
    "바른손길",
    "산들",
    "아침고요",
    "온새미",
    "자연결",
    "차오름",
    "코스모아",
    "타래",
    "포근",
    "하루담",
    "가온누리",
    "나래",
    "다솜",
    "라온",
    "마루",
    "별하",
    "새암",
    "아라",
    "예그리나",
    "이든",
    "초아",
    "큰솔",
    "푸르미",
    "해든",
    "고운결",
    "누리마루",
    "달보드레",
    "리빙앤",
    "모던하우스룸",
    "비단결",
    "소담소담",
    "은가람",
    "잔다르",
    "참살이",
    "키움",
    "토리",
    "포레스트랩",
    "하늘샘",
    "그린루트",
    "노블레스핏",
    "데일리온",
    "루미노",
    "메이플랩",
    "베러띵",
    "소노랩",
    "에코웨이",
    "오브제룸",
    "젠틀핏",
    "코지홈",
    "테크온",
    "퓨어스킨",
    "헬시온",
    "그라운드나인",
    "네이처팜",
    "더바른",
    "로컬밥상",
    "마켓온",
    "브라이트홈",
    "스테디",
    "아웃핏랩",
];

pub(super) const SHOP_WORDS: (&[&str], &[&str]) = (
    &["한결", "도란", "새벽", "푸른", "정담", "하나", "동네", "바른", "온누리", "소문난", "착한", "느티", "봄날"],
    &["상회", "마켓", "스토어", "공방", "농원", "상점", "컴퍼니", "하우스"],
);

pub(super) const FAMILY_NAMES: &[&str] = &["김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오"];
pub(super) const GIVEN_NAMES: &[&str] =
    &["민준", "서연", "도윤", "지우", "하준", "서윤", "지호", "수아", "예준", "하은", "현우", "유진", "건우", "다은"];

pub(super) const ADDRESSES: &[(&str, &str, &str)] = &[
    ("06236", "서울 강남구 테헤란로 152", "서울강남"),
    ("04524", "서울 중구 세종대로 110", "서울중구"),
    ("48058", "부산 해운대구 센텀중앙로 79", "부산해운대"),
    ("41911", "대구 중구 공평로 88", "대구중구"),
    ("21554", "인천 남동구 정각로 29", "인천남동"),
    ("61945", "광주 서구 내방로 111", "광주서구"),
    ("35242", "대전 서구 둔산로 100", "대전서구"),
    ("13529", "경기 성남시 분당구 판교역로 166", "성남분당"),
    ("63122", "제주 제주시 문연로 6", "제주"),
    ("24266", "강원 춘천시 시청길 11", "춘천"),
];

pub(super) const PRAISES: &[&str] = &[
    "매일 쓰는 물건일수록 기본이 중요합니다. 손이 자주 가는 이유를 직접 느껴 보세요.",
    "꼼꼼하게 고른 소재와 마감으로 오래 곁에 둘 수 있게 만들었습니다.",
    "군더더기를 덜어 내고 꼭 필요한 것만 남겼습니다. 선물하기에도 좋습니다.",
    "주문이 들어오면 바로 준비해 보내 드립니다. 교환과 반품은 수령 후 7일 안에 가능합니다.",
    "자세한 치수와 사용 방법은 아래 안내를 확인해 주세요. 궁금한 점은 판매자에게 문의하실 수 있습니다.",
    "같은 가격이라면 더 좋은 품질을, 같은 품질이라면 더 좋은 가격을 약속합니다.",
];
