//! The keys that access tokens are signed with: made at the first start, published, rotated with an overlap.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::database::Database;
use platform::identity::AccessClaims;
use platform::service::StartError;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::json;

use crate::model::SigningKeyRow;
use crate::seal::{SealError, Sealer, Stored};
use crate::settings::AuthSettings;
use crate::{rules, store};

/// The shortest time between two keys.
const SHORTEST_ROTATION: Duration = Duration::from_secs(1);
/// What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Why keys could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// PostgreSQL failed.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// No connection.
    #[error(transparent)]
    Pool(#[from] platform::database::PoolError),
    /// A stored key cannot be decrypted.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// Key material that is none.
    #[error("a signing key is broken")]
    Broken,
    /// There is no key whose time has come.
    #[error("no signing key is in force")]
    None,
}

impl From<KeyError> for StartError {
    fn from(error: KeyError) -> Self {
        Self(error.to_string())
    }
}

/// One key, ready to sign.
struct Key {
    id: String,
    signs_from: DateTime<Utc>,
    encoding: EncodingKey,
}

/// All keys that are in use, the oldest first, and their published form.
#[derive(Default)]
struct Ring {
    keys: Vec<Key>,
    published: Arc<str>,
}

/// Signs access tokens and publishes the keys to verify them with.
pub(crate) struct KeyRing {
    database: Database,
    sealer: Sealer,
    rotation: Duration,
    access_lifetime: Duration,
    ring: ArcSwap<Ring>,
}

impl KeyRing {
    /// The keys of the database; makes the first one.
    pub(crate) async fn open(database: Database, settings: &AuthSettings) -> Result<Self, StartError> {
        if settings.key_rotation < SHORTEST_ROTATION {
            return Err(StartError("AUTH_KEY_ROTATION: keys change at most once a second".to_owned()));
        }
        let ring = Self {
            database,
            sealer: Sealer::new(settings, "signing keys")?,
            rotation: settings.key_rotation,
            access_lifetime: settings.access_lifetime,
            ring: ArcSwap::default(),
        };
        ring.maintain().await?;
        Ok(ring)
    }

    /// Signs an access token.
    pub(crate) fn sign(&self, claims: &AccessClaims) -> Result<String, KeyError> {
        let ring = self.ring.load();
        let from: Vec<DateTime<Utc>> = ring.keys.iter().map(|key| key.signs_from).collect();
        let position = rules::signing_position(&from, Utc::now()).ok_or(KeyError::None)?;
        let key = &ring.keys[position];
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.id.clone());
        jsonwebtoken::encode(&header, claims, &key.encoding).map_err(|_| KeyError::Broken)
    }

    /// The published keys as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub(crate) fn published(&self) -> Arc<str> {
        Arc::clone(&self.ring.load().published)
    }

    /// How often [`Self::maintain`] is to be called.
    pub(crate) fn look_interval(&self) -> Duration {
        (self.rotation / 10).clamp(Duration::from_millis(100), Duration::from_secs(60))
    }

    /// Makes the next key when its time has come, forgets retired ones, and takes over what other replicas did.
    pub(crate) async fn maintain(&self) -> Result<(), KeyError> {
        let mut connection = self.database.connection().await?;
        let rows = connection.transaction(async |connection| self.maintained(connection).await).await?;
        drop(connection);
        let known: Vec<String> = self.ring.load().keys.iter().map(|key| key.id.clone()).collect();
        if !rows.iter().map(|row| &row.id).eq(&known) {
            let published = published_form(&rows);
            let keys = rows.into_iter().map(|row| self.opened(row)).collect::<Result<_, _>>()?;
            self.ring.store(Arc::new(Ring { keys, published }));
        }
        Ok(())
    }

    async fn maintained(&self, connection: &mut AsyncPgConnection) -> Result<Vec<SigningKeyRow>, KeyError> {
        // Replicas take turns, so that only one of them makes the next key.
        store::lock_signing_keys(connection).await?;
        let mut rows = store::signing_keys(connection).await?;
        let now = Utc::now();
        if let Some(from) = rules::next_key_from(rows.last().map(|row| row.signs_from), self.rotation, now) {
            let row = self.made(from)?;
            store::insert_signing_key(connection, &row).await?;
            tracing::info!(key = row.id, signs_from = %from, "made a signing key");
            rows.push(row);
        }
        let successors: Vec<_> = rows.iter().skip(1).map(|row| Some(row.signs_from)).chain([None]).collect();
        let mut kept = Vec::with_capacity(rows.len());
        for (row, successor) in rows.into_iter().zip(successors) {
            if rules::is_retired(successor, self.access_lifetime, now) {
                store::delete_signing_key(connection, &row.id).await?;
                tracing::info!(key = row.id, "retired a signing key");
            } else {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    fn made(&self, signs_from: DateTime<Utc>) -> Result<SigningKeyRow, KeyError> {
        let seed: [u8; 32] = rand::random();
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError::Broken)?;
        let id = uuid::Uuid::now_v7().as_simple().to_string();
        let private_key = self.sealer.seal(&id, &seed)?;
        Ok(SigningKeyRow {
            id,
            public_key: pair.public_key().as_ref().to_vec(),
            private_key: private_key.bytes,
            sealed: private_key.sealed,
            signs_from,
        })
    }

    fn opened(&self, row: SigningKeyRow) -> Result<Key, KeyError> {
        let seed = self.sealer.open(&row.id, Stored { bytes: row.private_key, sealed: row.sealed })?;
        let matches = Ed25519KeyPair::from_seed_and_public_key(&seed, &row.public_key).is_ok();
        if !matches {
            return Err(KeyError::Broken);
        }
        let encoding = EncodingKey::from_ed_der(&[&PKCS8_PREFIX, seed.as_slice()].concat());
        Ok(Key { id: row.id, signs_from: row.signs_from, encoding })
    }
}

fn published_form(rows: &[SigningKeyRow]) -> Arc<str> {
    let keys: Vec<_> = rows
        .iter()
        .map(|row| {
            let x = URL_SAFE_NO_PAD.encode(&row.public_key);
            json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": row.id, "x": x })
        })
        .collect();
    json!({ "keys": keys }).to_string().into()
}
