//! The English texts about the page's host.

use crate::setup::{HostFinding, HostStep};
use crate::ui::texts::setup::FindingText;

pub fn step(step: HostStep) -> &'static str {
    match step {
        HostStep::Page => "Page",
        HostStep::Files => "Files of the page",
        HostStep::Types => "Media types",
        HostStep::Policy => "Files and the content security policy",
        HostStep::Headers => "Security headers",
        HostStep::RedirectUri => "Redirect URI",
        HostStep::Callback => "callback.html",
        HostStep::Logout => "logout.html",
        HostStep::Caching => "Caching",
        HostStep::Compression => "Compression",
        HostStep::Clock => "Clock",
    }
}

/// Describes what was found in this step.
pub fn finding(step: HostStep, finding: &HostFinding) -> FindingText {
    let (what, details, remedy) = match finding {
        HostFinding::Fine => (fine(step), "", ""),
        HostFinding::RedirectsWell(addresses) => (
            "The host redirects, and keeps the response.",
            addresses.as_str(),
            "",
        ),
        HostFinding::NotReached => ("Skipped. Fix the failed check above first.", "", ""),

        HostFinding::Unreachable(why) => (
            "The page doesn't answer.",
            why.as_str(),
            "Check the address, and that index.html is on the host.",
        ),
        HostFinding::OtherPage(url) => (
            "This isn't Vestibule's page.",
            url.as_str(),
            "Give the address of the folder that contains index.html.",
        ),
        HostFinding::NoSlash(url) => (
            "The page's address has no slash at the end, so browsers look for its files one folder too high.",
            url.as_str(),
            "Have the host redirect to the address with a slash, and link to that one. For each host, see docs/hosting.md.",
        ),
        HostFinding::Stale(names) => (
            "index.html names files that aren't on the host: it belongs to another build.",
            names.as_str(),
            "Upload all files of one build, index.html last. Clear the host's cache, and send index.html with cache-control: no-cache.",
        ),
        HostFinding::Missing(names) => (
            "Files are missing on the host.",
            names.as_str(),
            "Copy everything from dist/ into the page's folder.",
        ),
        HostFinding::WrongTypes(types) => (
            "Browsers refuse scripts and stylesheets with these media types.",
            types.as_str(),
            "Send .js as text/javascript, and .css as text/css.",
        ),
        HostFinding::Undeclared(names) => (
            "The host sends compressed files without saying so, and browsers can't read them.",
            names.as_str(),
            "Send them with content-encoding: gzip, or upload the files from dist/ as they are.",
        ),
        HostFinding::NotWasm(names) => (
            "These files aren't WebAssembly.",
            names.as_str(),
            "Upload the files from dist/ again, as binary files.",
        ),
        HostFinding::WasmBlocked(directive) => (
            "The policy doesn't let browsers run WebAssembly, so the page can't start.",
            directive.as_str(),
            "Add 'wasm-unsafe-eval' to script-src in the content-security-policy header.",
        ),
        HostFinding::FilesBlocked(directives) => (
            "The policy keeps browsers from loading the page's own files.",
            directives.as_str(),
            "Add 'self' to these directives of the content-security-policy header.",
        ),
        HostFinding::NoHeaders(lines) => (
            "The host sends no security headers. A script that gets into the page could read tokens, and other sites can show the page in a frame.",
            lines.as_str(),
            "Have the host send these headers. callback.html and logout.html need others: see the list of headers.",
        ),
        HostFinding::NoPolicy(line) => (
            "No content security policy says which scripts may run. A script that gets into the page could read tokens.",
            line.as_str(),
            "Have the host send this header with the page.",
        ),
        HostFinding::UnsafeScripts(source) => (
            "The content security policy lets scripts run that get into the page from outside.",
            source.as_str(),
            "Take this source out of script-src. The page needs only 'self' and 'wasm-unsafe-eval'.",
        ),
        HostFinding::OtherAddress(addresses) => (
            "\"redirect_uri\" isn't exactly the page's address.",
            addresses.as_str(),
            "Write the page's address into vestibule.json, and register the same at the providers.",
        ),
        HostFinding::DropsResponse(addresses) => (
            "The host redirects this address and drops the query, and with it the provider's response.",
            addresses.as_str(),
            "Use the address that it redirects to as \"redirect_uri\", or switch off clean URLs at the host.",
        ),
        HostFinding::NoRedirectPage(address) => (
            "There's no page at this redirect URI.",
            address.as_str(),
            "Copy index.html to this address, or correct \"redirect_uri\".",
        ),
        HostFinding::NoCallback(address) => (
            "Popups and silent sign-ins can't come back: callback.html and callback.js have to be at this address.",
            address.as_str(),
            "Copy both from dist/, or correct \"popup_redirect_uri\".",
        ),
        HostFinding::CallbackDropsResponse(addresses) => (
            "The host redirects callback.html and drops the query, so popups and silent sign-ins never end.",
            addresses.as_str(),
            "Switch off clean URLs at the host (for serve: \"cleanUrls\": false in serve.json). Or copy callback.html to callback/index.html, with callback.js and callback.css next to it, and use the address of that folder as \"popup_redirect_uri\".",
        ),
        HostFinding::CallbackNotFramed(lines) => (
            "Silent sign-ins can't come back: the page may not show callback.html in its hidden iframe.",
            lines.as_str(),
            "Have the host send these headers with callback.html.",
        ),

        HostFinding::WasmType(types) => (
            "Browsers compile WebAssembly while it downloads only if its type is application/wasm.",
            types.as_str(),
            "Send .wasm as application/wasm.",
        ),
        HostFinding::WeakPolicy(directives) => (
            "The content security policy could be stricter.",
            directives.as_str(),
            "Add these directives.",
        ),
        HostFinding::WeakHeaders(lines) => (
            "Security headers are missing or weak.",
            lines.as_str(),
            "Have the host send these.",
        ),
        HostFinding::OpenerPolicy(line) => (
            "The opener policy separates the page from its popups, so it can't see when one is closed.",
            line.as_str(),
            "Send this header instead.",
        ),
        HostFinding::UnusedCallback(problem) => (
            "Popups or silent sign-ins wouldn't work. Nothing in vestibule.json uses them now.",
            problem.as_str(),
            "Before you use them, serve callback.html and callback.js at this address, without a redirect, and with the headers for callback.html.",
        ),
        HostFinding::NoLogout(problem) => (
            "Providers can't load logout.html, so a sign-out there doesn't reach the page.",
            problem.as_str(),
            "If you registered it for front-channel logout, copy logout.html and logout.js from dist/.",
        ),
        HostFinding::LogoutNotFramed(lines) => (
            "Providers may not show logout.html in a frame, so a sign-out there doesn't reach the page.",
            lines.as_str(),
            "If you registered it for front-channel logout, have the host send these headers with logout.html, and no x-frame-options.",
        ),
        HostFinding::Cached(files) => (
            "Caches may keep these files after you update the page. An old index.html then names files that are gone.",
            files.as_str(),
            "Send them with cache-control: no-cache.",
        ),
        HostFinding::NotCached(files) => (
            "These files never change, but browsers ask for them again.",
            files.as_str(),
            "Send them with cache-control: public, max-age=31536000, immutable.",
        ),
        HostFinding::Uncompressed(names) => (
            "These files aren't compressed, so the page loads more slowly.",
            names.as_str(),
            "Have the host compress .wasm, .js and .css. Many hosts leave out application/wasm unless you name it.",
        ),
        HostFinding::ClockOff(difference) => (
            "The clocks of the host and of this device differ.",
            difference.as_str(),
            "Find out which one is wrong, and set it. The page relies on the host's clock when a device's seems wrong.",
        ),
    };
    FindingText {
        what: what.into(),
        details: Some(details.to_owned()).filter(|details| !details.is_empty()),
        remedy: Some(remedy.into()).filter(|remedy: &std::borrow::Cow<'_, str>| !remedy.is_empty()),
    }
}

fn fine(step: HostStep) -> &'static str {
    match step {
        HostStep::Page => "The host answers with the page.",
        HostStep::Files => "Every file that index.html names is there.",
        HostStep::Types => "Browsers can use the files as they're sent.",
        HostStep::Policy => "It lets the page's own files run.",
        HostStep::Headers => "They're there, and strict.",
        HostStep::RedirectUri => "Responses arrive at the page.",
        HostStep::Callback => "Popups and silent sign-ins can come back.",
        HostStep::Logout => "Providers can load it.",
        HostStep::Caching => {
            "Browsers ask for the page anew, and keep the files that never change."
        }
        HostStep::Compression => "The files are compressed.",
        HostStep::Clock => "The host's clock is right.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_wrong_with_the_host_has_a_remedy() {
        let make: [fn(String) -> HostFinding; 30] = [
            HostFinding::Unreachable,
            HostFinding::OtherPage,
            HostFinding::NoSlash,
            HostFinding::Stale,
            HostFinding::Missing,
            HostFinding::WrongTypes,
            HostFinding::Undeclared,
            HostFinding::NotWasm,
            HostFinding::WasmBlocked,
            HostFinding::FilesBlocked,
            HostFinding::NoHeaders,
            HostFinding::NoPolicy,
            HostFinding::UnsafeScripts,
            HostFinding::OtherAddress,
            HostFinding::DropsResponse,
            HostFinding::NoRedirectPage,
            HostFinding::NoCallback,
            HostFinding::CallbackDropsResponse,
            HostFinding::CallbackNotFramed,
            HostFinding::WasmType,
            HostFinding::WeakPolicy,
            HostFinding::WeakHeaders,
            HostFinding::OpenerPolicy,
            HostFinding::UnusedCallback,
            HostFinding::NoLogout,
            HostFinding::LogoutNotFramed,
            HostFinding::Cached,
            HostFinding::NotCached,
            HostFinding::Uncompressed,
            HostFinding::ClockOff,
        ];
        for make in make {
            let found = make("x".to_owned());
            let text = finding(HostStep::Page, &found);
            assert!(
                text.remedy.is_some_and(|remedy| remedy.ends_with('.')),
                "{found:?}"
            );
            assert_eq!(text.details.as_deref(), Some("x"), "{found:?}");
        }
    }
}
