//! Sealing what is personal: a key a person, wrapped by the service's. Without the key nothing can be opened again, in the
//! database, its replicas and its backups, so that destroying it erases the person's data everywhere.

use std::collections::BTreeSet;

use platform::errors::GraphError;
use platform::seal::{KEY_LENGTH, SealingKey};
use ring::{digest, hmac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// The first byte of a key that stands as it is, and of one that is wrapped.
const PLAIN: u8 = 0;
const WRAPPED: u8 = 1;
/// The shortest and the longest beginning of an e-mail address that is found.
const SHORTEST_BEGINNING: usize = 1;
const LONGEST_BEGINNING: usize = 64;

/// The service's own secret, and what is made with it.
#[derive(Clone, Debug)]
pub(crate) struct Vault {
    own: SealingKey,
    wraps: bool,
    search: hmac::Key,
}

fn key(bytes: &[u8]) -> Result<SealingKey, GraphError> {
    SealingKey::new(bytes).map_err(GraphError::internal)
}

fn opened(key: &SealingKey, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>, GraphError> {
    let unreadable = |error| GraphError::internal(format_args!("{error}: is USER_DATA_KEY another one?"));
    key.open(id.as_bytes(), sealed).map_err(unreadable)
}

impl Vault {
    /// A vault under a secret; empty where keys stand unwrapped.
    pub(crate) fn new(secret: &str) -> Result<Self, GraphError> {
        let derived = |purpose: &str| digest::digest(&digest::SHA256, format!("{purpose}\0{secret}").as_bytes());
        Ok(Self {
            own: key(derived("doa-market user data").as_ref())?,
            wraps: !secret.is_empty(),
            search: hmac::Key::new(hmac::HMAC_SHA256, derived("doa-market user search").as_ref()),
        })
    }

    /// A new key for the person, and the form in which it is kept.
    pub(crate) fn new_key(&self, person: Uuid) -> Result<(SealingKey, Vec<u8>), GraphError> {
        let bytes: [u8; KEY_LENGTH] = rand::random();
        let mut kept = vec![if self.wraps { WRAPPED } else { PLAIN }];
        if self.wraps {
            kept.extend(self.own.seal(person.as_bytes(), &bytes).map_err(GraphError::internal)?);
        } else {
            kept.extend(bytes);
        }
        Ok((key(&bytes)?, kept))
    }

    /// The person's key from the form in which it is kept.
    pub(crate) fn open_key(&self, person: Uuid, kept: &[u8]) -> Result<SealingKey, GraphError> {
        match kept.split_first() {
            Some((&PLAIN, bytes)) => key(bytes),
            Some((&WRAPPED, sealed)) => key(&opened(&self.own, person, sealed)?),
            _ => Err(GraphError::internal("a data key in no known form")),
        }
    }

    /// The service's own key, for what outlives a person's.
    pub(crate) fn own_key(&self) -> &SealingKey {
        &self.own
    }

    /// Seals a value for the row `id`: it cannot be opened as another row's.
    pub(crate) fn seal<T: Serialize>(key: &SealingKey, id: Uuid, value: &T) -> Result<Vec<u8>, GraphError> {
        let value = serde_json::to_vec(value).map_err(GraphError::internal)?;
        key.seal(id.as_bytes(), &value).map_err(GraphError::internal)
    }

    /// Opens what [`Vault::seal`] sealed.
    pub(crate) fn open<T: DeserializeOwned>(key: &SealingKey, id: Uuid, sealed: &[u8]) -> Result<T, GraphError> {
        serde_json::from_slice(&opened(key, id, sealed)?).map_err(GraphError::internal)
    }

    /// What tells persons apart, without telling who they are: the same for one person's accounts.
    pub(crate) fn token_of_person(&self, ci: &str) -> String {
        self.token("ci", ci)
    }

    fn token(&self, kind: &str, text: &str) -> String {
        let tag = hmac::sign(&self.search, format!("{kind}\0{text}").as_bytes());
        // Half of it tells more words apart than there are.
        tag.as_ref().iter().take(16).fold(String::with_capacity(32), |text, byte| text + &format!("{byte:02x}"))
    }

    /// What a person is found by: beginnings of the e-mail address, and one and two letters of the name that follow each
    /// other.
    pub(crate) fn tokens(&self, email: &str, name: &str) -> Vec<String> {
        let email: Vec<char> = email.to_lowercase().chars().take(LONGEST_BEGINNING).collect();
        let beginnings = (SHORTEST_BEGINNING..=email.len()).map(|end| self.token("email", &text(&email[..end])));
        let mut tokens: BTreeSet<String> = beginnings.collect();
        let name: Vec<char> = name.to_lowercase().chars().collect();
        tokens.extend((1..=2).flat_map(|size| name.windows(size)).map(|part| self.token("name", &text(part))));
        tokens.into_iter().collect()
    }

    /// The token of those whose e-mail address begins so; `None` where everybody's does.
    pub(crate) fn token_of_email(&self, beginning: &str) -> Option<String> {
        let beginning: Vec<char> = beginning.trim().to_lowercase().chars().take(LONGEST_BEGINNING).collect();
        (!beginning.is_empty()).then(|| self.token("email", &text(&beginning)))
    }

    /// The tokens that those have whose name contains this: every two letters that follow each other, or the one there is.
    pub(crate) fn tokens_of_name(&self, part: &str) -> Vec<String> {
        let part: Vec<char> = part.trim().to_lowercase().chars().collect();
        match part.as_slice() {
            [] => Vec::new(),
            [_] => vec![self.token("name", &text(&part))],
            _ => part.windows(2).map(|pair| self.token("name", &text(pair))).collect(),
        }
    }
}

fn text(letters: &[char]) -> String {
    letters.iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_opens_and_only_as_the_same_row() {
        for secret in ["", "a secret"] {
            let vault = Vault::new(secret).unwrap();
            let (person, row) = (Uuid::now_v7(), Uuid::now_v7());
            let (key, kept) = vault.new_key(person).unwrap();
            let sealed = Vault::seal(&key, row, &"김도아").unwrap();
            assert!(!sealed.windows(3).any(|part| part == "김".as_bytes()));
            let key = vault.open_key(person, &kept).unwrap();
            assert_eq!(Vault::open::<String>(&key, row, &sealed).unwrap(), "김도아");
            assert!(Vault::open::<String>(&key, person, &sealed).is_err(), "another row");
            let (other, _) = vault.new_key(person).unwrap();
            assert!(Vault::open::<String>(&other, row, &sealed).is_err(), "another key");
            let mut broken = sealed.clone();
            broken[20] ^= 1;
            assert!(Vault::open::<String>(&key, row, &broken).is_err(), "changed");
            assert!(Vault::open::<String>(&key, row, &sealed[..5]).is_err());
            assert!(vault.open_key(person, &[]).is_err());
        }
        let (vault, person) = (Vault::new("one").unwrap(), Uuid::now_v7());
        let (_, kept) = vault.new_key(person).unwrap();
        assert!(Vault::new("two").unwrap().open_key(person, &kept).is_err(), "another secret");
        assert!(vault.open_key(Uuid::now_v7(), &kept).is_err(), "another person");
    }

    #[test]
    fn people_are_found_by_beginnings_and_parts() {
        let vault = Vault::new("").unwrap();
        let tokens = vault.tokens("Kim_1@example.com", "김도아");
        let has = |wanted: Vec<String>| wanted.iter().all(|token| tokens.contains(token));
        for (beginning, found) in [("kim_", true), ("KIM_1@example.com", true), ("im_", false), ("kimx", false)] {
            assert_eq!(has(vault.token_of_email(beginning).into_iter().collect()), found, "{beginning}");
        }
        for (part, found) in [("김", true), ("도아", true), ("김도아", true), ("아도", false), ("이도", false)]
        {
            assert_eq!(has(vault.tokens_of_name(part)), found, "{part}");
        }
        assert!(vault.token_of_email(" ").is_none() && vault.tokens_of_name(" ").is_empty());
        assert_ne!(Vault::new("x").unwrap().tokens("a@b.c", "가"), vault.tokens("a@b.c", "가"));
    }
}
