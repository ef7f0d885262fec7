//! Signing in as a person does, and what the page shows afterwards.

use crate::context::TestContext;
use crate::element::Role;
use anyhow::{Result, ensure};

/// The titles of what people did themselves.
const ENDED_BY_THE_PERSON: &[&str] = &[
    "Sign-in wasn't completed",
    "The sign-in window was closed",
    "Sign-in was canceled",
    "We need your permission to sign you in",
];

impl TestContext {
    /// Goes from the picker to the provider, and presses the button of this test user (or "Cancel") there.
    /// Doesn't wait for the result.
    pub async fn start_sign_in(&self, provider: &str, user: &str) -> Result<()> {
        self.click(Role::Button, &format!("Sign in with {provider}"))
            .await?;
        self.click(Role::Button, user).await
    }

    /// Signs in from the picker, and waits until the page shows the user.
    pub async fn sign_in(&self, provider: &str, user: &str) -> Result<()> {
        self.start_sign_in(provider, user).await?;
        self.expect_signed_in(user).await
    }

    pub async fn expect_signed_in(&self, user: &str) -> Result<()> {
        self.find(Role::Heading, "You're signed in").await?;
        self.expect_text(user).await?;
        self.has_signed_in.set(true);
        self.collect_secrets().await
    }

    /// Expects a failed sign-in: a message with this text, which is an alert unless people ended the sign-in
    /// themselves, nobody signed in, nothing stored, and a picker
    /// that still works.
    pub async fn expect_sign_in_error(&self, text: &str) -> Result<()> {
        self.expect_text(text).await?;
        let role = if ENDED_BY_THE_PERSON.contains(&text) {
            "status"
        } else {
            "alert"
        };
        self.wait_for_js(&format!(
            "document.querySelector('#vestibule-alert')?.getAttribute('role') === '{role}'"
        ))
        .await?;
        let picker = self.find(Role::Button, "Sign in with Company SSO").await?;
        ensure!(picker.is_enabled().await?, "the picker is disabled");
        self.expect_no_text("You're signed in").await?;
        self.expect_empty_session_storage().await?;
        self.collect_secrets().await
    }

    /// Opens the details under an error message, and expects these texts.
    pub async fn expect_admin_details(&self, texts: &[&str]) -> Result<()> {
        self.click(Role::Disclosure, "Technical details").await?;
        for text in texts {
            self.expect_text(text).await?;
        }
        Ok(())
    }

    /// Presses "Sign out", here and at the provider.
    pub async fn sign_out_at_provider(&self) -> Result<()> {
        self.click(Role::Button, "Sign out").await?;
        self.find(Role::Heading, "Sign out of").await?;
        self.click(Role::Button, "Sign out").await
    }

    /// Expects the picker, no trace of this user, and nothing stored.
    pub async fn expect_signed_out(&self, user: &str) -> Result<()> {
        self.find(Role::Button, "Sign in with Company SSO").await?;
        self.expect_no_text(user).await?;
        self.expect_empty_session_storage().await
    }

    /// Expects that this text holds no token, code or verifier.
    pub async fn expect_no_secret(&self, text: &str) -> Result<()> {
        self.collect_secrets().await?;
        let found = self.secrets.borrow().secrets_in(text);
        ensure!(found.is_empty(), "the text holds {found:?}");
        Ok(())
    }

    /// Prepares the next case of the same test: no faults, no cookies, no cache, no session.
    pub async fn reset(&self) -> Result<()> {
        self.collect_secrets().await?;
        self.provider.clear_faults()?;
        self.provider.clear_sessions()?;
        self.clear_browser_cache().await?;
        self.execute("sessionStorage.clear()", vec![]).await?;
        self.open("").await
    }
}
