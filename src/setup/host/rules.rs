//! What the host's answers mean: a function for each step.

use super::headers::{content_security_policy, has_hash, header_lines};
use super::html::Html;
use super::{Deployment, Files, HostCheck, HostFinding, HostStep, QUERY, Reply, policy};
use crate::config::{folder, is_same_document};
use crate::protocol::http::date;
use crate::protocol::url::Endpoint;

/// What compressed bytes begin with
/// ([RFC 1952 §2.3.1](https://www.rfc-editor.org/rfc/rfc1952#page-6)).
const GZIP: &[u8] = &[0x1f, 0x8b];
/// What WebAssembly begins with.
const WASM: &[u8] = b"\0asm";
/// Bytes below which compression isn't worth the trouble: about one packet.
const SMALL: usize = 1400;
/// The shortest time, in seconds, for which files that never change should be kept.
const WEEK: u64 = 604_800;
/// The shortest useful `max-age`, in seconds, of Strict-Transport-Security: half a year.
const HALF_A_YEAR: u64 = 15_552_000;
/// Seconds that the host's clock may be off.
const CLOCK_TOLERANCE: i64 = 300;

/// Runs every rule.
pub(super) fn check(deployment: &Deployment, files: &Files) -> Vec<HostCheck> {
    let rules = Rules { deployment, files };
    let mut checks = Vec::new();
    let mut cause = None;
    for step in HostStep::ALL {
        let findings = match cause {
            Some(cause) if depends(*step, cause) => vec![HostFinding::NotReached],
            _ => rules.findings(*step),
        };
        if let Some(new) = findings.iter().find_map(root_cause) {
            cause = Some(new);
        }
        let findings = match findings.as_slice() {
            [] => vec![HostFinding::Fine],
            _ => findings,
        };
        checks.extend(findings.into_iter().map(|finding| HostCheck {
            step: *step,
            finding,
        }));
    }
    checks
}

/// A mistake that makes other checks fail, or say nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// There's no page.
    Page,
    /// The page's address lacks a slash.
    Slash,
    /// The configured address isn't the page's.
    Address,
}

fn root_cause(finding: &HostFinding) -> Option<Cause> {
    match finding {
        HostFinding::Unreachable(_) | HostFinding::OtherPage(_) => Some(Cause::Page),
        HostFinding::NoSlash(_) => Some(Cause::Slash),
        HostFinding::OtherAddress(_) => Some(Cause::Address),
        _ => None,
    }
}

fn depends(step: HostStep, cause: Cause) -> bool {
    match cause {
        Cause::Page => true,
        Cause::Slash => !matches!(step, HostStep::Policy | HostStep::Headers | HostStep::Clock),
        // By default, it is next to the redirect URI.
        Cause::Address => step == HostStep::Callback,
    }
}

struct Rules<'a> {
    deployment: &'a Deployment,
    files: &'a Files,
}

impl Rules<'_> {
    fn findings(&self, step: HostStep) -> Vec<HostFinding> {
        let page = match (step, &self.files.page) {
            (HostStep::Page, page) => return self.page(page).into_iter().collect(),
            (_, Ok(page)) => page,
            (_, Err(_)) => return vec![HostFinding::NotReached],
        };
        match step {
            HostStep::Page => Vec::new(),
            HostStep::Files => self.missing().into_iter().collect(),
            HostStep::Types => self.types(),
            HostStep::Policy => self.policy(page),
            HostStep::Headers => self.headers(page),
            HostStep::RedirectUri => self.redirect_uris(page),
            HostStep::Callback => self.callbacks(),
            HostStep::Logout => self.logout().into_iter().collect(),
            HostStep::Caching => self.caching(page),
            HostStep::Compression => self.compression().into_iter().collect(),
            HostStep::Clock => self.clock(page).into_iter().collect(),
        }
    }

    fn page(&self, page: &Result<Reply, crate::protocol::http::FetchError>) -> Option<HostFinding> {
        match page {
            Err(error) => Some(HostFinding::Unreachable(error.to_string())),
            Ok(page) if !is_success(page) => Some(HostFinding::Unreachable(status(page))),
            Ok(page) if !self.files.html.is_page => Some(HostFinding::OtherPage(page.url.clone())),
            Ok(_) => None,
        }
    }

    /// The files of the page's origin, and what the host answered. Of others, this page can't know.
    fn page_files(&self) -> impl Iterator<Item = (&str, Option<&Reply>)> {
        let origin = origin_of(&self.deployment.page);
        let urls = &self.files.urls;
        let own = urls.files.iter().map(String::as_str);
        own.filter(move |url| origin_of(url) == origin)
            .map(|url| (url, self.files.get(url)))
    }

    /// The files that are there.
    fn present(&self) -> impl Iterator<Item = (&str, &Reply)> {
        let files = self.page_files();
        files.filter_map(|(url, reply)| Some((url, reply.filter(|reply| is_file(reply))?)))
    }

    fn missing(&self) -> Option<HostFinding> {
        let missing: Vec<&str> = self
            .page_files()
            .filter(|(_, reply)| !reply.is_some_and(is_file))
            .map(|(url, _)| name_of(url))
            .collect();
        if missing.is_empty() {
            return None;
        }
        let deeper = self.files.urls.deeper.as_deref();
        if missing.contains(&"boot.js")
            && deeper.is_some_and(|url| self.files.get(url).is_some_and(is_file))
        {
            return Some(HostFinding::NoSlash([&self.deployment.page, "/"].concat()));
        }
        let names = missing.join(", ");
        Some(if missing.iter().any(|name| has_hash(name)) {
            HostFinding::Stale(names)
        } else {
            HostFinding::Missing(names)
        })
    }

    fn types(&self) -> Vec<HostFinding> {
        let [mut wrong, mut undeclared, mut not_wasm, mut wasm_type] = [const { Vec::new() }; 4];
        for (url, reply) in self.present() {
            let name = name_of(url);
            let media_type = reply.media_type();
            let shown = if media_type.is_empty() {
                format!("{name}: no content-type")
            } else {
                format!("{name}: {media_type}")
            };
            let is_wasm = name.ends_with(".wasm");
            if reply.start.starts_with(GZIP) {
                undeclared.push(name.to_owned());
            } else if is_wasm && !reply.start.starts_with(WASM) {
                not_wasm.push(name.to_owned());
            }
            let is_right = match name.rsplit('.').next() {
                Some("js") => {
                    media_type.ends_with("javascript") || media_type.ends_with("ecmascript")
                }
                Some("css") => media_type == "text/css",
                _ => true,
            };
            if !is_right {
                wrong.push(shown);
            } else if is_wasm && media_type != "application/wasm" {
                wasm_type.push(shown);
            }
        }
        [
            listed(undeclared, HostFinding::Undeclared),
            listed(not_wasm, HostFinding::NotWasm),
            listed(wrong, HostFinding::WrongTypes),
            listed(wasm_type, HostFinding::WasmType),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn policy(&self, page: &Reply) -> Vec<HostFinding> {
        let policies = policies(page, &self.files.html);
        let mut findings = Vec::new();
        if policy::blocks_wasm(&policies) {
            let directive = "script-src 'self' 'wasm-unsafe-eval'".to_owned();
            findings.push(HostFinding::WasmBlocked(directive));
        }
        if let Ok(url) = Endpoint::parse(&self.deployment.page) {
            let blocked = policy::blocked_files(&policies, &url, self.deployment.uses_frames);
            let blocked = blocked.into_iter().map(str::to_owned).collect();
            findings.extend(listed(blocked, HostFinding::FilesBlocked));
        }
        findings
    }

    fn headers(&self, page: &Reply) -> Vec<HostFinding> {
        let recommended = self.deployment.policy();
        let policies = policies(page, &self.files.html);
        let restricts = policy::restricts_scripts(&policies);
        let mut weak = weak_headers(page);
        let mut findings = Vec::new();
        // One cause, if the host sends none of them.
        let has_any = [
            "content-security-policy",
            "x-content-type-options",
            "x-frame-options",
        ]
        .iter()
        .any(|name| page.header(name).is_some());
        if !restricts && !has_any {
            let mut lines = header_lines("index.html", &recommended);
            for line in weak {
                if line.starts_with("strict-transport-security") {
                    lines = [&lines, "\n", &line].concat();
                }
            }
            return vec![HostFinding::NoHeaders(lines)];
        }
        if !restricts {
            let policy = content_security_policy("index.html", &recommended);
            findings.push(HostFinding::NoPolicy(format!(
                "content-security-policy: {policy}"
            )));
        } else if let Some(source) = policy::unsafe_script_source(&policies) {
            findings.push(HostFinding::UnsafeScripts(source.to_owned()));
        }
        if restricts {
            let missing = policy::missing_directives(&policies).join("; ");
            if !missing.is_empty() {
                findings.push(HostFinding::WeakPolicy(missing));
            }
        }
        let opener = page
            .header("cross-origin-opener-policy")
            .unwrap_or_default();
        if self.deployment.uses_popups && opener.trim().eq_ignore_ascii_case("same-origin") {
            findings.push(HostFinding::OpenerPolicy(
                "cross-origin-opener-policy: same-origin-allow-popups".to_owned(),
            ));
        }
        weak.sort();
        if !weak.is_empty() {
            findings.push(HostFinding::WeakHeaders(weak.join("\n")));
        }
        findings
    }

    fn redirect_uris(&self, page: &Reply) -> Vec<HostFinding> {
        let own = self.deployment.page.as_str();
        let mut findings = Vec::new();
        if !page.url.contains(QUERY) {
            findings.push(HostFinding::DropsResponse(arrow(own, &page.url)));
        }
        for uri in &self.deployment.redirect_uris {
            if uri == own || uri == folder(own) {
                continue;
            }
            if differs_by_slash(uri, own) {
                findings.push(HostFinding::OtherAddress(arrow(uri, folder(own))));
                continue;
            }
            let asked = super::with_query(uri);
            findings.extend(match self.files.get(&asked) {
                Some(reply) if !is_success(reply) => Some(HostFinding::NoRedirectPage(format!(
                    "{uri}: {}",
                    status(reply)
                ))),
                None => Some(HostFinding::NoRedirectPage(uri.clone())),
                Some(reply) if !reply.url.contains(QUERY) => {
                    Some(HostFinding::DropsResponse(arrow(uri, &reply.url)))
                }
                Some(reply) => redirects_well(&asked, reply),
            });
        }
        findings
    }

    fn callbacks(&self) -> Vec<HostFinding> {
        let deployment = self.deployment;
        let is_used = deployment.uses_popups || deployment.uses_frames;
        let unless_used = |finding: fn(String) -> HostFinding, what: String| {
            if is_used {
                finding(what)
            } else {
                HostFinding::UnusedCallback(what)
            }
        };
        let mut findings = Vec::new();
        for uri in &deployment.popup_redirect_uris {
            let asked = super::with_query(uri);
            let reply = self.files.get(&asked);
            if let Some(problem) = problem_of(reply, "callback.js") {
                let what = format!("{uri}: {problem}");
                findings.push(unless_used(HostFinding::NoCallback, what));
                continue;
            }
            let Some(reply) = reply else { continue };
            if !reply.url.contains(QUERY) {
                let what = arrow(uri, &reply.url);
                findings.push(unless_used(HostFinding::CallbackDropsResponse, what));
                continue;
            }
            let script = super::resolve(uri, "callback.js");
            if !self.files.get(&script).is_some_and(is_file) {
                findings.push(unless_used(HostFinding::NoCallback, script));
                continue;
            }
            findings.extend(redirects_well(&asked, reply));
            if !may_be_framed_by_itself(reply, &deployment.page) {
                let lines = header_lines("callback.html", &deployment.policy());
                findings.push(if deployment.uses_frames {
                    HostFinding::CallbackNotFramed(lines)
                } else {
                    let what = framing_header(reply);
                    HostFinding::UnusedCallback(format!("{uri}: {what}"))
                });
            }
        }
        findings
    }

    fn logout(&self) -> Option<HostFinding> {
        let url = self.files.urls.logout.first()?;
        let reply = self.files.get(url);
        if let Some(problem) = problem_of(reply, "logout.js") {
            return Some(HostFinding::NoLogout(format!("logout.html: {problem}")));
        }
        let reply = reply?;
        if !reply.url.contains(QUERY) {
            return Some(HostFinding::NoLogout(arrow(url, &reply.url)));
        }
        let script = self.files.urls.logout.get(1)?;
        if !self.files.get(script).is_some_and(is_file) {
            return Some(HostFinding::NoLogout(script.clone()));
        }
        let csp = reply.header("content-security-policy").unwrap_or_default();
        let page = origin_of(&self.deployment.page);
        let is_framed = match policy::frame_ancestors(csp) {
            Some(sources) => self.deployment.providers.iter().all(|provider| {
                Endpoint::parse(provider)
                    .is_ok_and(|provider| policy::contains_origin(&sources, page, &provider))
            }),
            None => reply.header("x-frame-options").is_none(),
        };
        if is_framed || self.deployment.providers.is_empty() {
            return redirects_well(url, reply);
        }
        let lines = header_lines("logout.html", &self.deployment.policy());
        Some(HostFinding::LogoutNotFramed(lines))
    }

    fn caching(&self, page: &Reply) -> Vec<HostFinding> {
        let [mut cached, mut not_cached] = [const { Vec::new() }; 2];
        let callbacks = &self.files.urls.callbacks;
        let callbacks = callbacks.iter().filter_map(|url| {
            let reply = self.files.get(url).filter(|reply| is_success(reply))?;
            Some((url.as_str(), reply))
        });
        let page = std::iter::once((self.deployment.page.as_str(), page));
        for (url, reply) in page.chain(self.present()).chain(callbacks) {
            let name = name_of(url);
            let name = if name.is_empty() { "index.html" } else { name };
            let header = reply.header("cache-control");
            let shown = match header {
                Some(header) => format!("{name}: {header}"),
                None => format!("{name}: no cache-control"),
            };
            let header = header.unwrap_or_default().to_ascii_lowercase();
            let max_age = directive(&header, "max-age");
            if has_hash(name) {
                let is_kept = max_age.is_some_and(|age| age >= WEEK) && !header.contains("no-");
                if !is_kept {
                    not_cached.push(shown);
                }
            } else if !header.contains("no-cache")
                && !header.contains("no-store")
                && max_age != Some(0)
            {
                cached.push(shown);
            }
        }
        let cached = listed(cached, HostFinding::Cached);
        let not_cached = listed(not_cached, HostFinding::NotCached);
        cached.into_iter().chain(not_cached).collect()
    }

    fn compression(&self) -> Option<HostFinding> {
        let plain = self.present().filter(|(_, reply)| {
            let encoding = reply.header("content-encoding").unwrap_or_default();
            let is_compressed = ["br", "gzip", "zstd", "deflate"]
                .iter()
                .any(|known| encoding.to_ascii_lowercase().contains(known));
            !is_compressed && reply.start.len() > SMALL && !reply.start.starts_with(GZIP)
        });
        let names = plain.map(|(url, _)| name_of(url).to_owned()).collect();
        listed(names, HostFinding::Uncompressed)
    }

    fn clock(&self, page: &Reply) -> Option<HostFinding> {
        let age = page.header("age").and_then(|age| age.trim().parse().ok());
        let host = date(page.header("date")?)? + age.unwrap_or(0);
        let difference = host - self.files.device_time;
        if difference.abs() <= CLOCK_TOLERANCE {
            return None;
        }
        let direction = if difference < 0 { "behind" } else { "ahead" };
        let minutes = difference.abs() / 60;
        let text = format!("The host is {minutes} minutes {direction}.");
        Some(HostFinding::ClockOff(text))
    }
}

/// One finding for all of these, if there are any.
fn listed(items: Vec<String>, finding: fn(String) -> HostFinding) -> Option<HostFinding> {
    (!items.is_empty()).then(|| finding(items.join("\n")))
}

/// Every policy of the page, as one header.
fn policies(page: &Reply, html: &Html) -> String {
    let header = page.header("content-security-policy").map(str::to_owned);
    let all: Vec<String> = header.into_iter().chain(html.policies.clone()).collect();
    all.join(",")
}

/// The headers that are missing or weak, as they should be.
fn weak_headers(page: &Reply) -> Vec<String> {
    let mut weak = Vec::new();
    let value = |name: &str| page.header(name).unwrap_or_default().to_ascii_lowercase();
    if !value("x-content-type-options").contains("nosniff") {
        weak.push("x-content-type-options: nosniff".to_owned());
    }
    let referrer = value("referrer-policy");
    let referrer = referrer.rsplit(',').next().unwrap_or_default().trim();
    if !matches!(
        referrer,
        "no-referrer" | "same-origin" | "strict-origin" | "strict-origin-when-cross-origin"
    ) {
        weak.push("referrer-policy: no-referrer".to_owned());
    }
    let csp = page.header("content-security-policy").unwrap_or_default();
    let is_guarded = match policy::frame_ancestors(csp) {
        Some(sources) => !sources
            .iter()
            .any(|source| *source == "*" || source.ends_with(':')),
        None => matches!(value("x-frame-options").trim(), "deny" | "sameorigin"),
    };
    if !is_guarded {
        weak.push("x-frame-options: DENY".to_owned());
    }
    let is_public = page.url.starts_with("https://");
    let age = directive(&value("strict-transport-security"), "max-age");
    if is_public && age.is_none_or(|age| age < HALF_A_YEAR) {
        weak.push("strict-transport-security: max-age=31536000".to_owned());
    }
    weak
}

/// The number of a directive like `max-age=600`.
fn directive(header: &str, name: &str) -> Option<u64> {
    header.split([',', ';']).find_map(|part| {
        let (known, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (known.trim() == name).then(|| value.parse().ok())?
    })
}

/// Why this isn't the document with this script, if it isn't.
fn problem_of(reply: Option<&Reply>, script: &str) -> Option<String> {
    match reply {
        None => Some("no answer".to_owned()),
        Some(reply) if !is_success(reply) => Some(status(reply)),
        Some(reply) if !reply.text().contains(script) => Some("another page".to_owned()),
        Some(_) => None,
    }
}

/// Whether the page may show this in a frame
/// ([CSP Level 3 §6.4.2](https://www.w3.org/TR/CSP3/#directive-frame-ancestors): X-Frame-Options counts only without it).
fn may_be_framed_by_itself(reply: &Reply, page: &str) -> bool {
    let csp = reply.header("content-security-policy").unwrap_or_default();
    let options = reply.header("x-frame-options").unwrap_or_default();
    match policy::frame_ancestors(csp) {
        Some(sources) => Endpoint::parse(page)
            .is_ok_and(|page| policy::contains_origin(&sources, page.origin(), &page)),
        None => !options.to_ascii_lowercase().contains("deny"),
    }
}

/// The header that keeps a file from being framed.
fn framing_header(reply: &Reply) -> String {
    let csp = reply.header("content-security-policy").unwrap_or_default();
    match policy::frame_ancestors(csp) {
        Some(sources) => format!("frame-ancestors {}", sources.join(" ")),
        None => format!(
            "x-frame-options: {}",
            reply.header("x-frame-options").unwrap_or_default()
        ),
    }
}

fn redirects_well(asked: &str, reply: &Reply) -> Option<HostFinding> {
    (asked != reply.url).then(|| HostFinding::RedirectsWell(arrow(asked, &reply.url)))
}

/// Whether two addresses name the same document, but for a slash or `index.html` at the end.
fn differs_by_slash(a: &str, b: &str) -> bool {
    let is_clean = |a: &str, b: &str| a.strip_suffix(".html") == Some(b);
    is_same_document(a, b) && (folder(a) != a || (!is_clean(a, b) && !is_clean(b, a)))
}

fn arrow(from: &str, to: &str) -> String {
    [from, " → ", to].concat()
}

fn is_success(reply: &Reply) -> bool {
    (200..300).contains(&reply.status)
}

/// Whether the host answered with a file, and not with a page for addresses that it doesn't know.
fn is_file(reply: &Reply) -> bool {
    is_success(reply) && reply.media_type() != "text/html"
}

fn status(reply: &Reply) -> String {
    format!("status {}", reply.status)
}

fn name_of(url: &str) -> &str {
    let path = url.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

fn origin_of(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url[authority..].find('/');
    end.map_or(url, |end| &url[..authority + end])
}
