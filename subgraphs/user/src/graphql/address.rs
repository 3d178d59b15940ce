//! `Address`.

use std::sync::Arc;

use async_graphql::Object;

use crate::model::{AddressId, AddressRow};

/// A delivery address. Only its owner, staff and our own services reach one.
pub(crate) struct Address(pub(crate) Arc<AddressRow>);

/// A delivery address. Only its owner and staff reach one.
#[Object]
impl Address {
    /// The address's identifier, `adr_…`.
    async fn id(&self) -> AddressId {
        self.0.id
    }

    /// What the owner calls it, as in 집.
    async fn label(&self) -> Option<&str> {
        self.0.text.label.as_deref()
    }

    /// Who receives.
    async fn recipient(&self) -> &str {
        &self.0.text.recipient
    }

    /// The recipient's phone number, as in `010-1234-5678`.
    async fn phone(&self) -> &str {
        &self.0.text.phone
    }

    /// 우편번호: five digits.
    async fn zonecode(&self) -> &str {
        &self.0.text.zonecode
    }

    /// 도로명주소.
    async fn road_address(&self) -> &str {
        &self.0.text.road_address
    }

    /// 지번주소.
    async fn jibun_address(&self) -> Option<&str> {
        self.0.text.jibun_address.as_deref()
    }

    /// 건물명.
    async fn building_name(&self) -> Option<&str> {
        self.0.text.building_name.as_deref()
    }

    /// 법정동코드: ten digits.
    async fn bcode(&self) -> Option<&str> {
        self.0.text.bcode.as_deref()
    }

    /// 상세주소: building, floor, door. May be empty.
    async fn detail(&self) -> &str {
        &self.0.text.detail
    }

    /// How to get in, for the courier.
    async fn entrance_note(&self) -> Option<&str> {
        self.0.text.entrance_note.as_deref()
    }

    /// Whether it is delivered here unless another address is chosen.
    async fn is_default(&self) -> bool {
        self.0.is_default
    }
}
