//! The flags of every command: their names, defaults and help.

use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use std::path::PathBuf;

const PORT: &str = "--port";
const API_PORT: &str = "--api-port";
const PROVIDER_PORT: &str = "--provider-port";
const NO_OPEN: &str = "--no-open";
const ONLY: &str = "--only";
const RUNS: &str = "--runs";
const DIST: &str = "--dist";
const AGAINST: &str = "--against";
const SECONDS: &str = "--seconds";
const SEED: &str = "--seed";
const INPUT: &str = "--input";

/// A port, and the flag that sets it.
#[derive(Debug, Clone, Copy)]
pub struct Port {
    pub number: u16,
    pub flag: &'static str,
}

/// `demo` and `dev`.
#[derive(Debug)]
pub struct Serve {
    pub port: Port,
    pub provider_port: Port,
    /// Don't open a browser; `demo` alone opens one.
    pub no_open: bool,
}

impl Serve {
    pub const DEMO_HELP: &str = "[--port N] [--provider-port N] [--no-open]";
    pub const DEV_HELP: &str = "[--port N] [--provider-port N]";

    pub fn demo(mut arguments: Arguments) -> Result<Serve> {
        let no_open = arguments.contains(NO_OPEN);
        Serve::parse(arguments, no_open)
    }

    pub fn dev(arguments: Arguments) -> Result<Serve> {
        Serve::parse(arguments, true)
    }

    fn parse(mut arguments: Arguments, no_open: bool) -> Result<Serve> {
        let flags = Serve {
            port: port(&mut arguments, PORT, 8080)?,
            provider_port: port(&mut arguments, PROVIDER_PORT, 4400)?,
            no_open,
        };
        reject_unknown(arguments)?;
        Ok(flags)
    }
}

/// `example`.
#[derive(Debug)]
pub struct Example {
    /// A folder of examples/.
    pub name: String,
    pub port: Port,
    pub api_port: Port,
    pub provider_port: Port,
}

impl Example {
    pub const HELP: &str = "NAME [--port N] [--api-port N] [--provider-port N]";

    pub fn parse(mut arguments: Arguments) -> Result<Example> {
        let flags = Example {
            port: port(&mut arguments, PORT, 8080)?,
            api_port: port(&mut arguments, API_PORT, 8090)?,
            provider_port: port(&mut arguments, PROVIDER_PORT, 4400)?,
            name: arguments
                .opt_free_from_str()?
                .context("name an example: a folder of examples/")?,
        };
        reject_unknown(arguments)?;
        Ok(flags)
    }
}

/// `test`.
#[derive(Debug)]
pub struct Test {
    /// The one step to run.
    pub only: Option<String>,
}

impl Test {
    pub const HELP: &str = "[--only STEP]";

    pub fn parse(mut arguments: Arguments) -> Result<Test> {
        let only = arguments.opt_value_from_str(ONLY)?;
        reject_unknown(arguments)?;
        Ok(Test { only })
    }
}

/// `bench`.
#[derive(Debug)]
pub struct Bench {
    /// How often each measurement is repeated.
    pub runs: Option<u32>,
    /// The one thing to measure.
    pub only: Option<String>,
    /// The folder of a built page, instead of `dist/`.
    pub dist: Option<PathBuf>,
    /// The folder of another built page, to compare the two.
    pub against: Option<PathBuf>,
}

impl Bench {
    pub const HELP: &str =
        "[--runs N] [--only callback|start|click|weight] [--dist FOLDER] [--against FOLDER]";

    pub fn parse(mut arguments: Arguments) -> Result<Bench> {
        let flags = Bench {
            runs: arguments.opt_value_from_str(RUNS)?,
            only: arguments.opt_value_from_str(ONLY)?,
            dist: arguments.opt_value_from_str(DIST)?,
            against: arguments.opt_value_from_str(AGAINST)?,
        };
        reject_unknown(arguments)?;
        Ok(flags)
    }
}

/// `screenshots`.
#[derive(Debug)]
pub struct Screenshots {
    /// The folder of another build's pictures, to compare the two.
    pub against: Option<PathBuf>,
    /// The folder of a built page, instead of `dist/`.
    pub dist: Option<PathBuf>,
}

impl Screenshots {
    pub const HELP: &str = "[--dist FOLDER] [--against FOLDER]";

    pub fn parse(mut arguments: Arguments) -> Result<Screenshots> {
        let flags = Screenshots {
            against: arguments.opt_value_from_str(AGAINST)?,
            dist: arguments.opt_value_from_str(DIST)?,
        };
        reject_unknown(arguments)?;
        Ok(flags)
    }
}

/// `fuzz`.
#[derive(Debug)]
pub struct Fuzz {
    /// How long each target runs.
    pub seconds: f64,
    /// The one target to run.
    pub only: Option<String>,
    /// The seed of the random changes. A new one each time if there's none.
    pub seed: Option<u64>,
    /// A file to run instead of random input.
    pub input: Option<PathBuf>,
}

impl Fuzz {
    pub const HELP: &str = "[--seconds N] [--only TARGET] [--seed N] [--input FILE]";

    pub fn parse(mut arguments: Arguments) -> Result<Fuzz> {
        let flags = Fuzz {
            seconds: arguments.opt_value_from_str(SECONDS)?.unwrap_or(10.0),
            only: arguments.opt_value_from_str(ONLY)?,
            seed: arguments.opt_value_from_str(SEED)?,
            input: arguments.opt_value_from_str(INPUT)?,
        };
        reject_unknown(arguments)?;
        if flags.input.is_some() && flags.only.is_none() {
            bail!("{INPUT} needs {ONLY}: name the target that the file is for");
        }
        Ok(flags)
    }
}

/// For commands without flags, and for what is left when a command has read its own.
///
/// # Errors
/// When an argument is left.
pub fn reject_unknown(arguments: Arguments) -> Result<()> {
    match arguments.finish().first() {
        None => Ok(()),
        Some(unknown) => bail!(
            "there is no option {}: `cargo xtask` lists them",
            unknown.to_string_lossy()
        ),
    }
}

fn port(arguments: &mut Arguments, flag: &'static str, default: u16) -> Result<Port> {
    let number = arguments.opt_value_from_str(flag)?.unwrap_or(default);
    Ok(Port { number, flag })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &[&str]) -> Arguments {
        Arguments::from_vec(words.iter().map(Into::into).collect())
    }

    #[test]
    fn flags_have_defaults() {
        let flags = Serve::demo(arguments(&["--provider-port", "5000"])).unwrap();
        assert_eq!(
            (flags.port.number, flags.provider_port.number),
            (8080, 5000)
        );
        assert!(!flags.no_open);
    }

    #[test]
    fn rejects_unknown_flags() {
        let error = Serve::dev(arguments(&["--no-open"]))
            .unwrap_err()
            .to_string();
        assert!(error.contains("--no-open"), "{error}");
        assert!(Test::parse(arguments(&["--onyl", "doc"])).is_err());
        assert!(Example::parse(arguments(&[])).is_err());
        assert!(Bench::parse(arguments(&["--run", "3"])).is_err());
        assert!(Fuzz::parse(arguments(&["--input", "x"])).is_err());
    }
}
