//! The commands, one file each.

mod assemble;
mod bench;
mod build;
mod demo;
mod dev;
mod dist;
mod doctor;
mod example;
mod fuzz;
mod screenshots;
mod setup;
mod size;
mod test;

use crate::flags;
use anyhow::{Result, bail};
use pico_args::Arguments;
use std::fmt;
use std::time::Duration;

struct Command {
    name: &'static str,
    about: &'static str,
    flags: &'static str,
    run: fn(Arguments) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        about: "build the page, start the local provider, sign in at http://127.0.0.1:8080/",
        flags: flags::Serve::DEMO_HELP,
        run: demo::run,
    },
    Command {
        name: "test",
        about: "run every check and test",
        flags: flags::Test::HELP,
        run: test::run,
    },
    Command {
        name: "dev",
        about: "serve the page with live reload against the local provider",
        flags: flags::Serve::DEV_HELP,
        run: dev::run,
    },
    Command {
        name: "example",
        about: "start one of examples/ at http://127.0.0.1:8080/, with a provider and an API",
        flags: flags::Example::HELP,
        run: example::run,
    },
    Command {
        name: "build",
        about: "build the page into dist/ and report its size",
        flags: "",
        run: build::run,
    },
    Command {
        name: "dist",
        about: "build the page into dist/ and the npm package into pkg/",
        flags: "",
        run: dist::run,
    },
    Command {
        name: "size",
        about: "report the size of dist/ and compare it with size-budget.toml",
        flags: "",
        run: size::run,
    },
    Command {
        name: "bench",
        about: "measure Vestibule and other libraries, and write docs/benchmarks.md",
        flags: flags::Bench::HELP,
        run: bench::run,
    },
    Command {
        name: "screenshots",
        about: "take pictures of every state of the page, and compare two builds by them",
        flags: flags::Screenshots::HELP,
        run: screenshots::run,
    },
    Command {
        name: "fuzz",
        about: "run random input through everything that reads input from outside",
        flags: flags::Fuzz::HELP,
        run: fuzz::run,
    },
    Command {
        name: "doctor",
        about: "check a deployed page and its host, or a vestibule.json, against the providers",
        flags: "URL | FILE [--page-url URL] [--all]",
        run: doctor::run,
    },
    Command {
        name: "setup",
        about: "install what the other commands need",
        flags: "",
        run: setup::run,
    },
    Command {
        name: "assemble",
        about: "complete the page; trunk calls this",
        flags: "",
        run: assemble::run,
    },
];

/// A person ended the command: no failure.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Runs the command that the arguments name; lists them all when they name none.
pub fn run(mut arguments: Arguments) -> Result<()> {
    let Some(name) = arguments.subcommand()? else {
        println!("cargo xtask COMMAND\n");
        for command in COMMANDS {
            println!("  {:<11} {}", command.name, command.about);
            if !command.flags.is_empty() {
                println!("  {:<11} {}", "", command.flags);
            }
        }
        return Ok(());
    };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(arguments),
        None => bail!("there is no command \"{name}\": `cargo xtask` lists them"),
    }
}

/// Waits until somebody ends the command (Ctrl-C, a closed terminal, `kill`). Every half second, `check`
/// says whether what was started still runs.
fn wait_for_end(mut check: impl FnMut() -> Result<()>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut ended = std::pin::pin!(ended());
        loop {
            tokio::select! {
                signal = &mut ended => {
                    signal?;
                    return Err(Interrupted.into());
                }
                () = tokio::time::sleep(Duration::from_millis(500)) => check()?,
            }
        }
    })
}

#[cfg(unix)]
async fn ended() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
        _ = hung_up.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn ended() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
