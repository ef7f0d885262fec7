//! The WebDriver server of an engine, and what it starts.

use crate::engine::Engine;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use xtask::workspace::root;

/// How long a driver may take until it listens.
const START: Duration = Duration::from_secs(20);
const WIDTH: u32 = 1000;
const HEIGHT: u32 = 800;

/// A driver and the screen that its browser is shown on. Both end on drop.
pub struct Driver {
    pub port: u16,
    _driver: Process,
    // WebKit's browser ends with its screen, even if it hangs.
    _screen: Option<Process>,
}

/// A process that is killed on drop.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail if the process has already exited.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Process {
    fn start(command: &mut Command) -> Result<Process> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let name = command.get_program().to_string_lossy();
        Ok(Process(
            child.with_context(|| format!("{name} could not be started"))?,
        ))
    }

    /// Reads what it prints up to the first line that says what is looked for.
    fn wait_for<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let stdout = self.0.stdout.take().context("a process has no output")?;
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let found = lines.by_ref().find_map(|line| read(&line));
        // A process that writes into a closed pipe is ended.
        std::thread::spawn(move || lines.for_each(drop));
        found.context("a driver exited without saying where it listens")
    }
}

impl Driver {
    /// Files that the browser leaves behind go into this folder.
    pub fn start(engine: Engine, temporary: &TempDir) -> Result<Driver> {
        let command = |variable: &str, usual: &str| {
            let program = std::env::var_os(variable).unwrap_or_else(|| usual.into());
            let mut command = Command::new(program);
            command.env("TMPDIR", temporary.path());
            command
        };
        match engine {
            Engine::Chromium => {
                let mut command = command("VESTIBULE_CHROMEDRIVER", "chromedriver");
                let mut driver = Process::start(command.arg("--port=0"))?;
                let port = driver.wait_for(|line| {
                    let (_, port) = line.split_once("started successfully on port ")?;
                    port.trim_end_matches('.').parse().ok()
                })?;
                Ok(Driver {
                    port,
                    _driver: driver,
                    _screen: None,
                })
            }
            Engine::Firefox => {
                let mut command = command("VESTIBULE_GECKODRIVER", "geckodriver");
                command.args(["--port", "0", "--websocket-port", "0"]);
                let mut driver = Process::start(&mut command)?;
                let port = driver.wait_for(|line| {
                    let (_, port) = line.split_once("Listening on 127.0.0.1:")?;
                    port.trim().parse().ok()
                })?;
                Ok(Driver {
                    port,
                    _driver: driver,
                    _screen: None,
                })
            }
            Engine::WebKit => {
                // Each test has its own: the windows of one screen take the focus from each other.
                let mut screen = Command::new("Xvfb");
                screen.args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    "1280x1000x24",
                    "-nolisten",
                    "tcp",
                ]);
                let mut screen = Process::start(&mut screen)?;
                let display: u32 = screen.wait_for(|line| line.trim().parse().ok())?;
                // It takes no port 0.
                let port = free_port()?;
                let mut command = command("VESTIBULE_WEBKITDRIVER", "WebKitWebDriver");
                command.env("DISPLAY", format!(":{display}"));
                command.args(["--host=local", &format!("--port={port}")]);
                let driver = Process::start(&mut command)?;
                wait_for_port(port)?;
                Ok(Driver {
                    port,
                    _driver: driver,
                    _screen: Some(screen),
                })
            }
        }
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn wait_for_port(port: u16) -> Result<()> {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if started.elapsed() > START {
            bail!("the driver does not listen on port {port}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// What a session is started with. `blocks_site_data`: the browser refuses cookies and storage.
pub fn capabilities(
    engine: Engine,
    profile: &TempDir,
    blocks_site_data: bool,
) -> Result<Map<String, Value>> {
    let mut capabilities = json!({
        "unhandledPromptBehavior": "ignore",
        "timeouts": { "script": 10_000, "pageLoad": 20_000 },
    });
    let binary = |variable: &str, usual: Option<&str>| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .or(usual.map(PathBuf::from))
            .map(|file| Value::from(file.to_string_lossy()))
    };
    match engine {
        Engine::Chromium => {
            let mut options = chromium_options(profile)?;
            if blocks_site_data {
                options["prefs"] = json!({ "profile.default_content_setting_values.cookies": 2 });
            }
            if let Some(binary) = binary("VESTIBULE_CHROMIUM", None) {
                options["binary"] = binary;
            }
            capabilities["goog:chromeOptions"] = options;
            capabilities["goog:loggingPrefs"] = json!({ "browser": "ALL", "performance": "ALL" });
        }
        Engine::Firefox => {
            let mut preferences = json!({ "intl.accept_languages": "en-GB, en" });
            if blocks_site_data {
                preferences["network.cookie.cookieBehavior"] = json!(2);
            }
            capabilities["moz:firefoxOptions"] = json!({
                "binary": binary("VESTIBULE_FIREFOX", Some("/usr/bin/firefox-esr")),
                "args": ["-headless", format!("--width={WIDTH}"), format!("--height={HEIGHT}")],
                "prefs": preferences,
            });
        }
        Engine::WebKit => {
            capabilities["browserName"] = json!("MiniBrowser");
            capabilities["webkitgtk:browserOptions"] = json!({
                "binary": binary("VESTIBULE_MINIBROWSER", None).context("VESTIBULE_MINIBROWSER names no file")?,
                "args": ["--automation"],
            });
        }
    }
    match capabilities {
        Value::Object(capabilities) => Ok(capabilities),
        _ => bail!("capabilities are an object"),
    }
}

fn chromium_options(profile: &TempDir) -> Result<Value> {
    // The same arguments as for the unit tests that run in the browser.
    let text = std::fs::read_to_string(root().join("webdriver.json"))?;
    let common: Value = serde_json::from_str(&text)?;
    let mut arguments: Vec<Value> = common["goog:chromeOptions"]["args"]
        .as_array()
        .context("webdriver.json has no goog:chromeOptions.args")?
        .clone();
    let profile = profile.path().join("profile");
    arguments.push(format!("--user-data-dir={}", profile.display()).into());
    arguments.push(format!("--window-size={WIDTH},{HEIGHT}").into());
    arguments.push("--lang=en-GB".into());
    Ok(json!({
        "args": arguments,
        "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
    }))
}
