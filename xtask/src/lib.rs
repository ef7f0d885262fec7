//! The project's commands (`cargo xtask`), and the servers that demo, examples and browser tests share:
//! static files, the local provider, an API.

pub mod api;
pub mod commands;
pub mod examples;
pub mod flags;
pub mod headers;
pub mod host_fault;
pub mod local_provider;
pub mod npm_package;
pub mod page;
pub mod setup;
pub mod shell;
pub mod site;
pub mod workspace;
