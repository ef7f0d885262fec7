//! The page in other languages than English.

use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, run_test};
use serde_json::json;
use xtask::site::SiteConfig;

const GERMAN: &str = "Wählen Sie ein Konto aus, um fortzufahren.";
const ENGLISH: &str = "Choose an account to continue.";

/// Expects the document to be in this language.
async fn expect_language(ctx: &TestContext, lang: &str, dir: &str) -> Result<()> {
    let is_described = format!(
        "document.documentElement.lang === '{lang}' && document.documentElement.dir === '{dir}'"
    );
    ctx.wait_for_js(&is_described).await
}

#[test]
fn english_needs_no_request() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.expect_text(ENGLISH).await?;
        expect_language(ctx, "en", "ltr").await?;
        ensure!(ctx.site_request_count("texts-") == 0);
        Ok(())
    });
}

#[test]
fn the_page_and_the_provider_are_in_the_language_of_the_address() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("?ui_locales=de-AT").await?;
        ctx.expect_text(GERMAN).await?;
        expect_language(ctx, "de", "ltr").await?;
        ctx.click(Role::Button, "Mit Company SSO anmelden").await?;
        ctx.click(Role::Button, "Ada Lovelace").await?;
        ctx.find(Role::Heading, "Sie sind angemeldet").await?;
        let navigations = ctx.navigations().await?;
        ensure!(
            navigations
                .iter()
                .any(|url| url.contains("client_id=") && url.contains("ui_locales=de")),
            "{navigations:?}"
        );
        Ok(())
    });
}

#[test]
fn only_the_file_of_the_language_is_loaded_and_once() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("?ui_locales=de").await?;
        ctx.expect_text(GERMAN).await?;
        ensure!(ctx.site_request_count("texts-") == 1);
        ensure!(ctx.site_request_count("texts-de-") == 1);
        Ok(())
    });
}

#[test]
fn the_texts_are_in_english_if_their_file_is_missing() {
    let options = TestOptions {
        expected_console_messages: &["the texts in the language \"de\" can't be loaded"],
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.site.refuse(&["texts-de-"]);
        ctx.open("?ui_locales=de").await?;
        ctx.expect_text(ENGLISH).await?;
        expect_language(ctx, "en", "ltr").await
    });
}

#[test]
fn people_choose_a_language_and_the_page_remembers_it() {
    run_test(TestOptions::default(), async |ctx| {
        ctx.open("").await?;
        ctx.expect_text(ENGLISH).await?;
        let choose = "const select = document.querySelector('.vestibule-languages');
            select.value = 'de';
            select.dispatchEvent(new Event('change', { bubbles: true }));";
        ctx.execute(choose, vec![]).await?;
        ctx.expect_text(GERMAN).await?;
        expect_language(ctx, "de", "ltr").await?;
        ctx.open("").await?;
        ctx.expect_text(GERMAN).await?;
        ctx.wait_for_js("document.querySelector('.vestibule-languages').value === 'de'")
            .await
    });
}

#[test]
fn the_configuration_chooses_languages_and_replaces_texts() {
    let settings = json!({
        "languages": ["de", "fr"],
        "texts": { "de": { "sign_in.choose": "Willkommen bei Acme." } },
    });
    run_test(TestOptions::with_settings(settings), async |ctx| {
        ctx.open("").await?;
        ctx.expect_text("Willkommen bei Acme.").await?;
        ctx.wait_for_js("document.querySelectorAll('.vestibule-languages option').length === 2")
            .await
    });
}

#[test]
fn what_people_read_without_webassembly_is_in_their_language_too() {
    let options = TestOptions {
        expected_console_messages: &["Vestibule can't start."],
        ..TestOptions::allowing_network_errors()
    };
    run_test(options, async |ctx| {
        let remember = "localStorage.setItem('vestibule.language', 'ar')";
        ctx.open("callback.html").await?;
        ctx.execute(remember, vec![]).await?;
        ctx.site.refuse(&[".wasm"]);
        ctx.open("").await?;
        ctx.find(Role::Heading, "تسجيل الدخول غير متاح الآن").await?;
        let direction =
            "getComputedStyle(document.querySelector('#vestibule-unreachable h1')).direction";
        ctx.wait_for_js(&format!("{direction} === 'rtl'")).await?;
        ctx.open("callback.html").await?;
        ctx.wait_for_js("!!document.querySelector('#no-response h1[lang=ar][dir=rtl]')")
            .await
    });
}

#[test]
fn a_mistake_in_the_configuration_is_told_to_people_in_their_language() {
    let options = TestOptions {
        config: Some(SiteConfig::Json("{}".to_owned())),
        ..TestOptions::default()
    };
    run_test(options, async |ctx| {
        ctx.open("?ui_locales=de").await?;
        ctx.find(
            Role::Heading,
            "Die Anmeldung ist nicht richtig eingerichtet",
        )
        .await?;
        // What administrators read is in English.
        ctx.expect_text("For the administrator").await?;
        ctx.wait_for_js(
            "document.querySelector('.vestibule-problem .vestibule-alert').lang === 'en'",
        )
        .await
    });
}
