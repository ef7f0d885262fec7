//! `cargo xtask`: reads the command and runs it; failures end as sentences.

use std::process::ExitCode;
use xtask::commands::{self, Interrupted};

fn main() -> ExitCode {
    match commands::run(pico_args::Arguments::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => ExitCode::SUCCESS,
        Err(error) => {
            // The chain of causes, without a backtrace whatever the environment says.
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            eprintln!("\nxtask: {}", causes.join("\n  because: "));
            ExitCode::FAILURE
        }
    }
}
