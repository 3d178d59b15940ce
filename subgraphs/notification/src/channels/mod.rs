//! The ways out: a mail server, a message provider, and sellers' systems.

mod email;
mod endpoint;
mod phone;
pub(crate) mod sandbox;

pub(crate) use email::{Mail, Mailer};
pub(crate) use endpoint::{Endpoints, Post, refused_url};
pub(crate) use phone::{MessageProvider, Solapi, send_message};

/// Why something was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SendError {
    /// It may be taken later.
    Temporary(String),
    /// It never will.
    Permanent(String),
}
