//! A mail server for tests that speaks SMTP (RFC 5321) and refuses by the receiver's address.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) to: String,
    pub(crate) data: String,
}

#[derive(Clone, Default)]
pub(crate) struct MailServer {
    pub(crate) port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    tries: Arc<Mutex<HashMap<String, u32>>>,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
        server
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// How often somebody wanted to reach the address.
    pub(crate) fn tries(&self, to: &str) -> u32 {
        self.tries.lock().unwrap().get(to).copied().unwrap_or(0)
    }

    /// `nobody@…` does not exist, `busy@…` is busy twice, `gone@…` breaks the connection off once.
    fn answer_to(&self, to: &str) -> Option<&'static str> {
        let mut tries = self.tries.lock().unwrap();
        let count = tries.entry(to.to_owned()).or_default();
        *count += 1;
        match (to.split('@').next().unwrap_or_default(), *count) {
            ("nobody", _) => Some("550 5.1.1 there is no such mailbox"),
            ("busy", 1 | 2) => Some("451 4.3.0 try again later"),
            ("gone", 1) => None,
            _ => Some("250 2.1.5 ok"),
        }
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 test ESMTP\r\n").await.ok()?;
        let mut to = String::new();
        while let Some(line) = lines.next_line().await.ok()? {
            let command = line.to_ascii_uppercase();
            let answer = if command.starts_with("EHLO") {
                "250-test\r\n250 8BITMIME".to_owned()
            } else if command.starts_with("RCPT TO:") {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                self.answer_to(&to)?.to_owned()
            } else if command == "DATA" {
                writer.write_all(b"354 go ahead\r\n").await.ok()?;
                let mut data = String::new();
                loop {
                    let line = lines.next_line().await.ok()??;
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push('\n');
                }
                self.taken.lock().unwrap().push(Taken { to: to.clone(), data });
                "250 2.0.0 queued".to_owned()
            } else if command == "QUIT" {
                writer.write_all(b"221 bye\r\n").await.ok()?;
                return Some(());
            } else if command.starts_with("MAIL FROM:") || command == "RSET" || command == "NOOP" {
                "250 ok".to_owned()
            } else {
                "502 not implemented".to_owned()
            };
            writer.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        Some(())
    }
}
