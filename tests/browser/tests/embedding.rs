//! The custom elements and the JavaScript API in another page: examples/html.

use anyhow::{Result, ensure};
use browser_tests::{Role, TestContext, TestOptions, firefox_too, run_test};
use serde_json::{Value, json};
use xtask::site::SiteConfig;

// WebKit's driver can't click in shadow trees.
firefox_too![
    user_menu_shows_the_user_and_signs_out_at_the_provider,
    snapshots_and_events_hold_no_tokens,
    elements_follow_their_attributes_and_survive_being_moved,
    sends_the_access_token_to_the_api_only,
];

const ADA: &str = "Ada Lovelace";
const SIGN_IN_PROMPT: &str = "Sign in to see your orders.";

/// Runs a script in the page, with the `auth` object that the page's elements use.
async fn run_with_auth(ctx: &TestContext, body: &str) -> Result<Value> {
    let script = format!(
        "return (async () => {{
            const load = window.importModule ?? ((url) => import(url));
            const {{ createAuth, AuthError }} = await load(`${{location.origin}}/vestibule/vestibule.js`);
            const auth = await createAuth('vestibule.json');
            const errorCode = async (work) => {{
                try {{ await work(); return 'no error' }} catch (error) {{
                    return error instanceof AuthError ? error.code : `${{error}}`;
                }}
            }};
            {body}
        }})()"
    );
    ctx.execute(&script, vec![]).await
}

async fn sign_in_from_picker(ctx: &TestContext) -> Result<()> {
    ctx.start_sign_in("Company SSO", ADA).await?;
    ctx.expect_text("Hello, Ada Lovelace.").await
}

/// The example with refresh tokens.
fn with_refresh_tokens() -> TestOptions {
    TestOptions {
        settings: json!({ "scope": "openid profile email offline_access" }),
        ..TestOptions::example("html")
    }
}

/// The example, in a test that causes network errors.
fn with_network_errors() -> TestOptions {
    TestOptions {
        allow_network_errors: true,
        ..TestOptions::example("html")
    }
}

#[test]
fn user_content_is_never_read_as_configuration() {
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        let providers = run_with_auth(
            ctx,
            r#"const note = document.createElement("p");
            note.id = "vestibule-config";
            note.textContent = JSON.stringify({ providers: [
                { id: "evil", kind: "oidc", client_id: "x", issuer: "https://evil.example" },
            ] });
            document.body.prepend(note);
            // Without an argument, createAuth uses the page's configuration.
            const found = await createAuth();
            return found.providers.map(({ id }) => id);"#,
        )
        .await?;
        ensure!(
            providers == json!(["microsoft", "google", "okta", "plain"]),
            "{providers}"
        );
        Ok(())
    });
}

#[test]
fn routers_receive_a_popstate_event_for_the_restored_url() {
    run_test(TestOptions::example("html"), async |ctx| {
        let listen = "addEventListener('popstate', () => { window.popstateUrl = location.href })";
        ctx.site.add_script(listen);
        ctx.open("?view=all#top").await?;
        sign_in_from_picker(ctx).await?;
        ctx.wait_for_js("window.popstateUrl?.endsWith('/?view=all#top') ?? null")
            .await
    });
}

#[test]
fn user_menu_shows_the_user_and_signs_out_at_the_provider() {
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        sign_in_from_picker(ctx).await?;
        ctx.expect_no_text("ada@example.com").await?;
        ctx.click(Role::Disclosure, ADA).await?;
        ctx.expect_text("ada@example.com").await?;
        ctx.click(Role::Button, "Sign out").await?;
        ctx.find(Role::Heading, "Sign out of").await?;
        ctx.click(Role::Button, "Sign out").await?;
        ctx.expect_text(SIGN_IN_PROMPT).await
    });
}

#[test]
fn picker_shows_a_failed_sign_in_without_changing_title_or_focus() {
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        ctx.start_sign_in("Company SSO", "Cancel").await?;
        ctx.expect_text("Sign-in wasn't completed").await?;
        ctx.find(Role::Status, "").await?;
        // The focus doesn't move either.
        let focus = ctx.execute("return document.activeElement.tagName", vec![]);
        let focus = focus.await?;
        ensure!(focus == "BODY", "{focus}");
        let title = ctx.execute("return document.title", vec![]).await?;
        ensure!(title == "Orders", "{title}");
        let error = run_with_auth(ctx, "return auth.getSnapshot().error.code").await?;
        ensure!(error == "provider-denied", "{error}");
        sign_in_from_picker(ctx).await
    });
}

#[test]
fn snapshots_and_events_hold_no_tokens() {
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        sign_in_from_picker(ctx).await?;
        let result = run_with_auth(
            ctx,
            "const first = auth.getSnapshot();
             const token = await auth.getAccessToken();
             const events = [];
             for (const name of ['userUnloaded', 'userSignedOut', 'userLoaded']) {
                 auth.addEventListener(name, ({ detail }) => events.push([name, detail]));
             }
             let changes = 0;
             const unsubscribe = auth.subscribe(() => changes++);
             const second = auth.getSnapshot();
             const dom = [];
             for (const element of document.querySelectorAll('vestibule-user')) {
                 element.addEventListener('vestibule:user-signed-out', ({ detail }) => dom.push(detail));
             }
             await auth.logout({ local: true });
             unsubscribe();
             return {
                 same: first === second, frozen: Object.isFrozen(first) && Object.isFrozen(first.user.profile),
                 first, last: auth.getSnapshot(), events, dom, changes, token,
                 signedOutError: await errorCode(() => auth.getAccessToken()),
                 sameAuth: await createAuth('vestibule.json') === auth,
             }",
        )
        .await?;
        ensure!(
            result["same"] == true && result["frozen"] == true,
            "{result}"
        );
        let user = &result["first"]["user"];
        ensure!(user["name"] == ADA && user["provider"] == "plain", "{user}");
        ensure!(user["profile"]["family_name"] == "Lovelace", "{user}");
        ensure!(
            user["expiresAt"]
                .as_i64()
                .is_some_and(|end| end > 1_700_000_000)
        );
        ensure!(
            result["first"]["isAuthenticated"] == true && result["first"]["isLoading"] == false
        );
        let signed_out = json!({
            "isLoading": false, "isAuthenticated": false, "user": null, "error": null,
            "activeNavigator": null, "accounts": [],
        });
        ensure!(result["last"] == signed_out, "{}", result["last"]);
        let reason = json!({ "reason": "signed-out-here" });
        ensure!(result["events"] == json!([["userUnloaded", reason], ["userSignedOut", reason]]));
        ensure!(result["dom"] == json!([reason]), "{}", result["dom"]);
        ensure!(
            result["changes"]
                .as_i64()
                .is_some_and(|changes| changes > 1)
        );
        ensure!(
            result["signedOutError"] == "login-required" && result["sameAuth"] == true,
            "{result}"
        );
        ensure!(
            result["token"]
                .as_str()
                .is_some_and(|token| token.len() > 16)
        );
        let mut rest = result.clone();
        rest["token"] = Value::Null;
        ctx.expect_no_secret(&rest.to_string()).await
    });
}

#[test]
fn ignores_responses_to_other_clients_of_the_page() {
    run_test(TestOptions::example("html"), async |ctx| {
        for foreign in [
            "?code=0123456789abcdef-foreign&state=foreign",
            "?error=access_denied&state=foreign",
            "?code=0123456789abcdef-foreign",
        ] {
            ctx.open(foreign).await?;
            ctx.expect_text(SIGN_IN_PROMPT).await?;
            ctx.expect_url(foreign).await?;
            let error = run_with_auth(ctx, "return auth.getSnapshot().error").await?;
            ensure!(error.is_null(), "{error}");
        }
        ensure!(ctx.request_count("plain", "token")? == 0);
        // The other client's storage survives our sign-in and sign-out.
        ctx.execute("sessionStorage.setItem('other.client', 'kept')", vec![])
            .await?;
        sign_in_from_picker(ctx).await?;
        run_with_auth(ctx, "await auth.logout({ local: true })").await?;
        ensure!(ctx.session_storage_keys().await? == ["other.client"]);
        Ok(())
    });
}

#[test]
fn return_to_accepts_this_origin_only() {
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        ctx.expect_text(SIGN_IN_PROMPT).await?;
        for place in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "blob:https://evil.example/x",
            "https:evil.example",
            "http://127.0.0.1@evil.example/",
            "http://127.0.0.1.evil.example/",
            "/.//evil.example",
            "/a/..//evil.example",
        ] {
            let place_json = Value::from(place).to_string();
            let code = run_with_auth(
                ctx,
                &format!("return errorCode(() => auth.login({{ returnTo: {place_json} }}))"),
            )
            .await?;
            ensure!(
                code == "return-to-elsewhere",
                "{place:?} failed with {code}"
            );
        }
        ensure!(ctx.session_storage_keys().await?.is_empty());
        run_with_auth(
            ctx,
            "void auth.login({ provider: 'plain', returnTo: '/?order=7&of=%2F%2Fevil.example#part' })",
        )
        .await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        ctx.expect_url("?order=7&of=%2F%2Fevil.example#part").await
    });
}

#[test]
fn elements_follow_their_attributes_and_survive_being_moved() {
    run_test(TestOptions::example("html"), async |ctx| {
        const PICKER: &str = "const picker = document.querySelector('vestibule-picker');";
        let buttons = async |count: usize| {
            let buttons = "document.querySelector('vestibule-picker').shadowRoot.querySelectorAll('[part=provider]').length";
            ctx.wait_for_js(&format!("{buttons} === {count}")).await
        };
        let colour = async |colour: &str| {
            let button = "document.querySelector('vestibule-picker').shadowRoot.querySelector('[part=provider]')";
            ctx.wait_for_js(&format!(
                "getComputedStyle({button}).backgroundColor === '{colour}'"
            ))
            .await
        };
        let on_picker =
            async |script: &str| ctx.execute(&format!("{PICKER} {script}"), vec![]).await;
        let add_user = "const user = document.createElement('vestibule-user');
            user.setAttribute('config', 'vestibule.json');
            document.body.append(user)";

        ctx.open("").await?;
        let all = run_with_auth(ctx, "return auth.providers.length").await?;
        ensure!(all.as_u64().is_some_and(|all| all > 2), "{all}");
        buttons(all.as_u64().unwrap_or_default() as usize).await?;
        on_picker("picker.setAttribute('providers', 'google plain')").await?;
        buttons(2).await?;
        on_picker("picker.setAttribute('return-to', '/?moved#there')").await?;
        on_picker("const place = picker.parentNode; picker.remove(); place.append(picker)").await?;
        buttons(2).await?;
        colour("rgb(255, 255, 255)").await?;
        on_picker("picker.setAttribute('theme', 'dark')").await?;
        colour("rgb(19, 19, 20)").await?;

        sign_in_from_picker(ctx).await?;
        ctx.expect_url("?moved#there").await?;
        // An element that is added later shares the session.
        ctx.execute(add_user, vec![]).await?;
        let users = "[...document.querySelectorAll('vestibule-user')]";
        let shows = "shadowRoot?.textContent.includes('Ada Lovelace')";
        ctx.wait_for_js(&format!(
            "{users}.length === 2 && {users}.every((user) => user.{shows})"
        ))
        .await?;
        run_with_auth(ctx, "await auth.logout({ local: true })").await?;
        ctx.wait_for_js(&format!("{users}.every((user) => !user.{shows})"))
            .await
    });
}

#[test]
fn reports_a_browser_that_cannot_load_webassembly() {
    let options = TestOptions {
        // The page's own script fails with this error.
        expected_console_messages: &["vestibule.js"],
        ..with_network_errors()
    };
    run_test(options, async |ctx| {
        ctx.site.refuse(&[".wasm"]);
        ctx.open("").await?;
        ctx.expect_text("Sign-in isn't available right now").await?;
        let code = ctx
            .execute(
                "return import(new URL('/vestibule/vestibule.js', location))
                    .then(({ createAuth }) => createAuth('vestibule.json'))
                    .then(() => '', ({ code }) => code)",
                vec![],
            )
            .await?;
        ensure!(code == "webassembly-unavailable", "{code}");
        // The next attempt can succeed.
        ctx.site.refuse(&[]);
        run_with_auth(ctx, "await auth.handleCallback()")
            .await
            .map(drop)
    });
}

#[test]
fn reports_configuration_mistakes_to_javascript() {
    run_test(with_network_errors(), async |ctx| {
        ctx.open("").await?;
        let result = run_with_auth(
            ctx,
            "const errorOf = async (config) => {
                 try { await createAuth(config); return null } catch (error) { return error.toJSON() }
             };
             return [
                 await errorOf({ providers: [], scop: 'openid' }),
                 await errorOf('missing.json'),
                 await errorCode(() => auth.login({ provider: 'nobody' })),
             ]",
        )
        .await?;
        ensure!(result[0]["code"] == "config-invalid", "{result}");
        let details = result[0]["details"].as_str().unwrap_or_default();
        ensure!(details.contains("Did you mean \"scope\"?"), "{details}");
        ensure!(result[1]["code"] == "config-invalid", "{result}");
        ensure!(result[2] == "config-invalid", "{result}");
        Ok(())
    });
}

#[test]
fn sends_the_access_token_to_the_api_only() {
    run_test(with_network_errors(), async |ctx| {
        ctx.open("").await?;
        sign_in_from_picker(ctx).await?;
        let api = ctx.api.origin();
        let body = format!(
            "const status = async (...request) => (await auth.fetch(...request)).status;
             return [
                 await status('{api}/orders'),
                 await status('{api}/orders', {{ method: 'POST', body: new URLSearchParams({{ a: 'b' }}) }}),
                 await status('app.js'),
                 await errorCode(() => auth.fetch('{api}/moved?{api}/orders')),
                 await errorCode(() => auth.fetch('{api}/moved?{site}steal')),
                 (await auth.fetch('{api}/moved', {{ redirect: 'manual' }})).type,
             ]",
            site = ctx.site.url()
        );
        let result = run_with_auth(ctx, &body).await?;
        let expected = json!([
            200,
            200,
            200,
            "api-redirected",
            "api-redirected",
            "opaqueredirect"
        ]);
        ensure!(result == expected, "{result}");
        let requests = ctx.api.requests();
        ensure!(
            requests
                .iter()
                .all(|request| request.authorization.is_some())
        );
        ensure!(
            requests
                .iter()
                .filter(|request| request.path == "/orders")
                .count()
                == 2
        );
        ensure!(requests[1].body == "a=b", "{:?}", requests[1].body);
        for request in ctx.site.requests() {
            let has_token = request
                .headers
                .iter()
                .any(|(name, _)| name == "authorization");
            ensure!(
                !has_token && !request.path_and_query.contains("steal"),
                "{}",
                request.path_and_query
            );
        }
        Ok(())
    });
}

#[test]
fn renews_a_rejected_token_once_and_repeats_the_request() {
    let options = TestOptions {
        allow_network_errors: true,
        ..with_refresh_tokens()
    };
    run_test(options, async |ctx| {
        ctx.open("").await?;
        sign_in_from_picker(ctx).await?;
        let api = ctx.api.origin();
        let body = format!(
            "const form = new FormData();
             form.set('a', 'b');
             const stream = () => new Blob(['streamed']).stream();
             const again = await auth.fetch('{api}/stale', {{ method: 'POST', body: form }});
             return [
                 again.status,
                 (await auth.fetch('{api}/never')).status,
                 await errorCode(() => auth.fetch('{api}/never', {{ method: 'POST', body: stream(), duplex: 'half' }})),
             ]"
        );
        let result = run_with_auth(ctx, &body).await?;
        // Browsers send streams over HTTP/2 only, so the last request fails before it is sent.
        ensure!(result[0] == 200 && result[1] == 401, "{result}");
        let requests = ctx.api.requests();
        let to = |path: &str| -> Vec<_> {
            requests
                .iter()
                .filter(|request| request.path == path)
                .cloned()
                .collect()
        };
        let stale = to("/stale");
        ensure!(stale.len() == 2 && stale[0].authorization != stale[1].authorization);
        ensure!(
            stale
                .iter()
                .all(|request| request.body.contains("name=\"a\""))
        );
        ensure!(to("/never").len() == 2, "{:?}", to("/never").len());
        Ok(())
    });
}

#[test]
fn step_up_redirects_to_a_stronger_sign_in() {
    run_test(with_network_errors(), async |ctx| {
        ctx.open("?order=7#part").await?;
        sign_in_from_picker(ctx).await?;
        let api = ctx.api.origin();
        // If the page prevents the step-up, it gets the API's response.
        let body = format!(
            "const challenges = [];
             const prevent = (event) => {{ challenges.push(event.detail); event.preventDefault() }};
             auth.addEventListener('stepUpRequired', prevent);
             const {{ status }} = await auth.fetch('{api}/strict');
             auth.removeEventListener('stepUpRequired', prevent);
             return [status, challenges]"
        );
        let result = run_with_auth(ctx, &body).await?;
        let expected = json!([401, [{ "acrValues": "phr", "maxAge": 5 }]]);
        ensure!(result == expected, "{result}");

        ctx.provider.clear_sessions()?;
        run_with_auth(
            ctx,
            &format!("void auth.fetch('{api}/strict').catch(() => {{}})"),
        )
        .await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.expect_text("Hello, Ada Lovelace.").await?;
        ctx.expect_url("?order=7#part").await?;
        let requests = ctx.navigations().await?;
        let strict = |url: &&String| url.contains("acr_values=phr") && url.contains("max_age=5");
        ensure!(requests.iter().any(|url| strict(&url)), "{requests:?}");
        Ok(())
    });
}

#[test]
fn step_up_in_a_popup_repeats_the_request() {
    run_test(with_network_errors(), async |ctx| {
        ctx.open("").await?;
        sign_in_from_picker(ctx).await?;
        // Another URL of the same configuration, because the page opened the first one without options.
        let body = format!(
            "const strict = await createAuth('vestibule.json?strict', {{ stepUp: 'popup' }});
             const button = document.body.appendChild(document.createElement('button'));
             button.textContent = 'Pay';
             button.onclick = async () => {{
                 const {{ status }} = await strict.fetch('{}/strict');
                 button.textContent = `Answered: ${{status}}`;
             }}",
            ctx.api.origin()
        );
        run_with_auth(ctx, &body).await?;
        ctx.provider.clear_sessions()?;
        let page = ctx.browser().client.window().await?;
        ctx.click(Role::Button, "Pay").await?;
        ctx.switch_to_popup().await?;
        ctx.click(Role::Button, ADA).await?;
        ctx.wait_for_popup_to_close(page).await?;
        // The API asks for a stronger sign-in every time, but the page steps up only once.
        ctx.expect_text("Answered: 401").await?;

        let requests = ctx.api.requests().into_iter();
        let strict: Vec<_> = requests.filter(|sent| sent.path == "/strict").collect();
        ensure!(strict.len() == 2 && strict[0].authorization != strict[1].authorization);
        let requests = ctx.provider_requests("plain", "authorization")?;
        let parameters = requests
            .last()
            .and_then(|last| last["query_parameters"].as_array());
        let has =
            |name: &str| parameters.is_some_and(|names| names.iter().any(|known| known == name));
        ensure!(has("acr_values") && has("max_age"), "{parameters:?}");
        Ok(())
    });
}

#[test]
fn a_picker_keeps_the_place_that_it_needs() {
    run_test(TestOptions::example("html"), async |ctx| {
        ctx.open("").await?;
        ctx.find(Role::Button, "Sign in with Company SSO").await?;
        // The file of the texts makes it slower.
        let script = r#"const done = arguments[arguments.length - 1];
            const picker = document.createElement("vestibule-picker");
            picker.setAttribute("config", "vestibule.json?anew");
            picker.setAttribute("providers", "plain google microsoft");
            picker.lang = "de";
            const below = document.createElement("p");
            below.textContent = "Below the picker";
            document.body.append(picker, below);
            const tops = new Set();
            const look = () => {
                tops.add(Math.round(below.getBoundingClientRect().top - picker.getBoundingClientRect().top));
                const isThere = picker.shadowRoot.querySelectorAll("[part=provider]").length === 3;
                if (isThere) requestAnimationFrame(() => requestAnimationFrame(() => done([...tops])));
                else requestAnimationFrame(look);
            };
            look();"#;
        let tops = ctx.browser().client.execute_async(script, vec![]).await?;
        let tops: Vec<i64> = serde_json::from_value(tops)?;
        ensure!(tops.iter().all(|top| *top >= 168), "{tops:?}");
        let spread = tops.iter().max().zip(tops.iter().min());
        // A row may have a second line.
        ensure!(spread.is_some_and(|(max, min)| max - min <= 24), "{tops:?}");
        Ok(())
    });
}

#[test]
fn visitors_read_nothing_that_is_for_administrators() {
    let options = TestOptions {
        config: Some(SiteConfig::Json(r#"{ "provders": [] }"#.to_owned())),
        // The page's own script fails with the same error.
        expected_console_messages: &["vestibule.js"],
        ..TestOptions::example("html")
    };
    run_test(options, async |ctx| {
        ctx.open("?ui_locales=de").await?;
        let text = "document.querySelector('vestibule-picker').shadowRoot.querySelector('[role=alert]')?.textContent";
        ctx.wait_for_js(&format!("{text}?.includes('nicht richtig eingerichtet')"))
            .await?;
        let text = ctx.execute(&format!("return {text}"), vec![]).await?;
        let text = text.as_str().unwrap_or_default();
        ensure!(
            !text.contains("vestibule.json") && !text.contains("provders"),
            "{text}"
        );
        Ok(())
    });
}
