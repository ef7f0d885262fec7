//! The three WebAssembly builds: who downloads which, and what people read if a file doesn't arrive.

use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, every_engine, run_test, wait_until};
use serde_json::json;
use xtask::site::SiteConfig;

every_engine![
    a_page_view_asks_for_the_webassembly_once,
    explains_that_a_file_of_the_page_did_not_arrive,
];

const ADA: &str = "Ada Lovelace";
const SSO: &str = "Company SSO";
const PAGE: &str = "/vestibule-page-";
const ENGINE: &str = "/vestibule/vestibule-engine-";
const SETUP: &str = "/vestibule-setup-";
const CONFIG: &str = "/vestibule.json";

const CANCELLED: &str = "Sign-in wasn't completed";

/// How many times the WebAssembly of a build was requested.
fn downloads(ctx: &TestContext, build: &str) -> usize {
    let requests = ctx.site.requests();
    let downloads = requests.iter().filter(|request| {
        let path = request.path_and_query.split('?').next().unwrap_or_default();
        path.contains(build) && path.ends_with(".wasm")
    });
    downloads.count()
}

async fn expect_account_view(ctx: &TestContext) -> Result<()> {
    ctx.find(Role::Heading, "You're signed in").await?;
    ctx.expect_text(ADA).await
}

#[test]
fn signing_in_and_out_downloads_the_page_once_and_never_the_setup() {
    let settings = json!({
        "scope": "openid profile email offline_access",
        "max_session": 36_000,
        "share_session": false,
    });
    run_test(TestOptions::with_settings(settings), async |ctx| {
        ctx.open("").await?;
        ctx.sign_in(SSO, ADA).await?;
        ctx.reload().await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.sign_out_at_provider().await?;
        ctx.expect_text("You're signed out.").await?;
        ensure!(downloads(ctx, PAGE) == 1);
        ensure!(downloads(ctx, SETUP) == 0, "the set-up was downloaded");
        Ok(())
    });
}

#[test]
fn a_page_view_asks_for_the_webassembly_once() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        let count = downloads(ctx, PAGE);
        ensure!(count == 1, "the first page view asked {count} times");
        // Private windows may keep no files.
        ctx.reload().await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        let count = downloads(ctx, PAGE);
        ensure!(count <= 2, "two page views asked {count} times");
        Ok(())
    });
}

#[test]
fn no_setting_downloads_more_than_the_page_or_reads_the_configuration_twice() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        // Until then, this page load's request for the configuration may be counted below.
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        let settings = [
            json!({ "mode": "popup" }),
            json!({ "auto_sign_in": "silent" }),
            json!({ "silent_renew": true }),
            json!({ "several_accounts": true }),
            json!({ "idle_timeout": 600 }),
            json!({ "storage": "memory" }),
        ];
        for settings in settings {
            let [pages, configs] = [downloads(ctx, PAGE), ctx.site_request_count(CONFIG)];
            ctx.configure(settings.clone());
            ctx.reset().await?;
            let loads = if settings["mode"] == "popup" {
                ctx.click(Role::Button, "Sign in with Company SSO").await?;
                let page = ctx.switch_to_popup().await?;
                ctx.click(Role::Button, ADA).await?;
                ctx.wait_for_popup_to_close(page).await?;
                1
            } else {
                ctx.start_sign_in(SSO, ADA).await?;
                2
            };
            expect_account_view(ctx).await?;
            let pages = downloads(ctx, PAGE) - pages;
            ensure!(pages == 1, "{settings}: {pages} downloads of the page");
            let configs = ctx.site_request_count(CONFIG) - configs;
            ensure!(
                configs == loads,
                "{settings}: {loads} page loads read the configuration {configs} times"
            );
        }
        ensure!(downloads(ctx, SETUP) == 0, "the set-up was downloaded");
        Ok(())
    });
}

#[test]
fn a_sign_in_completes_although_the_configuration_changes_meanwhile() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.click(Role::Button, "Sign in with Company SSO").await?;
        ctx.find(Role::Button, ADA).await?;
        ctx.configure(json!({ "several_accounts": true }));
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_signed_in(ADA).await?;
        ctx.find(Role::Disclosure, "Add another account").await?;
        ensure!(downloads(ctx, PAGE) == 1);
        ensure!(downloads(ctx, SETUP) == 0, "the set-up was downloaded");
        Ok(())
    });
}

#[test]
fn sessions_are_renewed_even_if_the_browser_refuses_locks() {
    const REFUSE_LOCKS: &str = "
        LockManager.prototype.request = () => {
            window.lockRequests = (window.lockRequests ?? 0) + 1;
            return Promise.reject(new DOMException('No locks.', 'SecurityError'));
        }";
    let settings = json!({ "scope": "openid profile email offline_access" });
    run_test(TestOptions::with_settings(settings), async |ctx| {
        ctx.site.add_script(REFUSE_LOCKS);
        let short = json!({ "set": { "expires_in": 8 } });
        ctx.inject_fault("plain", "token", "json", short)?;
        ctx.open("").await?;
        ctx.sign_in(SSO, ADA).await?;
        wait_until(async || {
            let refreshes = ctx.refresh_requests()?.len();
            Ok(if refreshes > 0 {
                Ok(())
            } else {
                Err("the session was not renewed".to_owned())
            })
        })
        .await?;
        ctx.wait_for_js("window.lockRequests > 0").await?;
        ctx.expect_signed_in(ADA).await
    });
}

#[test]
fn setup_downloads_the_setup_build_and_reads_the_configuration_once() {
    run_test(TestOptions::setup(), async |ctx| {
        ctx.open("?setup").await?;
        ctx.find(Role::Heading, "Check your set-up").await?;
        ctx.expect_text(" passed, 0 failed").await?;
        // The checks of the host look at each file past the cache, in addition.
        let requests = ctx.site.requests();
        let [checks, starts]: [Vec<_>; 2] = [true, false].map(|is_check| {
            let of_build = requests.iter().filter(|request| {
                let path = request.path_and_query.as_str();
                path.contains(SETUP) && path.ends_with(".wasm")
            });
            let past_cache = ("cache-control".to_owned(), "no-cache".to_owned());
            of_build
                .filter(|request| request.headers.contains(&past_cache) == is_check)
                .collect()
        });
        ensure!(starts.len() == 1, "{starts:?}");
        ensure!(checks.len() == 1, "{checks:?}");
        ensure!(ctx.site_request_count(CONFIG) == 1);
        Ok(())
    });
}

#[test]
fn the_setup_build_explains_every_mistake_without_reading_the_configuration_again() {
    let mistakes = r#"{ "providers": [{ "id": "sso", "kind": "oidc", "client_id": "" }], "scopes": "openid" }"#;
    let options = TestOptions {
        config: Some(SiteConfig::Json(mistakes.to_owned())),
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Heading, "Sign-in isn't set up").await?;
        for mistake in ["providers[0].client_id", "providers[0].issuer", "scopes"] {
            ctx.expect_text(mistake).await?;
        }
        ensure!(downloads(ctx, PAGE) == 1 && downloads(ctx, SETUP) == 1);
        ensure!(ctx.site_request_count(CONFIG) == 1);
        Ok(())
    });
}

#[test]
fn new_tabs_load_only_the_page_after_a_mistake_is_fixed() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        let config = ctx.provider.page_config();
        ctx.site.set_config(SiteConfig::Missing);
        ctx.open("").await?;
        ctx.find(Role::Heading, "Sign-in isn't set up").await?;
        ctx.site.set_config(SiteConfig::Json(config));
        ctx.new_tab().await?;
        let before = ctx.site_request_count(SETUP);
        ctx.open("").await?;
        ctx.sign_in(SSO, ADA).await?;
        ensure!(ctx.site_request_count(SETUP) == before);
        Ok(())
    });
}

#[test]
fn vestibule_js_downloads_its_engine_once_and_no_other_build() {
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in(SSO, ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        ensure!(downloads(ctx, ENGINE) == 1);
        ensure!(downloads(ctx, PAGE) == 0, "the page was downloaded too");
        ensure!(downloads(ctx, SETUP) == 0, "the set-up was downloaded");
        Ok(())
    });
}

#[test]
fn vestibule_js_downloads_the_setup_build_only_to_explain_mistakes() {
    const MISTAKE: &str = "
        return import(new URL('/vestibule/vestibule.js', location))
            .then(({ createAuth }) => createAuth({ providers: [], scop: 'openid' }))
            .then(() => '', ({ details }) => details)";
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in(SSO, ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        ensure!(downloads(ctx, SETUP) == 0, "the set-up was downloaded");
        let details = ctx.execute(MISTAKE, vec![]).await?;
        let explains = details
            .as_str()
            .is_some_and(|details| details.contains("scop"));
        ensure!(explains, "{details}");
        ensure!(downloads(ctx, SETUP) == 1);
        Ok(())
    });
}

/// Expects that nothing but opening the details of a cancelled sign-in downloads the set-up build.
async fn expect_remedy_on_demand(ctx: &TestContext) -> Result<()> {
    ctx.open("").await?;
    ctx.start_sign_in(SSO, "Cancel").await?;
    ctx.expect_text(CANCELLED).await?;
    ensure!(downloads(ctx, SETUP) == 0, "the set-up was downloaded");
    let remedy = "check at the provider that they may use this application.";
    ctx.expect_admin_details(&["What to do", remedy]).await?;
    ensure!(downloads(ctx, SETUP) == 1);
    Ok(())
}

#[test]
fn a_failed_sign_in_downloads_the_setup_build_only_when_its_details_are_opened() {
    run_test(TestOptions::default(), expect_remedy_on_demand);
}

#[test]
fn a_failed_sign_in_in_a_custom_element_downloads_the_setup_build_only_for_its_details() {
    run_test(TestOptions::example("html"), expect_remedy_on_demand);
}

#[test]
fn details_of_a_failed_sign_in_lack_only_the_remedy_without_the_setup_build() {
    run_test(TestOptions::allowing_network_errors(), async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in(SSO, "Cancel").await?;
        ctx.expect_sign_in_error(CANCELLED).await?;
        ctx.site.refuse(&["vestibule-setup"]);
        ctx.expect_admin_details(&["provider-denied", "authorization", "plain"])
            .await?;
        ctx.expect_no_text("What to do").await?;
        ensure!(downloads(ctx, SETUP) == 0, "the set-up was downloaded");
        Ok(())
    });
}

#[test]
fn visitors_see_and_download_nothing_about_a_missing_email_address() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.use_providers(vec![ctx.provider_entry("microsoft", json!({}))?])
            .await?;
        ctx.sign_in("Microsoft", "Emmy Noether").await?;
        ensure!(downloads(ctx, SETUP) == 0, "the set-up was downloaded");
        ctx.expect_no_text("There is no email address.").await?;
        ctx.expect_no_text("no email address in the directory")
            .await?;
        Ok(())
    });
}

/// What start.js writes into the console.
const CANNOT_START: &[&str] = &["Vestibule can't start."];
const UNAVAILABLE: &str = "Sign-in isn't available right now";
const NOT_LOADED: &str = "Part of the page didn't load.";

#[test]
fn explains_that_a_file_of_the_page_did_not_arrive() {
    let options = TestOptions {
        expected_console_messages: CANNOT_START,
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.site.refuse(&["vestibule-page"]);
        ctx.open("").await?;
        ctx.find(Role::Heading, UNAVAILABLE).await?;
        ctx.expect_text(NOT_LOADED).await?;
        // Whoever runs the page learns which file it is, here and in the console.
        ctx.expect_no_text("vestibule-page").await?;
        ctx.click(Role::Disclosure, "Technical details").await?;
        ctx.expect_text("vestibule-page").await?;
        ctx.expect_console_message("vestibule-page").await?;
        // The link asks for the page again, even if the browser has a copy.
        ctx.site.refuse(&[]);
        let loads = || {
            let requests = ctx.site.requests();
            requests
                .iter()
                .filter(|request| request.path_and_query == "/")
                .count()
        };
        let before = loads();
        ctx.click(Role::Link, "Reload the page").await?;
        ctx.find(Role::Button, "Company SSO").await?;
        let kind = ctx
            .execute(
                "return performance.getEntriesByType('navigation')[0].type",
                vec![],
            )
            .await?;
        ensure!(kind == "reload" && loads() == before + 1, "{kind}");
        ctx.sign_in(SSO, ADA).await
    });
}

#[test]
fn a_browser_that_is_too_old_is_told_so() {
    let options = TestOptions {
        expected_console_messages: CANNOT_START,
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.site.add_script("delete AbortSignal.timeout");
        ctx.open("").await?;
        ctx.find(Role::Heading, "This browser is too old").await?;
        ctx.expect_text("Safari 16").await?;
        ctx.expect_no_text("One moment").await
    });
}

#[test]
fn explains_that_the_setup_build_did_not_arrive() {
    let options = TestOptions {
        config: Some(SiteConfig::Json("{ \"providers\": [] }".to_owned())),
        expected_console_messages: CANNOT_START,
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.site.refuse(&["vestibule-setup"]);
        for _ in 0..2 {
            ctx.open("").await?;
            ctx.find(Role::Heading, UNAVAILABLE).await?;
            ctx.expect_text(NOT_LOADED).await?;
        }
        ctx.site.refuse(&[]);
        ctx.open("").await?;
        ctx.find(Role::Heading, "Sign-in isn't set up").await?;
        Ok(())
    });
}

#[test]
fn an_unreachable_configuration_is_reported_and_the_next_load_recovers() {
    let options = TestOptions {
        expected_console_messages: CANNOT_START,
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.site.refuse(&["vestibule.json", "vestibule-setup"]);
        ctx.open("").await?;
        ctx.find(Role::Heading, UNAVAILABLE).await?;
        ctx.site.refuse(&[]);
        ctx.open("").await?;
        ctx.sign_in(SSO, ADA).await?;
        ensure!(downloads(ctx, SETUP) == 0, "the tab keeps using the set-up");
        Ok(())
    });
}
