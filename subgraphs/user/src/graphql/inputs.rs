//! What mutations and lists are given.

use async_graphql::{InputObject, MaybeUndefined};

use crate::model::{AddressId, ConsentPurpose, ProductId, UserId};
use crate::store::UserFilter;

/// Which people a list is about; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct UserWhere {
    /// What the e-mail address begins with; letters' case does not matter.
    pub(crate) email: Option<String>,
    /// A part of the name; letters' case does not matter.
    pub(crate) name: Option<String>,
}

impl From<UserWhere> for UserFilter {
    fn from(input: UserWhere) -> Self {
        Self { email: input.email, name: input.name }
    }
}

/// Changes of a profile; what is left out stays as it is.
#[derive(InputObject)]
pub(crate) struct UpdateProfileInput {
    /// 1–50 characters.
    pub(crate) name: Option<String>,
    /// A Korean phone number; null or empty removes it.
    pub(crate) phone: MaybeUndefined<String>,
}

/// A delivery address as its owner writes it.
#[derive(InputObject)]
pub(crate) struct AddressFields {
    /// What the owner calls it, as in 집.
    pub(crate) label: Option<String>,
    /// Who receives, 1–50 characters.
    pub(crate) recipient: String,
    /// A Korean phone number of the recipient.
    pub(crate) phone: String,
    /// 우편번호: five digits.
    pub(crate) zonecode: String,
    /// 도로명주소, 1–200 characters.
    pub(crate) road_address: String,
    /// 지번주소.
    pub(crate) jibun_address: Option<String>,
    /// 건물명.
    pub(crate) building_name: Option<String>,
    /// 법정동코드: ten digits.
    pub(crate) bcode: Option<String>,
    /// 상세주소: building, floor, door. May be empty.
    pub(crate) detail: String,
    /// How to get in, for the courier.
    pub(crate) entrance_note: Option<String>,
}

/// A new address.
#[derive(InputObject)]
pub(crate) struct AddAddressInput {
    /// The address.
    pub(crate) address: AddressFields,
    /// Whether it becomes the default. The first address does in any case.
    #[graphql(default = false)]
    pub(crate) make_default: bool,
}

/// A corrected address.
#[derive(InputObject)]
pub(crate) struct UpdateAddressInput {
    /// Which.
    pub(crate) id: AddressId,
    /// The whole address; what is left out is removed.
    pub(crate) address: AddressFields,
}

/// An address to remove.
#[derive(InputObject)]
pub(crate) struct RemoveAddressInput {
    /// Which.
    pub(crate) id: AddressId,
}

/// The address to deliver to by default.
#[derive(InputObject)]
pub(crate) struct SetDefaultAddressInput {
    /// Which.
    pub(crate) id: AddressId,
}

/// What the person agrees to, or does not.
#[derive(InputObject)]
pub(crate) struct ConsentInput {
    /// To what.
    pub(crate) purpose: ConsentPurpose,
    /// The version of the text that was shown, up to 40 characters.
    pub(crate) version: String,
    /// Whether the person agrees.
    pub(crate) granted: bool,
}

/// Answers to questions for consent.
#[derive(InputObject)]
pub(crate) struct RecordConsentsInput {
    /// Up to 20. TERMS, PRIVACY and AGE_OVER_14 cannot be withdrawn.
    pub(crate) consents: Vec<ConsentInput>,
}

/// A product to remember.
#[derive(InputObject)]
pub(crate) struct AddToWishlistInput {
    /// Which.
    pub(crate) product_id: ProductId,
}

/// A product to forget.
#[derive(InputObject)]
pub(crate) struct RemoveFromWishlistInput {
    /// Which.
    pub(crate) product_id: ProductId,
}

/// Somebody who signed up.
#[derive(InputObject)]
pub(crate) struct RegisterUserInput {
    /// The person's identifier, made by the auth service.
    pub(crate) id: UserId,
    /// The e-mail address of the account, in lower case.
    pub(crate) email: String,
    /// 1–50 characters.
    pub(crate) name: String,
    /// A Korean phone number.
    pub(crate) phone: Option<String>,
    /// What the person agreed to at sign-up.
    pub(crate) consents: Vec<ConsentInput>,
}

/// The wish to leave.
#[derive(InputObject)]
pub(crate) struct WithdrawInput {
    /// The account's e-mail address, typed again: what follows cannot be undone.
    pub(crate) email: String,
}
