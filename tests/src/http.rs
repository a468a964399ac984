//! The smallest HTTP client: one request, one connection, headers as they are given.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status line's number.
    pub status: u16,
    /// The head, lower case.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}:");
        self.head
            .lines()
            .find_map(|line| Some(line.strip_prefix(&prefix)?.trim()))
    }
}

/// A request with the Host that a browser would send.
pub async fn request(to: SocketAddr, method: &str, path: &str, body: &str) -> Result<Answer> {
    forged(to, method, path, &[("host", &to.to_string())], body).await
}

/// A request with these headers and no others but the body's length.
pub async fn forged(
    to: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Answer> {
    let exchange = async {
        let mut stream = TcpStream::connect(to).await?;
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            write!(text, "{name}: {value}\r\n")?;
        }
        text.push_str("\r\n");
        text.push_str(body);
        stream.write_all(text.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        anyhow::Ok(bytes)
    };
    let bytes = timeout(Duration::from_secs(20), exchange)
        .await
        .context("no answer in 20 s")??;
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .context("an answer without a head")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    Ok(Answer {
        status,
        head,
        body: bytes[end + 4..].to_vec(),
    })
}
