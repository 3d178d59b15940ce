//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// There is no such product.
        #[graphql(tag = "refusal/not-found")]
        ProductNotFound = "PRODUCT_NOT_FOUND",
        /// A variant that buyers know keeps its option values: end it and add another one.
        #[graphql(tag = "refusal/conflict")]
        VariantFixed = "VARIANT_FIXED",
        /// The product has no such variant.
        #[graphql(tag = "refusal/not-found")]
        VariantNotFound = "VARIANT_NOT_FOUND",
        /// There is no such category.
        #[graphql(tag = "refusal/not-found")]
        CategoryNotFound = "CATEGORY_NOT_FOUND",
        /// There is no such brand.
        #[graphql(tag = "refusal/not-found")]
        BrandNotFound = "BRAND_NOT_FOUND",
        /// A title has 1–100 characters.
        #[graphql(tag = "refusal/invalid")]
        InvalidTitle = "INVALID_TITLE",
        /// A description has up to 100,000 characters, a summary up to 200; a product to be reviewed needs a description.
        #[graphql(tag = "refusal/invalid")]
        InvalidDescription = "INVALID_DESCRIPTION",
        /// A price is 1–10,000,000,000 won.
        #[graphql(tag = "refusal/invalid")]
        InvalidPrice = "INVALID_PRICE",
        /// A list price is not below the price.
        #[graphql(tag = "refusal/invalid")]
        InvalidListPrice = "INVALID_LIST_PRICE",
        /// A list price above the price must have been the variant's own: it was offered at it or above for 20 of the last 60
        /// days (as the market's settings have it). A new product announces no discount.
        #[graphql(tag = "refusal/invalid")]
        ListPriceUnproven = "LIST_PRICE_UNPROVEN",
        /// The options do not fit their kind, or a variant is not a new combination of their values.
        #[graphql(tag = "refusal/invalid")]
        InvalidOptions = "INVALID_OPTIONS",
        /// An image needs an `https://` URL or a path, a text of up to 200 characters, and its size; there are at most 20.
        #[graphql(tag = "refusal/invalid")]
        InvalidImage = "INVALID_IMAGE",
        /// An initial stock is 0–1,000,000.
        #[graphql(tag = "refusal/invalid")]
        InvalidStock = "INVALID_STOCK",
        /// A SKU has 1–64 characters.
        #[graphql(tag = "refusal/invalid")]
        InvalidSku = "INVALID_SKU",
        /// The seller has the SKU already.
        #[graphql(tag = "refusal/conflict")]
        DuplicateSku = "DUPLICATE_SKU",
        /// A product has 1–500 variants.
        #[graphql(tag = "refusal/invalid")]
        TooManyVariants = "TOO_MANY_VARIANTS",
        /// The legal notice is missing, incomplete or too long.
        #[graphql(tag = "refusal/invalid")]
        NoticeRequired = "NOTICE_REQUIRED",
        /// The legal notice of these goods lacks an item, which the field's last part names.
        #[graphql(tag = "refusal/invalid")]
        NoticeItemMissing = "NOTICE_ITEM_MISSING",
        /// Goods of this kind need their KC certification, or why they are exempt.
        #[graphql(tag = "refusal/invalid")]
        KcRequired = "KC_REQUIRED",
        /// Up to ten KC certifications with their numbers, or the reason of an exemption.
        #[graphql(tag = "refusal/invalid")]
        InvalidKc = "INVALID_KC",
        /// A product to be reviewed needs an image.
        #[graphql(tag = "refusal/invalid")]
        ImageRequired = "IMAGE_REQUIRED",
        /// The product's state does not allow this.
        #[graphql(tag = "refusal/conflict")]
        StateConflict = "STATE_CONFLICT",
        /// A reason of 1–500 characters is needed.
        #[graphql(tag = "refusal/invalid")]
        ReasonRequired = "REASON_REQUIRED",
        /// Another category has the slug.
        #[graphql(tag = "refusal/conflict")]
        SlugTaken = "SLUG_TAKEN",
        /// A slug has 1–60 small letters, digits and hyphens.
        #[graphql(tag = "refusal/invalid")]
        InvalidSlug = "INVALID_SLUG",
        /// Another brand has the name.
        #[graphql(tag = "refusal/conflict")]
        NameTaken = "NAME_TAKEN",
        /// A name has 1–60 characters.
        #[graphql(tag = "refusal/invalid")]
        InvalidName = "INVALID_NAME",
        /// The category tree has three levels.
        #[graphql(tag = "refusal/invalid")]
        CategoryTooDeep = "CATEGORY_TOO_DEEP",
        /// A category does not come to stand below itself.
        #[graphql(tag = "refusal/conflict")]
        CategoryCycle = "CATEGORY_CYCLE",
        /// The category has categories below it, or products that no other category was named for.
        #[graphql(tag = "refusal/conflict")]
        CategoryNotEmpty = "CATEGORY_NOT_EMPTY",
        /// The order names each category below the parent once.
        #[graphql(tag = "refusal/invalid")]
        InvalidOrder = "INVALID_ORDER",
        /// The brand has products that no other brand was named for.
        #[graphql(tag = "refusal/conflict")]
        BrandInUse = "BRAND_IN_USE",
        /// What is removed cannot take its own place.
        #[graphql(tag = "refusal/invalid")]
        InvalidMerge = "INVALID_MERGE",
        /// The product belongs to another seller.
        #[graphql(tag = "refusal/forbidden")]
        NotYourSeller = "NOT_YOUR_SELLER",
        /// The seller cannot put goods on sale now.
        #[graphql(tag = "refusal/conflict")]
        SellerCannotSell = "SELLER_CANNOT_SELL",
        /// The file has no such column.
        #[graphql(tag = "refusal/invalid")]
        ColumnMissing = "COLUMN_MISSING",
        /// The cell, or the line, cannot be read.
        #[graphql(tag = "refusal/invalid")]
        InvalidCell = "INVALID_CELL",
        /// An add-on is a variant of another product of the same seller; a product has up to 20 different ones.
        #[graphql(tag = "refusal/invalid")]
        InvalidAddOn = "INVALID_ADD_ON",
        /// A file has 1–2,000 rows.
        #[graphql(tag = "refusal/invalid")]
        TooManyRows = "TOO_MANY_ROWS",
    }
}

/// A refusal of a catalogue mutation.
pub(crate) type Refusal = UserError<UserErrorCode>;
/// Why an action did not do what was asked.
pub(crate) type Failure = ActionError<UserErrorCode>;

impl UserErrorCode {
    /// The refusal in the request's language, at an input field.
    pub(crate) fn at(self, field: &[&str], language: Language) -> Refusal {
        UserError::new(self, field, self.message(language))
    }

    fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::ProductNotFound => ("상품을 찾을 수 없습니다", "There is no such product"),
            Self::VariantFixed => (
                "판매를 시작한 옵션의 값은 바꿀 수 없습니다. 종료하고 새로 추가하세요",
                "A variant that was on sale keeps its option values; end it and add another one",
            ),
            Self::VariantNotFound => ("상품에 없는 옵션입니다", "The product has no such variant"),
            Self::CategoryNotFound => ("카테고리를 찾을 수 없습니다", "There is no such category"),
            Self::BrandNotFound => ("브랜드를 찾을 수 없습니다", "There is no such brand"),
            Self::InvalidTitle => ("상품명은 1~100자로 입력하세요", "A title has 1–100 characters"),
            Self::InvalidDescription => ("상품 설명의 길이를 확인하세요", "Check the length of the description"),
            Self::InvalidPrice => ("가격이 올바르지 않습니다", "The price is not valid"),
            Self::InvalidListPrice => ("정가는 판매가보다 낮을 수 없습니다", "A list price is not below the price"),
            Self::ListPriceUnproven => (
                "정가는 최근 실제로 판매한 가격이어야 합니다 (최근 60일 중 20일 이상)",
                "A list price must have been the real price lately (20 of the last 60 days)",
            ),
            Self::InvalidOptions => ("옵션 구성을 확인하세요", "Check the options"),
            Self::InvalidImage => ("이미지 정보를 확인하세요", "Check the images"),
            Self::InvalidStock => ("재고 수량이 올바르지 않습니다", "The stock is not valid"),
            Self::InvalidSku => ("판매자 상품코드는 1~64자로 입력하세요", "A SKU has 1–64 characters"),
            Self::DuplicateSku => ("이미 사용 중인 판매자 상품코드입니다", "The SKU is in use"),
            Self::TooManyVariants => ("옵션 조합은 1~500개입니다", "A product has 1–500 variants"),
            Self::NoticeRequired => ("상품정보제공고시를 입력하세요", "Fill in the legal notice"),
            Self::NoticeItemMissing => ("상품정보제공고시 항목이 빠졌습니다", "The legal notice lacks an item"),
            Self::KcRequired => {
                ("KC 인증정보 또는 면제 사유를 입력하세요", "Give the KC certification, or why it needs none")
            }
            Self::InvalidKc => ("KC 인증정보를 확인하세요", "Check the KC certification"),
            Self::ImageRequired => ("이미지를 한 장 이상 등록하세요", "Add at least one image"),
            Self::StateConflict => ("현재 상태에서는 처리할 수 없습니다", "The current state does not allow this"),
            Self::ReasonRequired => ("사유를 500자 이내로 입력하세요", "Give a reason of up to 500 characters"),
            Self::SlugTaken => ("이미 사용 중인 주소입니다", "The slug is in use"),
            Self::InvalidSlug => {
                ("주소는 영문 소문자, 숫자, 하이픈만 쓸 수 있습니다", "A slug has small letters, digits and hyphens")
            }
            Self::NameTaken => ("이미 등록된 이름입니다", "The name is in use"),
            Self::InvalidName => ("이름은 1~60자로 입력하세요", "A name has 1–60 characters"),
            Self::CategoryTooDeep => ("카테고리는 3단계까지 만들 수 있습니다", "The category tree has three levels"),
            Self::CategoryCycle => ("자신의 하위 카테고리로 옮길 수 없습니다", "A category cannot move below itself"),
            Self::CategoryNotEmpty => (
                "하위 카테고리나 상품이 있습니다. 상품을 옮길 카테고리를 지정하세요",
                "The category is not empty; name another one for its products",
            ),
            Self::InvalidOrder => {
                ("같은 단계의 카테고리를 빠짐없이 한 번씩 지정하세요", "Name each category of the level once")
            }
            Self::BrandInUse => (
                "상품이 있는 브랜드입니다. 합칠 브랜드를 지정하세요",
                "The brand has products; name another one for them",
            ),
            Self::InvalidMerge => ("삭제할 대상과 다른 것을 지정하세요", "What is removed cannot take its own place"),
            Self::NotYourSeller => ("내 판매자의 상품이 아닙니다", "This belongs to another seller"),
            Self::SellerCannotSell => ("판매할 수 없는 판매자입니다", "The seller cannot put goods on sale now"),
            Self::ColumnMissing => ("필수 열이 없습니다", "The column is missing"),
            Self::InvalidCell => ("값을 읽을 수 없습니다", "This cannot be read"),
            Self::InvalidAddOn => ("추가상품을 확인하세요", "Check the add-on goods"),
            Self::TooManyRows => ("파일은 1~2,000행이어야 합니다", "A file has 1–2,000 rows"),
        };
        language.choose(korean, english)
    }
}
