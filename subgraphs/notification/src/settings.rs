//! Options of the notification service.

use std::time::Duration;

platform::settings! {
    /// Options of the notification service.
    pub struct NotificationSettings {
        /// The mail server, as in smtps://user:password@mail.example.com or smtp://localhost:25. Empty: e-mails are written into the folder mail of LOCAL_DIRECTORY.
        smtp_url: String = "SMTP_URL", "";
        /// Whom e-mails come from.
        mail_from: String = "MAIL_FROM", "DOA Market <no-reply@doa.market>";
        /// How long a mail server, message provider or seller's system may take to answer.
        timeout: Duration = "NOTIFICATION_TIMEOUT", "10s";
        /// Solapi's API, which sends 알림톡 and SMS. Empty: a sandbox of this process, which keeps messages in memory.
        message_base_url: String = "SOLAPI_BASE_URL", "";
        /// The API key of Solapi.
        message_api_key: String = "SOLAPI_API_KEY", "sandbox";
        /// The API secret of Solapi.
        message_api_secret: String = "SOLAPI_API_SECRET", "sandbox";
        /// The number that messages come from, registered with the provider.
        message_from: String = "SOLAPI_FROM", "02-1234-5678";
        /// The Kakao channel that 알림톡 comes from.
        kakao_channel: String = "SOLAPI_KAKAO_CHANNEL", "sandbox";
        /// 무료수신거부: the free number at which people refuse advertising.
        opt_out_number: String = "NOTIFICATION_OPT_OUT_NUMBER", "080-000-0000";
        /// How often deliveries that are due are looked for.
        interval: Duration = "NOTIFICATION_DELIVERY_INTERVAL", "1s";
        /// After the first failure it is tried again so much later; each time twice as long.
        retry_base: Duration = "NOTIFICATION_RETRY_BASE", "30s";
        /// The longest time between two tries.
        retry_longest: Duration = "NOTIFICATION_RETRY_LONGEST", "6h";
        /// After so many failures a delivery is dead until somebody sends it again.
        attempts: u32 = "NOTIFICATION_ATTEMPTS", "8";
        /// After so many failures in a row a seller's endpoint is disabled.
        endpoint_failures: u32 = "WEBHOOK_ENDPOINT_FAILURES", "20";
        /// How long a secret that was replaced still signs.
        secret_overlap: Duration = "WEBHOOK_SECRET_OVERLAP", "24h";
        /// Whether sellers' endpoints may be plain http and on private addresses. For development and tests only.
        allow_private_endpoints: bool = "WEBHOOK_ALLOW_PRIVATE", "false";
    }
}
