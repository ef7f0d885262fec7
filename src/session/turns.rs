//! Turns without Web Locks: tabs agree over their channel on who renews. Whoever wants to asks; who is
//! at it, or drew the smaller number, answers; who hears nothing goes on.

use super::Auth;
use super::tabs::Message;
use crate::platform::Platform;
use std::cell::Cell;
use std::rc::Rc;

/// Milliseconds that other tabs have to answer. Their timers may be stretched, their messages are not.
const TURN_ANSWER_TIME: u32 = 60;
/// So often a tab asks before it goes on all the same: longer than a renewal can take.
const PATIENCE: u32 = 750;

/// What this page knows of who wants a turn.
#[derive(Default)]
pub(super) struct Turns {
    own: Rc<Cell<Option<Claim>>>,
    /// Whether a tab that comes first has answered.
    refused: Cell<bool>,
}

#[derive(Clone, Copy)]
struct Claim {
    number: i64,
    is_held: bool,
}

/// A turn; it ends when the value is dropped.
pub(super) struct Turn(Rc<Cell<Option<Claim>>>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

impl<P: Platform> Auth<P> {
    /// Waits for this tab's turn.
    pub(super) async fn claim_turn(&self, turns: &Turns) -> Turn {
        // Within one page, too.
        while turns.own.get().is_some() {
            self.platform().wait(TURN_ANSWER_TIME).await;
        }
        let turn = Turn(Rc::clone(&turns.own));
        for _ in 0..PATIENCE {
            let number = self.chance(i64::from(u32::MAX - 1));
            turns.own.set(Some(Claim {
                number,
                is_held: false,
            }));
            turns.refused.set(false);
            self.tell(&Message::Turn { number, asks: true });
            self.platform().wait(TURN_ANSWER_TIME).await;
            if !turns.refused.get() {
                break;
            }
        }
        turns.own.set(turns.own.get().map(|claim| Claim {
            is_held: true,
            ..claim
        }));
        turn
    }

    /// Another tab asks with its number, or answers the one that asked with this number.
    pub(super) fn hear_of_turn(&self, number: i64, asks: bool) {
        let Some(turns) = self.extras().map(|extras| &extras.turns) else {
            return;
        };
        let Some(own) = turns.own.get() else {
            return;
        };
        if asks && (own.is_held || own.number < number) {
            self.tell(&Message::Turn {
                number,
                asks: false,
            });
        } else if asks || own.number == number {
            turns.refused.set(true);
        }
    }
}
