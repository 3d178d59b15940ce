//! What a person is told of by which way.

use std::collections::HashMap;

use async_graphql::SimpleObject;

use crate::model::{NotificationChannel, NotificationEvent, NotificationLanguage, UserId};
use crate::policy::{Choice, choice, is_marketing, wanted};

/// What a person is told of by which way.
#[derive(SimpleObject)]
pub(crate) struct NotificationPreferences {
    /// The language of e-mail and text messages.
    language: NotificationLanguage,
    /// Every event by every way that it can go.
    preferences: Vec<NotificationPreference>,
}

/// Whether a person is told of an event by a way.
#[derive(SimpleObject)]
pub(crate) struct NotificationPreference {
    /// Of what.
    event: NotificationEvent,
    /// By which way.
    channel: NotificationChannel,
    /// Whether the person is told.
    enabled: bool,
    /// Whether the law or the contract asks for it, so that it cannot be refused.
    required: bool,
    /// Whether it is advertising, which is sent only to those who agree to it.
    marketing: bool,
}

impl NotificationPreferences {
    pub(crate) fn of(
        user: UserId,
        language: NotificationLanguage,
        chosen: &HashMap<(UserId, NotificationEvent, NotificationChannel), bool>,
    ) -> Self {
        let pairs = NotificationEvent::ALL
            .iter()
            .flat_map(|event| NotificationChannel::ALL.iter().map(|channel| (*event, *channel)));
        let preferences = pairs.filter(|(event, channel)| choice(*event, *channel) != Choice::Never);
        let preference = |(event, channel)| NotificationPreference {
            event,
            channel,
            enabled: wanted(event, channel, chosen.get(&(user, event, channel)).copied()),
            required: choice(event, channel) == Choice::Required,
            marketing: is_marketing(event),
        };
        Self { language, preferences: preferences.map(preference).collect() }
    }
}
