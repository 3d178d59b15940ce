//! Options of the file service.

use std::time::Duration;

platform::settings! {
    /// Options of the file service.
    pub struct FileSettings {
        /// Where files are kept: empty for a folder of this machine, or `s3://bucket/prefix`. Credentials and region come from
        /// the environment as AWS names them (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, web identity, instance metadata).
        store: String = "FILE_STORE", "";
        /// The endpoint of a store that speaks S3 and is not Amazon's; empty for Amazon's.
        s3_endpoint: String = "FILE_S3_ENDPOINT", "";
        /// The access key of that store; empty for what the environment or the machine's role gives.
        s3_access_key: String = "FILE_S3_ACCESS_KEY", "";
        /// The secret key that belongs to it.
        s3_secret_key: String = "FILE_S3_SECRET_KEY", "";
        /// What signs the addresses of private files and of uploads, 32 characters or more. Without it each process signs with
        /// a key of its own, which only one process alone can do.
        signing_key: String = "FILE_SIGNING_KEY", "";
        /// How long a signed address is good for.
        link_lifetime: Duration = "FILE_LINK_LIFETIME", "10m";
        /// How long an announced upload waits for its bytes.
        upload_lifetime: Duration = "FILE_UPLOAD_LIFETIME", "15m";
        /// The largest image, in bytes.
        largest_image: u64 = "FILE_LARGEST_IMAGE", "20971520";
        /// The largest document, in bytes.
        largest_document: u64 = "FILE_LARGEST_DOCUMENT", "20971520";
        /// The most pixels that an image may have.
        most_pixels: u64 = "FILE_MOST_PIXELS", "100000000";
        /// How many bytes one person may upload in 24 hours.
        daily_bytes: u64 = "FILE_DAILY_BYTES", "2147483648";
        /// How many files one person may upload in 24 hours.
        daily_files: u32 = "FILE_DAILY_FILES", "2000";
        /// How many images are read or drawn at once.
        image_workers: usize = "FILE_IMAGE_WORKERS", "2";
        /// How long the bytes of a deleted file are kept.
        deleted_kept: Duration = "FILE_DELETED_KEPT", "30d";
        /// How often expired uploads and deleted bytes are looked for.
        sweep_interval: Duration = "FILE_SWEEP_INTERVAL", "1m";
    }
}
