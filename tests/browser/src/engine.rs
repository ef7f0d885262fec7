//! The browser engines that the tests run in. Chromium, if nothing else is chosen.

use anyhow::{Result, bail};
use std::fmt;

/// Chooses the engine for a whole run.
const ENGINE: &str = "VESTIBULE_ENGINE";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

    /// The engine that `VESTIBULE_ENGINE` names.
    pub fn chosen() -> Result<Engine> {
        let Some(name) = std::env::var_os(ENGINE) else {
            return Ok(Engine::Chromium);
        };
        let named = |engine: &Engine| {
            engine
                .to_string()
                .eq_ignore_ascii_case(&name.to_string_lossy())
        };
        let Some(engine) = Engine::ALL.into_iter().find(named) else {
            bail!(
                "{ENGINE} is {name:?}, but has to be one of {:?}",
                Engine::ALL
            );
        };
        Ok(engine)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Makes each of these tests also run in Firefox, but not in WebKit. Say why.
#[macro_export]
macro_rules! firefox_too {
    ($($test:ident),+ $(,)?) => { $crate::copies!(firefox_only: $($test),+); };
}

/// Makes each of these tests also run in Firefox and WebKit. `cargo xtask test --only firefox` and `--only webkit` run
/// them; a run in Chromium leaves these copies out.
#[macro_export]
macro_rules! every_engine {
    ($($test:ident),+ $(,)?) => { $crate::copies!(every_engine: $($test),+); };
}

/// Copies of tests in a module of this name, which only the steps of other engines run.
#[macro_export]
#[doc(hidden)]
macro_rules! copies {
    ($module:ident: $($test:ident),+) => {
        mod $module {
            $(
                #[test]
                #[ignore = "the steps firefox and webkit run it"]
                fn $test() {
                    super::$test();
                }
            )+
        }
    };
}
