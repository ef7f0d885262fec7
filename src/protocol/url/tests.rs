use super::*;

#[test]
fn accepts_https_and_loopback_http() {
    for url in [
        "https://id.example.com",
        "https://id.example.com:8443/a/b?p=x",
        "https://[2001:db8::1]:443/",
        "http://localhost:4400/plain",
        "http://127.0.0.1:8080",
        "http://[::1]/",
        "http://app.localhost/",
    ] {
        assert!(Endpoint::parse(url).is_ok(), "{url}");
    }
}

#[test]
fn rejects_everything_that_another_reader_could_understand_differently() {
    use UrlProblem::*;
    for (url, problem) in [
        ("id.example.com", NotAbsolute),
        ("//id.example.com", NotAbsolute),
        ("javascript:alert(1)", NotAbsolute),
        ("ftp://id.example.com", NotAbsolute),
        ("http://id.example.com", Insecure),
        ("http://127.0.0.1.example.com", Insecure),
        ("http://127.1", Insecure),
        ("http://localhost.example.com", Insecure),
        ("http://192.168.0.1", Insecure),
        ("https://", Host),
        ("https:///path", Host),
        ("https://a..b/", Host),
        ("https://a:99999/", Host),
        ("https://a:+1/", Host),
        ("https://a:/", Host),
        ("https://[::1", Host),
        ("https://good.example@evil.example/", UserInfo),
        ("https://id.example.com/#x", Fragment),
        ("https://id.example.com\\@evil.example", Character),
        ("https://id.example.com/ x", Character),
        ("https://id.exa\u{043c}ple.com/", Character),
        ("https://id.example.com/\n", Character),
    ] {
        assert_eq!(Endpoint::parse(url), Err(problem), "{url}");
    }
}

#[test]
fn adds_to_a_query_that_is_there() {
    let params = [("scope", "openid email"), ("x", "a&b=c#d")];
    for (url, expected) in [
        (
            "https://a.example/auth",
            "https://a.example/auth?scope=openid+email&x=a%26b%3Dc%23d",
        ),
        (
            "https://a.example/auth?p=b2c",
            "https://a.example/auth?p=b2c&scope=openid+email&x=a%26b%3Dc%23d",
        ),
        (
            "https://a.example/auth?",
            "https://a.example/auth?scope=openid+email&x=a%26b%3Dc%23d",
        ),
    ] {
        assert_eq!(Endpoint::parse(url).unwrap().with_query(params), expected);
    }
}

#[test]
fn knows_the_origin() {
    for (url, origin) in [
        ("https://a.example/b/c", "https://a.example"),
        ("https://a.example:8443?x", "https://a.example:8443"),
        ("http://[::1]:80/", "http://[::1]:80"),
        ("https://a.example", "https://a.example"),
    ] {
        assert_eq!(Endpoint::parse(url).unwrap().origin(), origin);
    }
}

#[test]
fn a_way_back_stays_on_the_origin() {
    for path in [
        "/",
        "/app?tab=1#part",
        "/a//b",
        "/%2f%2fevil.example",
        "/@evil.example",
    ] {
        assert!(ReturnTo::parse(path).is_some(), "{path}");
    }
    for path in [
        "",
        "app",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " /app",
        "/a\\b",
        "/\u{0}/evil.example",
        "/\u{a0}",
    ] {
        assert!(ReturnTo::parse(path).is_none(), "{path:?}");
    }
}
