//! Whole sign-ins and sessions over the simulated platform: what a person, an administrator or an attacker
//! would notice.

mod access_token;
mod account_tabs;
mod accounts;
mod attacks;
mod auth_window;
mod auth_window_random;
mod binding;
mod documents;
mod errors;
mod expiry;
mod harness;
mod id_token;
mod last_provider;
mod leaving;
mod odd_providers;
mod options;
mod provider;
mod provider_settings;
mod random_lives;
mod renewal;
mod sign_in;
mod sign_out;
mod silent;
mod storage;
mod tabs;
mod third_party;
mod trace;

use super::*;
use crate::config::Config;
use crate::platform::Platform;
use crate::platform::simulated::{Form, Simulated, json, pause};
use crate::protocol::Timestamp;
use crate::protocol::error::{Error, ErrorCode, Result, VendorCause};
use crate::protocol::http::{self, FetchError};
use crate::protocol::url::ReturnTo;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_executor::block_on;
use futures_util::FutureExt;
use harness::*;
use p256::ecdsa::SigningKey;
use provider::*;
use sha2::{Digest, Sha256};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
