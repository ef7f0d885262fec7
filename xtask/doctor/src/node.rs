//! Scripts that Node runs: it sends the requests, because the command line has no HTTP client.

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// Runs a script that reads JSON from standard input and prints JSON. `None` if Node is missing or prints
/// something else.
pub fn run(script: &str, input: &Value) -> Option<Value> {
    let mut node = Command::new("node")
        .args(["-e", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let input = input.to_string();
    node.stdin.take()?.write_all(input.as_bytes()).ok()?;
    let output = node.wait_with_output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}
