//! The whole page, once its configuration is there.

use super::access::{Authenticated, Unauthenticated};
use super::ending::EndingWarning;
use super::sign_in::SignInCard;
use super::signed_in::SignedInCard;
use leptos::prelude::*;

/// One card: sign in, or who is signed in. Nothing while that is not known. Needs an
/// [`AuthContext`](super::AuthContext).
#[component]
pub fn AuthPage() -> impl IntoView {
    view! {
        <Unauthenticated>
            <SignInCard />
        </Unauthenticated>
        <Authenticated>
            <SignedInCard />
            <EndingWarning />
        </Authenticated>
    }
}
