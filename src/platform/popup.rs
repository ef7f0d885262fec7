//! Whether a popup is closed: browsers say so of popups that are open, too.

/// Milliseconds for which a popup has to look closed while the page lacks the focus, until it counts as cut off.
/// When a popup is closed, the focus returns to the page sooner.
const CUT_OFF_AFTER: i64 = 500;

/// What the page has seen of a popup.
///
/// A provider's page, or the page itself, may send a Cross-Origin-Opener-Policy. From then on the popup looks closed
/// although it is open, and its response still arrives on the channel. It looks closed while it has the focus, which
/// a closed popup can't have. After that, nothing shows whether it is still there: only the response, the person or
/// the timeout ends the sign-in.
#[derive(Debug, Default)]
pub struct PopupWatch {
    /// Since when it looks closed while the page lacks the focus, in milliseconds.
    out_of_sight_since: Option<i64>,
    is_cut_off: bool,
}

impl PopupWatch {
    /// Whether the person seems to have closed it, from what the browser says now.
    pub fn is_closed(&mut self, looks_closed: bool, page_has_focus: bool, now: i64) -> bool {
        if !looks_closed || page_has_focus {
            self.out_of_sight_since = None;
        } else {
            let since = *self.out_of_sight_since.get_or_insert(now);
            self.is_cut_off |= now - since >= CUT_OFF_AFTER;
        }
        looks_closed && page_has_focus && !self.is_cut_off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the watch says after the browser has said this: looks closed, has focus, and at what time.
    fn last(observations: &[(bool, bool, i64)]) -> bool {
        let mut watch = PopupWatch::default();
        observations
            .iter()
            .map(|&(closed, focus, now)| watch.is_closed(closed, focus, now))
            .last()
            .unwrap_or_default()
    }

    #[test]
    fn a_popup_that_the_person_closes_is_closed() {
        assert!(last(&[(false, false, 0), (true, true, 100)]));
        // The focus takes a moment.
        let slow = [
            (false, false, 0),
            (true, false, 100),
            (true, false, 400),
            (true, true, 500),
        ];
        assert!(last(&slow));
    }

    #[test]
    fn a_popup_that_was_cut_off_is_not_closed_when_the_person_looks_at_the_page() {
        let looks = [
            (true, false, 0),
            (true, false, 300),
            (true, false, 600),
            (true, true, 700),
        ];
        assert!(!last(&looks));
        assert!(!last(
            &[&looks[..], &[(true, false, 900), (true, true, 60_000)]].concat()
        ));
        // Timers of hidden pages run once a second.
        assert!(!last(&[
            (true, false, 0),
            (true, false, 1_000),
            (true, true, 2_000)
        ]));
    }

    #[test]
    fn an_open_popup_is_not_closed() {
        assert!(!last(&[(false, true, 0)]));
        assert!(!last(&[(false, false, 0), (false, true, 5_000)]));
    }
}
