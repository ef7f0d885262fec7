//! Somebody else's page, on an origin of its own and without any policy.

use anyhow::Result;
use std::io::{Read, Write};
use std::net::TcpListener;

/// Serves the same page at every path, until the test ends. Returns its address.
pub fn other_page(html: &str) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = format!("http://{}/", listener.local_addr()?);
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{html}",
        html.len()
    );
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = answer.clone();
            // Browsers open connections ahead, and say nothing on them.
            std::thread::spawn(move || {
                // A browser that goes away meanwhile is no concern of ours.
                let _ = stream.read(&mut [0; 8192]);
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    Ok(address)
}
