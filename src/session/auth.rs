//! [`Auth`]: everything an application can do with sign-in, as a thin facade. Each part has its own state
//! and its own module; here they are only put together.

use super::accounts::{Account, Accounts};
use super::activity::ActivityLog;
use super::auto_sign_in::AutoSignIn;
use super::code_flow::CodeFlow;
use super::expiry::{ExpiryPolicy, SessionExpiry};
use super::last_provider::LastProvider;
use super::options::SignInOptions;
use super::providers::ProviderDirectory;
use super::renewal::{RenewalOutcome, Renewer, Requirement};
use super::resume::Resumption;
use super::retry::RetryState;
use super::sessions::Sessions;
use super::sign_in::{SignInFlow, SignInOutcome};
use super::sign_out::{SignOutFlow, SignOutOptions, SignOutOutcome};
use super::signed_in::Session;
use super::state::AuthState;
use super::store::SessionStore;
use super::tab_channel::TabChannel;
use super::tab_sync::TabSync;
use super::third_party::InitiatedLogin;
use super::trace::{Event, Step, Trace};
use crate::config::{
    Brand, Languages, Mode, PositiveSeconds, ReplacedTexts, ResolvedConfig, Storage,
};
use crate::json::Object;
use crate::language::{LANGUAGES, Language};
use crate::platform::Platform;
use crate::protocol::Timestamp;
use crate::protocol::error::{Error, Result};
use crate::provider::Provider;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Everything an application can do with sign-in: the one value that components hold. Clones are handles
/// to the same thing.
pub struct Auth<P> {
    pub(super) parts: Rc<Parts<P>>,
}

/// The parts that [`Auth`] is put together from.
pub(super) struct Parts<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
    pub sessions: Rc<Sessions<P>>,
    pub sign_in: Rc<SignInFlow<P>>,
    pub renewer: Rc<Renewer<P>>,
    accounts: Rc<Accounts<P>>,
    resumption: Resumption<P>,
    sign_out: SignOutFlow<P>,
    tab_sync: TabSync<P>,
    last_provider: Rc<LastProvider<P>>,
    trace: Rc<Trace<P>>,
    api_origins: Vec<String>,
    brand: Brand,
    languages: Vec<&'static Language>,
    texts: Option<ReplacedTexts>,
}

impl<P> Clone for Auth<P> {
    fn clone(&self) -> Self {
        Auth {
            parts: Rc::clone(&self.parts),
        }
    }
}

impl<P: Platform> Auth<P> {
    /// Creates the API of a page from its configuration, as
    /// [`Config::resolve`](crate::config::Config::resolve) returns it.
    pub fn new(platform: P, resolved: ResolvedConfig) -> Auth<P> {
        let ResolvedConfig {
            settings,
            providers,
            addresses,
        } = resolved;
        let in_memory = settings.storage == Storage::Memory;
        let platform = Rc::new(platform);
        let trace = Rc::new(Trace::new(Rc::clone(&platform), settings.debug));
        trace.record(
            Event::new(Step::Configuration)
                .with("providers", providers.len() as i64)
                .with("mode", Mode::from(settings.mode))
                .with("storage", settings.storage.name()),
        );
        let providers = Rc::new(ProviderDirectory::new(
            Rc::clone(&trace),
            providers,
            addresses,
        ));
        let activity = Rc::new(ActivityLog::new(Rc::clone(&platform), in_memory));
        let sessions = Rc::new(Sessions {
            store: SessionStore::new(
                Rc::clone(&platform),
                Rc::clone(&providers),
                Rc::clone(&activity),
                settings.several_accounts,
                in_memory,
            ),
            expiry: ExpiryPolicy {
                platform: Rc::clone(&platform),
                activity: Rc::clone(&activity),
                max_session: settings.max_session.map(PositiveSeconds::get),
                idle_timeout: settings.idle_timeout.map(PositiveSeconds::get),
                silent_renew: settings.silent_renew,
            },
            channel: TabChannel::new(Rc::clone(&platform), Rc::clone(&trace)),
            platform: Rc::clone(&platform),
            trace: Rc::clone(&trace),
            activity,
            is_shared: settings.share_session.0,
            auto_sign_in: settings.auto_sign_in.is_some(),
            in_verification: RefCell::default(),
        });
        let code_flow = Rc::new(CodeFlow {
            platform: Rc::clone(&platform),
            providers: Rc::clone(&providers),
        });
        let retry = Rc::new(RetryState::default());
        let renewer = Rc::new(Renewer {
            platform: Rc::clone(&platform),
            providers: Rc::clone(&providers),
            sessions: Rc::clone(&sessions),
            code_flow: Rc::clone(&code_flow),
            retry: Rc::clone(&retry),
            silent_renew: settings.silent_renew,
        });
        let last_provider = Rc::new(LastProvider {
            platform: Rc::clone(&platform),
            providers: Rc::clone(&providers),
            is_remembered: settings.remember_last_provider.0,
        });
        let sign_in = Rc::new(SignInFlow {
            platform: Rc::clone(&platform),
            providers: Rc::clone(&providers),
            sessions: Rc::clone(&sessions),
            code_flow: Rc::clone(&code_flow),
            last_provider: Rc::clone(&last_provider),
            mode: settings.mode.into(),
        });
        let accounts = Rc::new(Accounts {
            platform: Rc::clone(&platform),
            providers: Rc::clone(&providers),
            sessions: Rc::clone(&sessions),
            renewer: Rc::clone(&renewer),
        });
        let parts = Parts {
            resumption: Resumption {
                platform: Rc::clone(&platform),
                sessions: Rc::clone(&sessions),
                sign_in: Rc::clone(&sign_in),
                auto_sign_in: AutoSignIn {
                    platform: Rc::clone(&platform),
                    providers: Rc::clone(&providers),
                    sign_in: Rc::clone(&sign_in),
                    mode: settings.auto_sign_in.map(Mode::from),
                    initiated: RefCell::default(),
                    is_redirecting: Cell::default(),
                },
                accounts: Rc::clone(&accounts),
                callback_error: RefCell::default(),
            },
            sign_out: SignOutFlow {
                platform: Rc::clone(&platform),
                providers: Rc::clone(&providers),
                sessions: Rc::clone(&sessions),
                last_provider: Rc::clone(&last_provider),
            },
            tab_sync: TabSync {
                sessions: Rc::clone(&sessions),
                code_flow,
                retry,
            },
            last_provider,
            trace,
            api_origins: settings.api_origins.to_vec(),
            brand: settings.brand.unwrap_or_default(),
            languages: languages(settings.languages.as_ref()),
            texts: settings.texts,
            platform,
            providers,
            sessions,
            sign_in,
            renewer,
            accounts,
        };
        Auth {
            parts: Rc::new(parts),
        }
    }

    /// The providers, in the order in which people see them.
    pub fn providers(&self) -> &[Provider] {
        self.parts.providers.all()
    }

    /// The product that people sign in to.
    pub fn brand(&self) -> &Brand {
        &self.parts.brand
    }

    /// The id of the provider that somebody signed in with last on this device, if that is remembered.
    pub fn last_provider(&self) -> Option<String> {
        self.parts.last_provider.read()
    }

    /// Brings the popup of the sign-in in progress to the front, if there is one.
    pub fn show_popup(&self) {
        self.parts.platform.show_popup();
    }

    /// Returns the last steps of this page as JSON, for whoever looks for the cause of a failure. It holds no
    /// token, code or other secret, and nothing about the person. `docs/debugging.md` describes it.
    pub fn export_trace(&self) -> String {
        self.parts.trace.export(self.providers())
    }

    /// Logs the steps to the console from now on, as the setting `debug` does, and those until now.
    pub fn enable_debug(&self) {
        self.parts.trace.enable_debug();
    }

    /// The only origins that requests may send the access token to.
    pub fn api_origins(&self) -> &[String] {
        &self.parts.api_origins
    }

    /// The languages that people can choose, the preferred one first.
    pub fn languages(&self) -> &[&'static Language] {
        &self.parts.languages
    }

    /// The texts that the configuration has instead of the page's own, in this language.
    pub fn replaced_texts(&self, language: &Language) -> Object {
        let texts = self.parts.texts.as_ref();
        let texts = texts.and_then(|texts| texts.of(language.tag));
        texts.cloned().unwrap_or_default()
    }

    /// Fetches what a sign-in with this provider will need. A failure only shows when somebody signs in.
    pub async fn prefetch(&self, provider: &str) {
        let providers = &self.parts.providers;
        if let Ok(provider) = providers.get(provider) {
            let _ = providers.metadata(provider).await;
        }
    }

    /// Finds out who is signed in. Call it when the page loads: it finishes a sign-in or sign-out that
    /// returns from a provider, or resumes the session of this tab or another one.
    pub async fn resume(&self) -> AuthState {
        self.parts.resumption.resume().await
    }

    /// Lets a third party start a sign-in
    /// ([Core §4](https://openid.net/specs/openid-connect-core-1_0.html#ThirdPartyInitiatedLogin)) with providers whose
    /// settings allow it. Call it before [`resume`](Self::resume), in a document whose query is all its own: it takes
    /// `iss`, `login_hint` and `target_link_uri` out of the address.
    pub fn accept_third_party_login(&self) {
        let parts = &*self.parts;
        let login = InitiatedLogin::take(&*parts.platform, parts.providers.all(), &parts.trace);
        parts.resumption.auto_sign_in.initiated.replace(login);
    }

    /// Returns the account that a third party suggests for this provider. The second call returns `None`.
    pub fn take_login_hint(&self, provider: &str) -> Option<String> {
        let mut login = self.parts.resumption.auto_sign_in.initiated.borrow_mut();
        let login = login.as_mut().filter(|login| login.names(provider))?;
        login.options.login_hint.take()
    }

    /// Returns the provider that has this email domain, in ASCII, among its `email_domains`.
    pub fn provider_of_email(&self, domain: &str) -> Option<&Provider> {
        super::email::provider_of(self.providers(), domain)
    }

    /// Returns why the sign-in failed that the page was loaded for, if somebody is still signed in. The
    /// second call returns `None`.
    pub fn take_callback_error(&self) -> Option<Error> {
        self.parts.resumption.callback_error.take()
    }

    /// Returns the new state of a page where somebody is signed in, or `None` if nothing has changed.
    pub async fn check(&self) -> Option<AuthState> {
        self.parts.resumption.check().await
    }

    /// The mode of a sign-in with these options.
    pub fn mode(&self, options: &SignInOptions) -> Mode {
        self.parts.sign_in.mode(options)
    }

    /// Signs somebody in. The current session stays until the new one replaces it.
    ///
    /// For a popup, call it within a click: browsers only open popups there, so this happens before the
    /// call returns. The rest is in the future, which always completes.
    ///
    /// # Errors
    /// [`ErrorCode::CryptoUnavailable`], [`ErrorCode::StorageUnavailable`], [`ErrorCode::Aborted`],
    /// [`ErrorCode::RedirectInFrame`] and everything that fetching the provider's metadata can fail with. For popups and silent sign-ins also
    /// [`ErrorCode::PopupBlocked`], [`ErrorCode::PopupClosed`], [`ErrorCode::PopupTimeout`],
    /// [`ErrorCode::SilentRefused`], [`ErrorCode::SilentTimeout`] and everything that a provider's response
    /// can be rejected for.
    ///
    /// [`ErrorCode::CryptoUnavailable`]: crate::protocol::error::ErrorCode::CryptoUnavailable
    /// [`ErrorCode::StorageUnavailable`]: crate::protocol::error::ErrorCode::StorageUnavailable
    /// [`ErrorCode::Aborted`]: crate::protocol::error::ErrorCode::Aborted
    /// [`ErrorCode::RedirectInFrame`]: crate::protocol::error::ErrorCode::RedirectInFrame
    /// [`ErrorCode::PopupBlocked`]: crate::protocol::error::ErrorCode::PopupBlocked
    /// [`ErrorCode::PopupClosed`]: crate::protocol::error::ErrorCode::PopupClosed
    /// [`ErrorCode::PopupTimeout`]: crate::protocol::error::ErrorCode::PopupTimeout
    /// [`ErrorCode::SilentRefused`]: crate::protocol::error::ErrorCode::SilentRefused
    /// [`ErrorCode::SilentTimeout`]: crate::protocol::error::ErrorCode::SilentTimeout
    pub fn sign_in(
        &self,
        provider: &str,
        options: SignInOptions,
    ) -> impl Future<Output = Result<SignInOutcome>> + use<P> {
        let flow = Rc::clone(&self.parts.sign_in);
        self.parts
            .resumption
            .auto_sign_in
            .on_sign_in(flow.mode(&options));
        let method = flow.prepare(provider, &options);
        let provider = provider.to_owned();
        async move { flow.run(&provider, &options, method).await }
    }

    /// Whether a redirect to a provider can work: not in a frame of another site, because providers refuse to be framed.
    pub fn can_redirect(&self) -> bool {
        !self.parts.platform.is_framed()
    }

    /// Whether a page that requires a sign-in may start one without a click now. If so, that's recorded, and the
    /// next [`sign_in`](Self::sign_in) doesn't count as a click: a session that gets lost on the way back doesn't
    /// lead to a redirect loop. After three redirects, the answer is `false` until somebody clicks or a session
    /// has lasted a minute. In a frame of another site, it's always `false`.
    pub fn may_auto_redirect(&self) -> bool {
        let auto_sign_in = &self.parts.resumption.auto_sign_in;
        let may_redirect = self.can_redirect() && auto_sign_in.may_redirect();
        auto_sign_in.is_redirecting.set(may_redirect);
        may_redirect
    }

    /// Removes the session, revokes its tokens ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)), then
    /// redirects to the provider's end session endpoint
    /// ([RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)).
    /// It never fails: if the provider can't be reached, the person is signed out here.
    pub async fn sign_out(&self, options: SignOutOptions) -> SignOutOutcome {
        self.parts.sign_out.end_sessions(options, false).await
    }

    /// Removes the session and revokes its tokens, whatever the configuration says about revocation. The
    /// page stays.
    pub async fn revoke(&self) -> SignOutOutcome {
        let options = SignOutOptions::default().with_local(true);
        self.parts.sign_out.end_sessions(options, true).await
    }

    /// Makes sure that the access token is valid for at least so many seconds, renewing it if necessary.
    ///
    /// Only one tab renews at a time, and each takes over what another has received: a refresh token is
    /// used once. Only the provider's answer ends a session; network failures and outages don't.
    pub async fn renew(&self, min_validity: i64) -> RenewalOutcome {
        let requirement = Requirement {
            min_validity,
            rejected: None,
        };
        self.parts.renewer.renew(requirement).await
    }

    /// Like [`renew`](Self::renew) if an API has rejected this access token, however valid it seems: any
    /// other that hasn't expired will do. Many requests that are rejected at once lead to one renewal.
    pub async fn renew_rejected(&self, rejected: &str) -> RenewalOutcome {
        let requirement = Requirement {
            min_validity: 0,
            rejected: Some(rejected),
        };
        self.parts.renewer.renew(requirement).await
    }

    /// Renews the tokens if that's due. A session that can't be renewed is left alone.
    pub async fn renew_if_due(&self) -> RenewalOutcome {
        self.parts.renewer.renew_if_due().await
    }

    /// Whether the session can be renewed without prompting the person: with a refresh token, or silently
    /// if that's configured.
    pub fn is_renewable(&self, session: &Session) -> bool {
        self.parts.renewer.is_renewable(session)
    }

    /// Seconds until something has to happen to the session: a renewal, a warning, or its end. `failures`:
    /// how many renewals have failed in a row.
    pub fn next_check_in(&self, session: &Session, failures: u32) -> i64 {
        self.parts.renewer.next_check_in(session, failures)
    }

    /// Seconds until the access token expires; zero or less if it has.
    pub fn seconds_left(&self, session: &Session) -> i64 {
        self.seconds_until(session.expires_at)
    }

    /// Seconds until this time; negative if it has passed.
    pub fn seconds_until(&self, at: Timestamp) -> i64 {
        at - self.parts.platform.now()
    }

    /// When and why the session will end unless something changes. `None` if only the provider knows.
    pub fn expiry(&self, session: &Session) -> Option<SessionExpiry> {
        self.parts.sessions.expiry.expiry(session)
    }

    /// When the session ends whatever the person does in the page: with its tokens, or at the configured
    /// age.
    pub fn ends_at(&self, session: &Session) -> Option<Timestamp> {
        self.parts.sessions.expiry.ends_at(session)
    }

    /// The end that people have to be warned about now.
    pub fn warning(&self) -> Option<SessionExpiry> {
        self.parts.sessions.warning()
    }

    /// Whether activity matters to the session: whether an idle timeout is configured.
    pub fn watches_activity(&self) -> bool {
        self.parts.sessions.expiry.has_idle_timeout()
    }

    /// Restarts the idle timeout because the person is active. During a warning this does nothing: then
    /// the person is asked, and answers with [`extend`](Self::extend).
    pub fn note_activity(&self) {
        self.parts.sessions.note_activity();
    }

    /// Restarts the idle timeout, in every tab, because the person wants to stay signed in.
    pub fn extend(&self) {
        self.parts.sessions.extend();
    }

    /// Processes a message from another tab. Returns the new state if it changes. Waits only while the
    /// signature of a session that's new here is verified.
    pub async fn on_message(&self, message: &str) -> Option<AuthState> {
        let tab_sync = &self.parts.tab_sync;
        tab_sync.on_message(message, self.providers()).await
    }

    /// Whether another sign-in keeps the account that is signed in.
    pub fn has_several_accounts(&self) -> bool {
        self.parts.sessions.store.has_several_accounts()
    }

    /// The accounts that are signed in here, the current one first. Empty unless `several_accounts` is
    /// configured.
    pub fn accounts(&self) -> Vec<Account> {
        self.parts.accounts.list()
    }

    /// Makes another account the current one, in every tab, and renews its tokens if that's due. The
    /// account that was current becomes inactive.
    ///
    /// # Errors
    /// [`ErrorCode::SessionExpired`](crate::protocol::error::ErrorCode::SessionExpired) if the account's
    /// session has ended, and
    /// [`ErrorCode::StorageUnavailable`](crate::protocol::error::ErrorCode::StorageUnavailable). The
    /// current account stays the same then.
    pub async fn switch_account(&self, id: &str) -> Result<Rc<Session>> {
        let switched = self.parts.accounts.switch(id).await;
        if let Err(error) = &switched {
            self.parts.providers.record_error(error);
        }
        switched
    }

    /// Ends the sessions of inactive accounts that have expired.
    pub async fn check_accounts(&self) {
        self.parts.sessions.end_expired_inactive().await;
    }
}

/// The configured languages, or all.
fn languages(configured: Option<&Languages>) -> Vec<&'static Language> {
    match configured {
        Some(tags) => tags
            .iter()
            .filter_map(|tag| Language::with_tag(tag))
            .collect(),
        None => LANGUAGES.iter().collect(),
    }
}
