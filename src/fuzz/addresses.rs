//! Addresses and dates.

use super::{ACCEPTED, NOW, Outcome, answer};
use crate::protocol::http::{self, LONGEST_WAIT};
use crate::protocol::url::{Endpoint, ReturnTo};
use oauth2::url::{Host, Url};

/// A path that somebody wants to return to never leads to another origin, as browsers read it. Neither does a
/// relative address of the configuration.
pub(super) fn return_to(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    joins_as_browsers_do(&text);
    let Some(place) = ReturnTo::parse(&text) else {
        return "rejected".to_owned();
    };
    assert_eq!(place.as_str(), text, "it is changed");
    for page in [
        "https://app.example.com/",
        "https://app.example.com/login/?a=b#c",
        "http://localhost:8080/x/index.html",
    ] {
        let page = Url::parse(page).unwrap();
        let there = page.join(place.as_str()).expect("it is an address");
        assert_eq!(there.origin(), page.origin(), "{text:?} leaves the origin");
        assert_eq!(there.username(), "", "{text:?} names a user");
    }
    let parts = text
        .chars()
        .filter(|c| matches!(c, '?' | '#' | '%' | '@' | ':'));
    let mut parts: Vec<char> = parts.collect();
    parts.sort_unstable();
    parts.dedup();
    format!("{ACCEPTED} {}", String::from_iter(parts))
}

fn joins_as_browsers_do(reference: &str) {
    for base in [
        "https://app.example.com",
        "https://app.example.com/settings/vestibule.json?v=2",
        "http://localhost:8080/a//b/",
    ] {
        let Ok(joined) = Endpoint::parse(base).unwrap().join(reference) else {
            continue;
        };
        let by_browsers = Url::parse(base).unwrap().join(reference).unwrap();
        assert_eq!(joined.origin(), by_browsers.origin().ascii_serialization());
        // Our model of a browser takes a colon in a path for a drive of Windows. Encoded dots stay as they are.
        if !reference.contains([':', '%']) {
            let joined = Url::parse(joined.as_str()).unwrap();
            assert_eq!(joined, by_browsers, "{reference:?} from {base}");
        }
    }
}

/// Browsers read an endpoint as it was read here.
pub(super) fn endpoint(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let endpoint = match Endpoint::parse(&text) {
        Ok(endpoint) => endpoint,
        Err(problem) => return problem.to_string(),
    };
    assert_eq!(endpoint.as_str(), text, "it is changed");
    let query = endpoint
        .query()
        .map_or(String::new(), |query| format!("?{query}"));
    assert_eq!([endpoint.origin(), endpoint.path(), &query].concat(), text);
    assert!(endpoint.path().is_empty() || endpoint.path().starts_with('/'));

    // Some addresses no browser can open: a host like 256.0.0.1, for example.
    let Ok(url) = Url::parse(&text) else {
        return format!("{ACCEPTED}, but no address for browsers");
    };
    assert_eq!(
        (url.username(), url.password(), url.fragment()),
        ("", None, None)
    );
    let origin = Url::parse(endpoint.origin()).expect("its origin is an address");
    assert_eq!(origin.origin(), url.origin(), "{text:?} has another origin");
    let is_loopback = match url.host().expect("it has a host") {
        Host::Domain(name) => {
            assert_eq!(
                endpoint.host().to_ascii_lowercase(),
                name,
                "{text:?} has another host"
            );
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    assert!(
        url.scheme() == "https" || is_loopback,
        "{text:?} isn't secure"
    );

    let added = [("state", "a b&c=d"), ("ä", "#?/\\\u{0}")];
    let with_query = endpoint.with_query(added);
    let longer = Url::parse(&with_query).expect("it stays an address");
    assert_eq!(longer.origin(), url.origin());
    assert_eq!(longer.path(), url.path());
    assert_eq!(longer.fragment(), None);
    let pairs: Vec<_> = longer.query_pairs().collect();
    let (before, after) = pairs.split_at(pairs.len() - added.len());
    assert!(
        before.iter().cloned().eq(url.query_pairs()),
        "{text:?} loses a parameter"
    );
    assert!(
        after
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .eq(added)
    );
    format!(
        "{ACCEPTED} {:?} {}",
        url.host().map(|host| matches!(host, Host::Domain(_))),
        url.scheme()
    )
}

/// The fields of a date are those that were written, and a pause is within its limits.
pub(super) fn date(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let mut response = answer(503, b"");
    response.retry_after = Some(text.clone().into_owned());
    let pause = response.retry_after(NOW);
    assert!(
        pause.is_none_or(|pause| (1..=LONGEST_WAIT).contains(&pause)),
        "{pause:?}"
    );
    response.status = 200;
    assert_eq!(
        response.retry_after(NOW),
        None,
        "only 429 and 503 ask for a pause"
    );

    let Some(time) = http::date(&text) else {
        let what = if pause.is_some() {
            "seconds"
        } else {
            "no date"
        };
        return what.to_owned();
    };
    let fields: Vec<&str> = text.trim().split([' ', ':']).collect();
    let number = |index: usize| fields[index].parse::<i64>().unwrap();
    let (day, year) = (number(1), number(3));
    let (hour, minute, second) = (number(4), number(5), number(6));
    assert_eq!(fields.len(), 8);
    // A leap second is the first of the next minute.
    let (days, seconds) = (time.div_euclid(86_400), time.rem_euclid(86_400));
    let midnight = days * 86_400;
    assert!(
        (-1..=1).contains(&(days - (time - (hour * 60 + minute) * 60 - second).div_euclid(86_400)))
    );
    if second < 60 {
        assert_eq!(seconds, (hour * 60 + minute) * 60 + second, "{text:?}");
        let (found_year, found_month, found_day) = civil(days);
        // The 30th of February is the 1st or 2nd of March.
        if day >= 1 && day <= days_of(year, fields[2]) {
            assert_eq!((found_year, found_day), (year, day), "{text:?}");
            assert_eq!(MONTHS[found_month], fields[2], "{text:?}");
        }
    }
    assert!(midnight <= time);
    format!("{ACCEPTED} {}", fields[2])
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: &str) -> i64 {
    match month {
        "Feb" if is_leap(year) => 29,
        "Feb" => 28,
        "Apr" | "Jun" | "Sep" | "Nov" => 30,
        _ => 31,
    }
}

/// Year, month (from 0) and day of a number of days since 1970, counted year by year and month by month.
fn civil(mut days: i64) -> (i64, usize, i64) {
    let mut year = 1970;
    let length = |year| if is_leap(year) { 366 } else { 365 };
    while days < 0 {
        year -= 1;
        days += length(year);
    }
    while days >= length(year) {
        days -= length(year);
        year += 1;
    }
    let mut month = 0;
    while days >= days_of(year, MONTHS[month]) {
        days -= days_of(year, MONTHS[month]);
        month += 1;
    }
    (year, month, days + 1)
}
