//! The HTTP client of our processes.

/// A client's builder with what all of our clients have in common: no proxy of the environment, no redirects followed,
/// and the cryptography that was compiled in.
pub fn builder() -> reqwest::ClientBuilder {
    choose_cryptography();
    reqwest::Client::builder().no_proxy().tcp_nodelay(true).redirect(reqwest::redirect::Policy::none())
}

/// Makes the cryptography that was compiled in the one that TLS uses. A library with an HTTP client of its own needs it, too.
pub fn choose_cryptography() {
    // A second call finds the choice made already; that is no fault.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
