//! The commands, one file each.

mod bench;
mod build;
mod demo;
mod dev;
mod dist;
mod doctor;
mod example;
mod setup;
mod size;
mod test;

use anyhow::{Result, bail};
use pico_args::Arguments;
use std::fmt;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(Arguments) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        about: "build the page, start the local provider, sign in at http://127.0.0.1:8080/ [--port N] [--provider-port N] [--no-open]",
        run: demo::run,
    },
    Command {
        name: "test",
        about: "run every check and test [--only STEP]",
        run: test::run,
    },
    Command {
        name: "dev",
        about: "serve the page with live reload against the local provider [--port N] [--provider-port N]",
        run: dev::run,
    },
    Command {
        name: "example",
        about: "start one of examples/ at http://127.0.0.1:8080/, with a provider and an API: example NAME [--port N] [--api-port N] [--provider-port N]",
        run: example::run,
    },
    Command {
        name: "build",
        about: "build the page into dist/ and weigh it",
        run: build::run,
    },
    Command {
        name: "dist",
        about: "build the page into dist/ and the npm package into pkg/",
        run: dist::run,
    },
    Command {
        name: "size",
        about: "weigh dist/ and compare it with its budget",
        run: size::run,
    },
    Command {
        name: "bench",
        about: "measure from the provider's answer to the identity on screen [--runs N]",
        run: bench::run,
    },
    Command {
        name: "doctor",
        about: "check a vestibule.json against its providers: doctor FILE [--page-url URL]",
        run: doctor::run,
    },
    Command {
        name: "setup",
        about: "install what is missing for all of these",
        run: setup::run,
    },
];

/// A person ended the command: no failure.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ended")
    }
}

impl std::error::Error for Interrupted {}

/// Runs the command that the arguments name; lists them all when they name none.
pub fn run(mut arguments: Arguments) -> Result<()> {
    let Some(name) = arguments.subcommand()? else {
        println!("cargo xtask COMMAND\n");
        for command in COMMANDS {
            println!("  {:<7} {}", command.name, command.about);
        }
        return Ok(());
    };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(arguments),
        None => bail!("there is no command \"{name}\": `cargo xtask` lists them"),
    }
}

/// Refuses what is left of the arguments.
fn finish(arguments: Arguments) -> Result<()> {
    match arguments.finish().first() {
        None => Ok(()),
        Some(unknown) => bail!(
            "there is no option {}: `cargo xtask` lists them",
            unknown.to_string_lossy()
        ),
    }
}

/// Waits until somebody ends the command (Ctrl-C, a closed terminal, `kill`) while `alive` says every
/// half second that what was started still runs.
fn wait_for_end(mut alive: impl FnMut() -> Result<()>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        let mut hung_up = signal(SignalKind::hangup())?;
        loop {
            tokio::select! {
                _ = interrupted.recv() => return Err(Interrupted.into()),
                _ = terminated.recv() => return Err(Interrupted.into()),
                _ = hung_up.recv() => return Err(Interrupted.into()),
                () = tokio::time::sleep(Duration::from_millis(500)) => alive()?,
            }
        }
    })
}
