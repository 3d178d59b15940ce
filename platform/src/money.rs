//! Money: whole minor units of one currency, never a float.

use std::ops::{Add, Sub};

use async_graphql::{Enum, InputValueError, InputValueResult, Scalar, ScalarType, SimpleObject, Value};
use serde::{Deserialize, Serialize};

use crate::errors::invalid_value;

/// The largest magnitude that every client reads exactly: 2^53 − 1.
pub const LARGEST_LONG: i64 = (1 << 53) - 1;

/// A whole number of up to 53 bits: exact in JSON and in JavaScript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Long(pub i64);

/// A whole number between −(2^53 − 1) and 2^53 − 1.
#[Scalar(name = "Long")]
impl ScalarType for Long {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Number(ref number) => match number.as_i64() {
                Some(number) if (-LARGEST_LONG..=LARGEST_LONG).contains(&number) => Ok(Self(number)),
                _ => Err(invalid_value("a Long is a whole number of at most 53 bits")),
            },
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.into())
    }
}

/// A currency, by its ISO 4217 code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum, Serialize, Deserialize)]
pub enum CurrencyCode {
    /// South Korean won; it has no minor unit, so that amounts are whole won.
    #[default]
    #[graphql(name = "KRW")]
    #[serde(rename = "KRW")]
    Krw,
}

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SimpleObject, Serialize, Deserialize)]
#[graphql(shareable)]
pub struct Money {
    /// The amount in the currency's minor unit; for KRW that is whole won.
    pub amount: Long,
    /// The currency.
    pub currency: CurrencyCode,
}

impl Money {
    /// An amount of won.
    pub const fn krw(amount: i64) -> Self {
        Self { amount: Long(amount), currency: CurrencyCode::Krw }
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { amount: Long(self.amount.0 + other.amount.0), currency: self.currency }
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { amount: Long(self.amount.0 - other.amount.0), currency: self.currency }
    }
}
