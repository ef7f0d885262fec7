//! The trace: what administrators can see of each flow, and that no secret gets into it.

use super::*;
use crate::session::trace::Step;
use serde_json::Value;

const LOCAL: &str = "http://localhost:8000/app/";

fn exported(auth: &Auth<Simulated>) -> Value {
    serde_json::from_str(&auth.export_trace()).unwrap()
}

/// The values of this member in the events of this step.
fn values(trace: &Value, step: &str, member: &str) -> Vec<Value> {
    let events = trace["events"].as_array().unwrap().iter();
    let events = events.filter(|event| event["step"] == step);
    events.map(|event| event[member].clone()).collect()
}

fn steps(trace: &Value) -> Vec<&str> {
    let events = trace["events"].as_array().unwrap().iter();
    events
        .map(|event| event["step"].as_str().unwrap())
        .collect()
}

fn debug_auth(world: &Simulated) -> Auth<Simulated> {
    world.forget_clock();
    let text = format!(
        r#"{{"debug":true,"providers":[{{"id":"good","kind":"oidc","client_id":"client-1","issuer":"{GOOD}"}}]}}"#
    );
    auth(world, Config::from_text(text.as_bytes()).unwrap())
}

/// Signs in with the console on, and returns what the page that the person comes back to has traced.
fn sign_in_with_debug(world: &Simulated, op: &TestProvider) -> (Auth<Simulated>, Value) {
    block_on(debug_auth(world).sign_in("good", SignInOptions::default())).unwrap();
    let request = world.0.navigations.borrow().last().unwrap().clone();
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    let auth = debug_auth(world);
    expect_session(block_on(auth.resume()));
    let trace = exported(&auth);
    (auth, trace)
}

#[test]
fn a_sign_in_leaves_each_of_its_steps() {
    let (world, op) = world();
    let (auth, trace) = sign_in_with_debug(&world, &op);
    // Both pages, because session storage keeps the trace while the console is on.
    assert_eq!(
        steps(&trace),
        [
            "configuration",
            "discovery",
            "authorization",
            "configuration",
            "resume",
            "response",
            "transaction",
            "discovery",
            "token",
            "keys",
            "signature",
            "claims",
            "account",
            "userinfo",
            "session",
            "tab-sent",
        ]
    );
    assert_eq!(values(&trace, "discovery", "source"), ["network"; 2]);
    assert_eq!(values(&trace, "authorization", "mode"), ["redirect"]);
    assert_eq!(
        values(&trace, "authorization", "endpoint"),
        [format!("{GOOD}/auth")]
    );
    assert_eq!(
        values(&trace, "authorization", "params"),
        [
            "response_type client_id redirect_uri scope state nonce code_challenge code_challenge_method"
        ]
    );
    assert_eq!(values(&trace, "transaction", "found"), [true]);
    assert_eq!(values(&trace, "token", "status"), [200]);
    assert_eq!(values(&trace, "token", "provider"), ["good"]);
    assert_eq!(values(&trace, "signature", "alg"), ["ES256"]);
    assert_eq!(values(&trace, "signature", "kid"), ["k1"]);
    assert_eq!(values(&trace, "claims", "ok"), [true]);
    assert!(trace["errors"].as_array().unwrap().is_empty());
    expect_no_secrets(&world, &auth);
}

#[test]
fn the_trace_says_what_it_was_made_by_and_for() {
    let (world, op) = world();
    let (_, trace) = sign_in_with_debug(&world, &op);
    assert_eq!(trace["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(trace["userAgent"], "Simulated");
    assert_eq!(trace["page"], PAGE);
    assert_eq!(trace["debug"], true);
    assert_eq!(trace["at"], 1_800_000_000);
    let provider = serde_json::json!({ "id": "good", "kind": "oidc", "issuer": GOOD });
    assert_eq!(trace["providers"], serde_json::json!([provider]));
}

#[test]
fn the_search_for_secrets_knows_those_of_a_sign_in() {
    let (world, op) = world();
    sign_in(&world, &op);
    let secrets = world.0.secrets.borrow();
    let stored = world.stored().replace('\\', "");
    // The tokens and who they are about: without them, the search would find nothing.
    for name in ["access_token", "id_token", "sub", "name", "email"] {
        let (_, rest) = stored.split_once(&format!("\"{name}\":\"")).unwrap();
        let (value, _) = rest.split_once('"').unwrap();
        let found = secrets.found_in(&format!("{{\"x\":\"{value}\"}}"));
        assert!(found.contains(&value), "{name}");
    }
    let form = op.token_request.borrow().clone().unwrap();
    for name in ["code", "code_verifier"] {
        let found = secrets.found_in(&format!("{{\"x\":\"{}\"}}", form[name]));
        assert_eq!(found, [&form[name]], "{name}");
    }
    assert!(
        secrets
            .found_in(&op.nonce.borrow())
            .contains(&&**op.nonce.borrow())
    );
}

#[test]
fn a_failure_leaves_its_code_phase_and_claim() {
    let (world, op) = world();
    op.claims
        .borrow_mut()
        .push(("nonce", "\"another\"".to_owned()));
    let request = start_sign_in(&world, "good");
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    let auth = load(&world);
    expect_error(block_on(auth.resume()));
    let trace = exported(&auth);
    assert_eq!(values(&trace, "claims", "ok"), [false]);
    let error = &trace["errors"][0];
    assert_eq!(error["code"], "id-token-claim");
    assert_eq!(error["phase"], "id-token");
    assert_eq!(error["claim"], "nonce");
    assert_eq!(error["provider"], "good");
    expect_no_secrets(&world, &auth);
}

#[test]
fn a_vendor_s_support_can_find_the_request() {
    let (world, op) = world();
    world.on(&op.url("/token"), |_| {
        let description = "AADSTS50020: User account 'ada@example.com' from identity provider 'live.com' does not exist in tenant 'Contoso'.\\r\\nTrace ID: 1f4a5c3e-8f0a-4f4e-9d5d-2b7c3a1e0d00\\r\\nCorrelation ID: 7a4bb1f2-0d2b-4d66-8f80-0c6d1e3f2a11\\r\\nTimestamp: 2026-01-01 00:00:00Z";
        let body = format!(r#"{{"error":"invalid_grant","error_description":"{description}"}}"#);
        let mut response = json(400, &body)?;
        response.request_id = http::RequestId::parse("reqVy8wsvmBQN27h4soUE3ZEnA");
        Ok(response)
    });
    let request = start_sign_in(&world, "good");
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    let auth = load(&world);
    expect_error(block_on(auth.resume()));
    let trace = exported(&auth);
    assert_eq!(values(&trace, "token", "status"), [400]);
    assert_eq!(values(&trace, "token", "error"), ["invalid_grant"]);
    assert_eq!(
        values(&trace, "token", "requestId"),
        ["reqVy8wsvmBQN27h4soUE3ZEnA"]
    );
    let error = &trace["errors"][0];
    assert_eq!(error["vendorCode"], "50020");
    assert_eq!(error["traceId"], "1f4a5c3e-8f0a-4f4e-9d5d-2b7c3a1e0d00");
    assert_eq!(
        error["correlationId"],
        "7a4bb1f2-0d2b-4d66-8f80-0c6d1e3f2a11"
    );
    let text = trace.to_string();
    assert!(!text.contains("ada@example.com"), "{text}");
    expect_no_secrets(&world, &auth);
}

#[test]
fn what_a_provider_makes_up_stays_out_of_the_trace() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    let state = op.respond(&request);
    let (_, state) = state.split_once("state=").unwrap();
    let state = state.split('&').next().unwrap();
    *world.0.response.borrow_mut() =
        Some(format!("state={state}&iss={GOOD}&error=ada%40example.com"));
    let auth = load(&world);
    expect_error(block_on(auth.resume()));
    let trace = exported(&auth);
    assert_eq!(values(&trace, "response", "error"), ["other"]);
    assert!(!trace.to_string().contains("ada@"), "{trace}");
    assert!(!trace.to_string().contains(state), "{trace}");
}

#[test]
fn a_renewal_leaves_its_reason_and_outcome() {
    let (tab, provider) = signed_in_tab();
    advance(&tab, 3590);
    expect_valid(tab.renew());
    provider.behavior.set(Behavior::Status(503));
    advance(&tab, 3590);
    tab.renew();
    let trace = exported(&tab.auth);
    assert_eq!(values(&trace, "renewal", "reason"), ["expiring"; 2]);
    assert_eq!(values(&trace, "renewed", "outcome"), ["valid", "failed"]);
    assert_eq!(values(&trace, "lock", "duration").len(), 2);
    assert_eq!(values(&trace, "token", "grant"), ["refresh_token"; 2]);
    assert_eq!(values(&trace, "token", "status"), [200, 503]);
    assert_eq!(trace["errors"][0]["code"], "provider-unavailable");
}

#[test]
fn a_sign_out_leaves_its_steps() {
    let (world, op) = world();
    let revocation = op.url("/revoke");
    world.on(&op.url("/.well-known/openid-configuration"), {
        let metadata = op.metadata();
        move |_| {
            let more = format!(r#"{{"revocation_endpoint":"{GOOD}/revoke","#);
            json(200, &metadata.replacen('{', &more, 1))
        }
    });
    world.on(&revocation, |_| json(200, "{}"));
    let (auth, _) = sign_in_with_debug(&world, &op);
    block_on(auth.sign_out(SignOutOptions::default()));
    let trace = exported(&auth);
    assert_eq!(values(&trace, "sign-out", "accounts"), [1]);
    assert_eq!(values(&trace, "ended", "reason"), ["signed-out-here"]);
    assert_eq!(values(&trace, "revocation", "status"), [200]);
    assert_eq!(
        values(&trace, "end-session", "endpoint"),
        [format!("{GOOD}/logout")]
    );
    let params = &values(&trace, "end-session", "params")[0];
    assert!(
        params.as_str().unwrap().contains("id_token_hint"),
        "{params}"
    );
    expect_no_secrets(&world, &auth);
}

#[test]
fn tabs_trace_the_types_of_their_messages() {
    let (first, _provider) = signed_in_tab();
    let second = Tab::open(first.world.open_tab(false));
    expect_session(block_on(second.auth.resume()));
    let trace = exported(&second.auth);
    assert_eq!(values(&trace, "tab-sent", "type"), ["request-session"]);
    assert_eq!(values(&trace, "tab-received", "type"), ["session"]);
    let trace = exported(&first.auth);
    assert_eq!(values(&trace, "tab-received", "type"), ["request-session"]);
}

#[test]
fn the_trace_is_bounded() {
    let (tab, provider) = signed_in_tab();
    provider.behavior.set(Behavior::Status(503));
    for _ in 0..300 {
        advance(&tab, 1000);
        tab.renew();
    }
    let trace = exported(&tab.auth);
    assert_eq!(steps(&trace).len(), 200);
    // The last ones.
    assert_eq!(steps(&trace).last(), Some(&"renewed"));
}

#[test]
fn nothing_is_logged_or_stored_without_debug() {
    let (world, op) = world();
    expect_session(sign_in(&world, &op));
    assert!(world.0.console.borrow().is_empty());
    assert!(!world.stored().contains("vestibule.trace"));
    // What a page with debug has left doesn't stay.
    world.storage_write("vestibule.trace", "[]").unwrap();
    load(&world);
    assert!(!world.stored().contains("vestibule.trace"));
}

#[test]
fn debug_logs_every_event_once() {
    let (world, op) = world();
    let (auth, trace) = sign_in_with_debug(&world, &op);
    let console = world.0.console.borrow().clone();
    assert_eq!(console.len(), steps(&trace).len());
    assert!(console[1].starts_with(r#"Vestibule {"at":1800000000,"ms":"#));
    assert!(
        console[1].contains(r#""step":"discovery""#),
        "{}",
        console[1]
    );
    expect_no_secrets(&world, &auth);
}

#[test]
fn debug_that_is_enabled_later_logs_what_was_missed() {
    let (world, op) = world();
    let request = start_sign_in(&world, "good");
    *world.0.response.borrow_mut() = Some(op.respond(&request));
    let auth = load(&world);
    expect_session(block_on(auth.resume()));
    assert!(world.0.console.borrow().is_empty());
    auth.enable_debug();
    auth.enable_debug();
    assert_eq!(
        world.0.console.borrow().len(),
        steps(&exported(&auth)).len()
    );
    expect_no_secrets(&world, &auth);
}

#[test]
fn a_link_switches_the_console_on_only_on_loopback() {
    for (page, is_logged) in [(LOCAL, true), (PAGE, false)] {
        let world = Simulated::new(page);
        world.0.path.replace("/app/?vestibule-debug".to_owned());
        auth(&world, config());
        assert_eq!(!world.0.console.borrow().is_empty(), is_logged, "{page}");
        // The provider's response comes without the parameter.
        world.0.path.replace("/app/".to_owned());
        world.0.console.borrow_mut().clear();
        auth(&world, config());
        assert_eq!(!world.0.console.borrow().is_empty(), is_logged, "{page}");
    }
    // In the fragment or as a value, it's something else.
    let world = Simulated::new(LOCAL);
    world
        .0
        .path
        .replace("/app/?a=vestibule-debug#?vestibule-debug".to_owned());
    auth(&world, config());
    assert!(world.0.console.borrow().is_empty());
}

#[test]
fn a_trace_in_storage_that_cannot_be_read_is_discarded() {
    for stored in [
        "",
        "[]",
        r#"{"version":3,"events":[1]}"#,
        r#"{"version":2,"events":[]}"#,
    ] {
        let (world, op) = world();
        world.storage_write("vestibule.trace", stored).unwrap();
        let (_, trace) = sign_in_with_debug(&world, &op);
        assert_eq!(steps(&trace).len(), 16, "{stored}");
    }
}

#[test]
fn a_full_storage_does_not_stop_a_sign_in() {
    let (world, op) = world();
    world.0.storage_quota.set(4000);
    let (auth, _) = sign_in_with_debug(&world, &op);
    expect_no_secrets(&world, &auth);
}

#[test]
fn the_guide_explains_every_step_and_member() {
    let guide = include_str!("../../../docs/debugging.md");
    for step in Step::ALL {
        let row = format!("| `{}` |", step.as_str());
        assert!(
            guide.contains(&row),
            "docs/debugging.md lacks {}",
            step.as_str()
        );
    }
    let row = |name: &str| {
        let start = format!("| `{name}` |");
        guide.lines().find(|line| line.starts_with(&start))
    };
    let (world, op) = world();
    let (auth, _) = sign_in_with_debug(&world, &op);
    block_on(auth.sign_out(SignOutOptions::default()));
    let trace = exported(&auth);
    for event in trace["events"].as_array().unwrap() {
        let step = event["step"].as_str().unwrap();
        for member in event.as_object().unwrap().keys() {
            let is_general = ["at", "ms", "step"].contains(&&**member);
            let is_of_step = row(step).unwrap().contains(&format!("`{member}`"));
            let is_of_request = row(member).is_some();
            assert!(
                is_general || is_of_step || is_of_request,
                "{step}: {member}"
            );
        }
    }
    for member in trace.as_object().unwrap().keys() {
        assert!(row(member).is_some(), "{member}");
    }
}
