//! Another site's page: a different origin, without a content security policy.

use anyhow::Result;
use std::io::{Read, Write};
use std::net::TcpListener;

/// Serves this page at every path until the test ends, and returns its address.
pub fn serve_third_party_page(html: &str) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = format!("http://{}/", listener.local_addr()?);
    let response = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{html}",
        html.len()
    );
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let response = response.clone();
            // One thread each: browsers open connections ahead of time and send nothing on them.
            std::thread::spawn(move || {
                // The browser may close the connection early; that's fine.
                let _ = stream.read(&mut [0; 8192]);
                let _ = stream.write_all(response.as_bytes());
            });
        }
    });
    Ok(address)
}
