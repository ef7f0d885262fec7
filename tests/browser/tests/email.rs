//! Email first: the address chooses the provider.

use anyhow::{Context, Result, ensure};
use browser_tests::{Key, Role, TestContext, TestOptions, query_parameter, run_test};
use serde_json::json;
use xtask::site::SiteConfig;

/// Opens the page with an email domain at Company SSO and at Microsoft.
async fn open(ctx: &TestContext) -> Result<()> {
    let providers = [
        ctx.provider_entry("plain", json!({ "email_domains": ["example.com"] }))?,
        ctx.provider_entry(
            "microsoft",
            json!({ "email_domains": ["xn--bcher-kva.example"] }),
        )?,
        ctx.provider_entry("google", json!({}))?,
    ];
    ctx.site.set_config(SiteConfig::Json(
        json!({ "providers": providers }).to_string(),
    ));
    ctx.open("").await?;
    ctx.find(Role::Button, "Continue").await?;
    Ok(())
}

/// Types an address with the keyboard alone, and presses Enter.
async fn submit(ctx: &TestContext, address: &str) -> Result<()> {
    let focused = ctx.browser().client.active_element().await?;
    focused.clear().await?;
    focused.send_keys(address).await?;
    ctx.press(Key::Enter).await
}

/// The parameter of the last authorization request.
async fn sent(ctx: &TestContext, name: &str) -> Result<Option<String>> {
    let navigations = ctx.navigations().await?;
    let mut requests = navigations.iter().rev();
    let request = requests
        .find(|url| url.contains("response_type=code"))
        .context("no request was sent")?;
    Ok(query_parameter(request, name))
}

#[test]
fn a_known_domain_leads_to_its_provider_and_nothing_is_stored() {
    run_test(TestOptions::default(), async |ctx| {
        open(ctx).await?;
        ctx.expect_no_text("Sign in with").await?;
        ctx.tab_to("Email").await?;
        submit(ctx, "ada@Example.COM").await?;
        ctx.click(Role::Button, "Ada Lovelace").await?;
        ctx.expect_signed_in("Ada Lovelace").await?;
        let hint = sent(ctx, "login_hint").await?;
        ensure!(hint.as_deref() == Some("ada@Example.COM"), "{hint:?}");
        ensure!(sent(ctx, "domain_hint").await?.is_none());
        ctx.expect_only_a_session_stored().await
    });
}

#[test]
fn microsoft_learns_the_domain_as_browsers_write_it() {
    run_test(TestOptions::default(), async |ctx| {
        open(ctx).await?;
        ctx.tab_to("Email").await?;
        submit(ctx, "ada@Bücher.example").await?;
        ctx.find(Role::Button, "Ada Lovelace").await?;
        let domain = sent(ctx, "domain_hint").await?;
        ensure!(
            domain.as_deref() == Some("xn--bcher-kva.example"),
            "{domain:?}"
        );
        Ok(())
    });
}

#[test]
fn an_unknown_domain_leads_to_the_list_and_back_with_the_keyboard() {
    run_test(TestOptions::default(), async |ctx| {
        open(ctx).await?;
        ctx.tab_to("Email").await?;
        submit(ctx, "ada@elsewhere.example").await?;
        ctx.find(Role::Button, "Sign in with Google").await?;
        ctx.expect_text("ada@elsewhere.example").await?;
        ctx.tab_to("Use a different email").await?;
        ctx.press(Key::Enter).await?;
        ctx.expect_focus("Email").await?;
        let kept = ctx
            .execute("return document.activeElement.value", vec![])
            .await?;
        ensure!(kept == "ada@elsewhere.example", "{kept}");
        ctx.press(Key::Enter).await?;
        ctx.tab_to("Sign in with Google").await?;
        ctx.press(Key::Enter).await?;
        ctx.find(Role::Button, "Ada Lovelace").await?;
        let hint = sent(ctx, "login_hint").await?;
        ensure!(hint.as_deref() == Some("ada@elsewhere.example"), "{hint:?}");
        ensure!(sent(ctx, "hd").await?.is_none());
        Ok(())
    });
}

#[test]
fn what_is_no_address_gets_a_message_at_the_field() {
    run_test(TestOptions::default(), async |ctx| {
        open(ctx).await?;
        ctx.tab_to("Email").await?;
        submit(ctx, "ada").await?;
        ctx.expect_text("Enter an email address").await?;
        ctx.expect_focus("Email").await?;
        let field = "return document.activeElement.getAttribute('aria-invalid') + ' '
            + document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent";
        let field = ctx.execute(field, vec![]).await?.to_string();
        ensure!(field.contains("true Enter an email address"), "{field}");
        ctx.expect_no_axe_violation().await?;
        ensure!(ctx.request_count("plain", "discovery")? == 0);
        // The list is there without an address, too.
        ctx.click(Role::Button, "Show all (3)").await?;
        ctx.find(Role::Button, "Sign in with Google").await?;
        ctx.expect_no_text("ada").await
    });
}
