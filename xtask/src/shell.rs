//! Running other programs: what they print is shown, and a failure is a sentence.

use anyhow::{Context, Error, Result, anyhow, bail};
use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Prints what begins now.
pub fn step(text: impl AsRef<str>) {
    println!("\n==> {}", text.as_ref());
}

/// Runs a program to its end, with its output on ours.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| could_not_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line_of(command));
    }
    Ok(())
}

/// Runs a program and returns what it printed; `None` when it's missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// A running program and everything that it has started (trunk's cargo, cargo's rustc). Dropping it ends
/// them together.
pub struct Group {
    child: Child,
}

impl Group {
    pub fn start(command: &mut Command) -> Result<Group> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.with_context(|| could_not_start(command))?;
        Ok(Group { child })
    }

    /// Whether the program still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let id = self.child.id();
        let mut end = if cfg!(windows) {
            let mut end = Command::new("taskkill");
            end.args(["/T", "/F", "/PID", &id.to_string()]);
            end
        } else {
            let mut end = Command::new("kill");
            end.args(["-TERM", "--", &format!("-{id}")]);
            end
        };
        // They may have ended already.
        let _ = end.stdout(Stdio::null()).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

/// A command for a program on PATH. Windows has scripts there too (`npm.cmd`), which it finds only by
/// their whole name.
pub fn command(program: &str) -> Command {
    command_on(&std::env::var_os("PATH").unwrap_or_default(), program)
}

/// The same for another PATH, which the program gets too.
pub fn command_on(path: &OsStr, program: &str) -> Command {
    let found = cfg!(windows)
        .then(|| find_on(path, &[program]))
        .flatten()
        .map_or_else(|| program.into(), PathBuf::into_os_string);
    let mut command = Command::new(found);
    command.env("PATH", path);
    command
}

/// The first of these programs that is on PATH.
pub fn which(names: &[&str]) -> Option<PathBuf> {
    find_on(&std::env::var_os("PATH")?, names)
}

fn find_on(path: &OsStr, names: &[&str]) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd", ".bat"]
    } else {
        &[""]
    };
    let folders: Vec<PathBuf> = std::env::split_paths(path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| (name, folder)))
        .flat_map(|(name, folder)| {
            let file = move |ending| folder.join(format!("{name}{ending}"));
            endings.iter().map(file)
        })
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// PATH with these folders before it.
pub fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&rest));
    std::env::join_paths(all).context("PATH can't hold the name of a folder")
}

/// Listens on a port of loopback; `flag` chooses another one when it's taken.
pub fn listen(port: u16, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "port {port} is taken: end the program that uses it, or choose another port with {flag}"
        ),
        _ => Error::new(error).context(format!(
            "port {port} can't be used: choose another one with {flag}"
        )),
    })
}

/// Rejects ports that another program uses, before anything long is done.
pub fn require_free_ports(ports: &[crate::flags::Port]) -> Result<()> {
    ports
        .iter()
        .try_for_each(|port| listen(port.number, port.flag).map(drop))
}

fn could_not_start(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    format!("{program} couldn't be started")
}

fn line_of(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
