//! The project's commands (`cargo xtask`), and the two servers that the demo and the browser tests
//! share: the static file server and the local provider.

pub mod api;
pub mod commands;
pub mod embed;
pub mod examples;
pub mod headers;
pub mod local_provider;
pub mod package;
pub mod page;
pub mod setup;
pub mod shell;
pub mod short_names;
pub mod site;
pub mod workspace;
