//! Signed addresses: who has one may read a private file, or bring an upload's bytes, until it ends.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use hmac::{Hmac, Mac as _};
use rand::RngCore as _;
use sha2::Sha256;

use crate::model::{FileId, Look, StoredFile, UploadId};
use crate::paths::FILES;
use crate::rules::expiry;

/// Makes and checks addresses.
#[derive(Clone)]
pub(crate) struct Links {
    public_url: Arc<str>,
    key: Arc<[u8]>,
    lifetime: Duration,
}

/// What an address allows.
#[derive(Clone, Copy)]
pub(crate) enum Right {
    /// Reading a file; by the member of staff whom the address was given, where that is on record.
    Read(FileId, Option<Look>),
    Bring(UploadId),
}

impl Links {
    /// Addresses below `public_url`, signed with `key`, or with one that ends with this process where it is empty.
    pub(crate) fn new(public_url: Arc<str>, key: &str, lifetime: Duration) -> Self {
        let key = if key.is_empty() {
            let mut own = [0; 32];
            rand::rng().fill_bytes(&mut own);
            own.into()
        } else {
            key.as_bytes().into()
        };
        Self { public_url, key, lifetime }
    }

    /// Where a file can be read: for good when everybody may see it. The address names the staff it is given to, where
    /// their look is on record: whoever opens it looks for them.
    pub(crate) fn of_file(&self, stored: &StoredFile, query: &str, look: Option<Look>) -> String {
        let id = stored.file.id;
        let address = format!("{}{FILES}/{id}", self.public_url);
        if stored.file.purpose.is_public() {
            return if query.is_empty() { address } else { format!("{address}?{query}") };
        }
        let until = expiry(Utc::now().timestamp(), self.lifetime);
        let signature = self.sign(Right::Read(id, look), until);
        let more = if query.is_empty() { String::new() } else { format!("{query}&") };
        let by = look.map(|look| format!("by={}&", look.by)).unwrap_or_default();
        let as_user = look.and_then(|look| look.as_user).map(|user| format!("as={user}&")).unwrap_or_default();
        format!("{address}?{more}{by}{as_user}expires={until}&signature={signature}")
    }

    /// Where an upload's bytes go when this service takes them itself.
    pub(crate) fn of_upload(&self, id: UploadId, until: i64) -> String {
        let signature = self.sign(Right::Bring(id), until);
        format!("{}{FILES}/uploads/{id}?expires={until}&signature={signature}", self.public_url)
    }

    /// Whether the signature is ours and its time is not over.
    pub(crate) fn allows(&self, right: Right, until: i64, signature: &str) -> bool {
        let Ok(claimed) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        until >= Utc::now().timestamp() && self.mac(right, until).is_some_and(|mac| mac.verify_slice(&claimed).is_ok())
    }

    fn sign(&self, right: Right, until: i64) -> String {
        self.mac(right, until).map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())).unwrap_or_default()
    }

    fn mac(&self, right: Right, until: i64) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of every length; were it not so, nothing would be allowed.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        let text = match right {
            Right::Read(id, None) => format!("read {id} {until}"),
            Right::Read(id, Some(Look { by, as_user: None })) => format!("read {id} {until} by {by}"),
            Right::Read(id, Some(Look { by, as_user: Some(user) })) => format!("read {id} {until} by {by} as {user}"),
            Right::Bring(id) => format!("bring {id} {until}"),
        };
        mac.update(text.as_bytes());
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature_of(address: &str) -> (i64, String) {
        let query = address.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let value = |name: &str| {
            let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            pair.unwrap_or_default().to_owned()
        };
        (value("expires").parse().unwrap_or_default(), value("signature"))
    }

    #[test]
    fn an_address_allows_one_thing_until_it_ends() {
        let links = Links::new("https://market.example".into(), &"k".repeat(32), Duration::from_secs(60));
        let id = UploadId::new();
        let until = Utc::now().timestamp() + 60;
        let (expires, signature) = signature_of(&links.of_upload(id, until));
        assert!(links.allows(Right::Bring(id), expires, &signature));
        assert!(!links.allows(Right::Bring(UploadId::new()), expires, &signature));
        assert!(!links.allows(Right::Read(FileId(id.0), None), expires, &signature));
        assert!(!links.allows(Right::Bring(id), expires + 1, &signature), "the end is signed as well");
        let other = Links::new("https://market.example".into(), &"o".repeat(32), Duration::from_secs(60));
        assert!(!other.allows(Right::Bring(id), expires, &signature));
        let (over, signature) = signature_of(&links.of_upload(id, Utc::now().timestamp() - 1));
        assert!(!links.allows(Right::Bring(id), over, &signature));
    }

    #[test]
    fn without_a_key_every_process_has_its_own() {
        let make = || Links::new("".into(), "", Duration::from_secs(60));
        let (one, id, until) = (make(), UploadId::new(), Utc::now().timestamp() + 60);
        let (_, signature) = signature_of(&one.of_upload(id, until));
        assert!(one.allows(Right::Bring(id), until, &signature));
        assert!(!make().allows(Right::Bring(id), until, &signature));
    }
}
