//! A way to a server that a test can cut.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A TCP proxy on a loopback port, between a client and a real server.
pub struct Proxy {
    url: String,
    /// Whether connections are let through. Those that live end whenever it is set.
    open: watch::Sender<bool>,
}

impl Proxy {
    /// A proxy to the server of a URL. It ends with the test's runtime.
    ///
    /// # Panics
    /// When the URL names no host and port.
    pub async fn to(url: &str) -> Self {
        let mut url = reqwest::Url::parse(url).expect("a URL");
        let server = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let own: SocketAddr = listener.local_addr().expect("the port is known");
        url.set_ip_host(own.ip()).expect("the URL takes a host");
        url.set_port(Some(own.port())).expect("the URL takes a port");
        let (open, seen) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), seen.clone()));
            }
        });
        Self { url: url.into(), open }
    }

    /// The server's URL by way of the proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends all connections; new ones are let through.
    pub fn cut(&self) {
        self.open.send_replace(true);
    }

    /// Ends all connections and lets no new ones through.
    pub fn close(&self) {
        self.open.send_replace(false);
    }

    /// Lets new connections through again.
    pub fn open(&self) {
        self.open.send_replace(true);
    }
}

async fn carry(mut client: TcpStream, server: String, mut open: watch::Receiver<bool>) {
    if !*open.borrow_and_update() {
        return;
    }
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
        _ = open.changed() => {}
    }
}
