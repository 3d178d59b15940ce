//! Encrypting what is stored, bound to where it stands: ChaCha20-Poly1305, a random nonce in front of the text.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// The length of a key, in bytes.
pub const KEY_LENGTH: usize = 32;

/// Why something could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It was sealed under another key, or for another place, or was changed since.
    #[error("it does not open under this key in this place")]
    OtherKey,
    /// It is nothing that was sealed.
    #[error("it was never sealed")]
    Broken,
}

/// A key that seals and opens.
#[derive(Clone, Debug)]
pub struct SealingKey(LessSafeKey);

impl SealingKey {
    /// A key of [`KEY_LENGTH`] bytes.
    ///
    /// # Errors
    /// When it has another length.
    pub fn new(bytes: &[u8]) -> Result<Self, SealError> {
        UnboundKey::new(&CHACHA20_POLY1305, bytes).map(|key| Self(LessSafeKey::new(key))).map_err(|_| SealError::Broken)
    }

    /// A secret as it is to be stored in `place`: it opens nowhere else.
    ///
    /// # Errors
    /// When the secret is too long for the cipher.
    pub fn seal(&self, place: &[u8], secret: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut text = secret.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut text)
            .map_err(|_| SealError::Broken)?;
        Ok([nonce.as_slice(), &text].concat())
    }

    /// The secret that is stored in `place`.
    ///
    /// # Errors
    /// When it is not what was sealed there under this key.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Broken)?;
        let mut text = text.to_vec();
        let secret = self.0.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(place), &mut text);
        secret.map(|secret| secret.to_vec()).map_err(|_| SealError::OtherKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_alone() {
        let (ours, other) = (SealingKey::new(&[1; KEY_LENGTH]).unwrap(), SealingKey::new(&[2; KEY_LENGTH]).unwrap());
        let sealed = ours.seal(b"here", b"secret").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, ours.seal(b"here", b"secret").unwrap(), "each has a nonce of its own");
        assert_eq!(ours.open(b"here", &sealed).unwrap(), b"secret");
        assert_eq!(ours.open(b"there", &sealed), Err(SealError::OtherKey));
        assert_eq!(other.open(b"here", &sealed), Err(SealError::OtherKey));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(ours.open(b"here", &changed), Err(SealError::OtherKey));
        assert_eq!(ours.open(b"here", &sealed[..NONCE_LEN - 1]), Err(SealError::Broken));
        assert_eq!(SealingKey::new(&[1; KEY_LENGTH - 1]).unwrap_err(), SealError::Broken);
    }
}
