use super::*;

#[test]
fn reads_dates_and_nothing_else() {
    for (text, time) in [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799),
        ("Wed, 31 Dec 2025 12:00:00 GMT", 1_767_182_400),
        ("Sun, 01 Mar 2026 00:00:00 GMT", 1_772_323_200),
    ] {
        assert_eq!(date(text), Some(time), "{text}");
    }
    for text in [
        "",
        "0",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 ovD 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sat, 01 Jan 0000 00:00:00 GMT",
    ] {
        assert_eq!(date(text), None, "{text}");
    }
}

#[test]
fn a_server_may_ask_for_a_pause_of_at_most_an_hour() {
    let now = 784_111_777;
    let answer = |status, text: &str| Response {
        status,
        content_type: String::new(),
        retry_after: Some(text.to_owned()),
        request_id: None,
        body: Vec::new(),
    };
    for (status, text, wait) in [
        (429, "30", Some(30)),
        (503, " 120 ", Some(120)),
        (503, "Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
        (503, "Sun, 06 Nov 1994 08:48:37 GMT", None),
        (503, "999999999999", Some(3600)),
        (503, "-1", None),
        (503, "soon", None),
        (400, "30", None),
    ] {
        assert_eq!(
            answer(status, text).retry_after(now),
            wait,
            "{status} {text}"
        );
    }
}
