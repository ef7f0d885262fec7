//! Every setting of `vestibule.json`: a field and its documentation. The JSON schema, the
//! TypeScript types and the explanations of issues are made from this.
//!
//! To add a setting, add a field here, a rule in [`rules`](super::rules) if its type isn't rule
//! enough, and a line in a guide. Then run `UPDATE_SCHEMA=1 cargo test config`, which writes the
//! schema and the types.

use super::named::{AutoSignIn, InteractiveMode, ProviderKind, ResponseMode, Storage};
use super::setting::{Setting, setting_name, settings};
use super::value::{
    Color, Domain, EmailDomains, Image, IssuerUrl, Languages, Link, Name, OnByDefault,
    OptionalValue, Origins, PageUrl, Params, Path, PositiveSeconds, ReplacedTexts, Scope, Seconds,
    SettingValue, Text, Texts, Url, Words,
};
use super::value_type::ValueType;
use crate::json::{self, Json, Object};
use oauth2::{ClientId, ClientSecret};

settings! {
    /// The settings of `vestibule.json`, each of the right type. [`Config`](super::Config) is the
    /// type whose settings are also right together.
    pub struct Settings;

    required {
        /// The sign-in providers, in the order in which people see them.
        providers: Vec<ProviderConfig>,
    }
    optional {
        /// The address of the JSON schema, for editors.
        schema as "$schema": Option<Text>,
        /// The scopes to ask for. Default: openid profile email.
        scope: Option<Scope>,
        /// Where providers send people back to: the page's own address, as registered, or a path
        /// relative to this file. Default: the address of the page without query.
        redirect_uri: Option<PageUrl>,
        /// Where providers send people after sign-out, as registered, or a path relative to this
        /// file. Default: the redirect URI.
        post_logout_redirect_uri: Option<PageUrl>,
        /// The origins of your APIs, like `https://api.example.com`: the only ones that auth.fetch
        /// sends the access token to. Default: none.
        api_origins: Origins,
        /// Where providers send popups and hidden iframes back to: the address of callback.html,
        /// as registered, or a path relative to this file. Default: callback.html in the folder of
        /// the redirect URI.
        popup_redirect_uri: Option<PageUrl>,
        /// Whether people sign in on this page (redirect) or in a popup. Default: redirect.
        mode: InteractiveMode,
        /// How the page signs people in when it opens, once in a tab: in a hidden iframe at the
        /// first provider without asking them (silent), or by going to the only provider
        /// (redirect). Default: people choose a provider.
        auto_sign_in: Option<AutoSignIn>,
        /// Whether sessions without a refresh token are renewed in a hidden iframe. Most browsers
        /// block the provider's cookies there, unless provider and page are on the same site.
        /// Default: false.
        silent_renew: bool,
        /// Whether the tabs of this page's origin share the session. Default: true.
        share_session: OnByDefault,
        /// Whether people can be signed in with several accounts at once and switch between them.
        /// Default: false, so that a further sign-in replaces the one before.
        several_accounts: bool,
        /// Where the session is stored: session (the tab's session storage, which survives a
        /// reload) or memory (gone when the last page closes). Default: session.
        storage: Storage,
        /// The product that people sign in to: its name, logo, color and links. Default: none.
        brand: Option<Brand>,
        /// Whether the page marks the provider that was used last on this device. Default: true.
        remember_last_provider: OnByDefault,
        /// The languages that people can choose, the preferred one first. Default: every language
        /// that there are texts in, English first.
        languages: Option<Languages>,
        /// Texts to show instead of the page's own, by language and key, like
        /// { "de": { "sign_in.title": "Willkommen" } }. The keys are those of texts/en.json.
        texts: Option<ReplacedTexts>,
        /// Seconds from the sign-in to the end of the session, however often it is renewed.
        /// Default: as long as the provider allows.
        max_session: Option<PositiveSeconds>,
        /// Seconds without pointer, key, touch or scrolling in any tab after which the session
        /// ends. People are warned and can stay signed in. Default: never.
        idle_timeout: Option<PositiveSeconds>,
        /// Whether the browser's console shows each step of signing in and out, without secrets and
        /// personal data. Default: false.
        debug: bool,
    }
}

settings! {
    /// The product that people sign in to.
    #[derive(Default)]
    pub struct Brand;

    required {}
    optional {
        /// The product's name, as in "Sign in to Acme Travel".
        name: Option<Text>,
        /// The address of the logo, relative to the page or on https. It's the page's icon, too.
        logo: Option<Image>,
        /// The logo on dark backgrounds. Default: logo.
        logo_dark: Option<Image>,
        /// The product's color, like #0a7d55. Where text in it would be hard to read, the page
        /// uses a darker or lighter one.
        accent: Option<Color>,
        /// Where people continue after signing in: a path of this site or an https address.
        home: Option<Link>,
        /// Where people find help: a path of this site, an https or email address.
        help: Option<Link>,
        /// The privacy policy.
        privacy: Option<Link>,
        /// The terms of service.
        terms: Option<Link>,
        /// Where people turn to if sign-in fails: a path of this site, an https or email address.
        support: Option<Link>,
        /// A stylesheet of this site, which the page loads before it shows anything.
        stylesheet: Option<Path>,
    }
}

settings! {
    /// One entry of `providers`.
    pub struct ProviderConfig;

    required {
        /// Your name for the provider, unique in the file.
        id: Name,
        /// The vendor; oidc for any OpenID Connect issuer.
        kind: ProviderKind,
        /// The client id (application id) that the provider gave this page.
        client_id: ClientId,
    }
    optional {
        /// Where only this provider sends people back to: a copy of index.html in the same folder,
        /// like okta.html, relative to this file, or `https://app.example.com/login/okta.html`. It
        /// tells apart providers that don't name themselves in their responses (RFC 9207).
        redirect_uri: Option<PageUrl>,
        /// The same for popups and silent sign-in: a copy of callback.html in the same folder.
        popup_redirect_uri: Option<PageUrl>,
        /// Where the provider puts its response: in the query or the fragment of the redirect URI.
        /// Default: the provider decides, and that's the query. In the fragment, codes can be
        /// longer than the page's host accepts.
        response_mode: Option<ResponseMode>,
        /// The name on the button. Default: the vendor's name.
        label: Option<Text>,
        /// The address of an image for the button, relative to the page or on https.
        icon: Option<Text>,
        /// false takes the provider out of the picker. Default: true.
        enabled: OnByDefault,
        /// The domains of the email addresses that sign in here, like contoso.com, without their
        /// subdomains. With any, the page asks for the email address first. Everybody can read
        /// them.
        email_domains: Option<EmailDomains>,
        /// The scopes to ask this provider for, instead of the file's scope.
        scope: Option<Scope>,
        /// The tenant's id (GUID) or domain, organizations, common or consumers.
        #[only(Microsoft)]
        tenant: Option<Text>,
        /// The ids (GUIDs) of the only tenants whose people may sign in.
        #[only(Microsoft)]
        allowed_tenants: Option<Texts>,
        /// The domain of the directory to send people to without asking (organizations and common).
        #[only(Microsoft)]
        domain_hint: Option<Text>,
        /// Google demands one of web clients. Anyone who opens the page can read it, so it protects
        /// nothing.
        #[only(Google)]
        client_secret: Option<ClientSecret>,
        /// The Google Workspace domain whose people may sign in; * for any Workspace.
        #[only(Google)]
        hd: Option<Text>,
        /// The Okta domain, like dev-1.okta.com.
        #[only(Okta)]
        domain: Option<Domain>,
        /// The id of the Okta authorization server, like default. Default: the org server.
        #[only(Okta)]
        authorization_server: Option<Name>,
        /// The id of the identity provider that Okta sends people on to.
        #[only(Okta)]
        idp: Option<Name>,
        /// The issuer, or the address of its /.well-known/openid-configuration.
        issuer: Option<IssuerUrl>,
        /// Another name for issuer. For microsoft the address of the directory in any cloud, of
        /// External ID or of a B2C policy; an issuer next to it is what the directory must call
        /// itself.
        authority: Option<IssuerUrl>,
        /// Where the discovery document is, if it isn't below the issuer.
        #[only(Oidc)]
        metadata_url: Option<Url>,
        /// The discovery document itself, for a provider whose document a page can't read.
        metadata: Option<Object>,
        /// The key set itself, for a provider whose key set a page can't read.
        jwks: Option<Object>,
        /// Your own token endpoint in front of the provider's.
        token_endpoint: Option<Url>,
        /// Your own userinfo endpoint in front of the provider's, or the provider's, if its
        /// discovery document has none.
        userinfo_endpoint: Option<Url>,
        /// The sign-out address, for a provider whose discovery document has none.
        end_session_endpoint: Option<Url>,
        /// Additional parameters for the sign-out address.
        end_session_params: Params,
        /// Whether userinfo completes an ID token without name or e-mail address. Default: true,
        /// for microsoft false unless userinfo_endpoint is set.
        userinfo: Option<bool>,
        /// The audiences that an ID token may have besides the client id. Default: none, so that
        /// a token for others too is refused.
        trusted_audiences: Option<Texts>,
        /// true refuses people whose e-mail address the provider doesn't disclose. Default: false.
        require_email: bool,
        /// Whether sign-out revokes the tokens, if the provider supports it (RFC 7009). Default:
        /// true, for google false, because there it also withdraws the person's consent.
        revoke: Option<bool>,
        /// Additional parameters for the authorization endpoint.
        authorization_params: Params,
        /// Additional parameters for the token endpoint.
        token_params: Params,
        /// OpenID Connect prompt: login, consent, select_account or create.
        prompt: Option<Words>,
        /// The account to suggest.
        login_hint: Option<Text>,
        /// How long access tokens last if the provider doesn't say, in seconds. Default: an hour.
        access_token_lifetime: Option<PositiveSeconds>,
        /// Whether a portal, like Okta's dashboard, may start the sign-in with this provider by
        /// opening the page with ?iss= and the issuer (OpenID Connect Core §4). Default: false.
        third_party_initiated_login: bool,
        /// The longest time since people signed in at the provider, in seconds.
        max_age: Option<Seconds>,
        /// The authentication context classes to ask for.
        acr_values: Option<Words>,
        /// The languages for the provider's pages.
        ui_locales: Option<Words>,
        /// The resources (RFC 8707) that the access token is for.
        resource: Option<Texts>,
    }
}

impl SettingValue for Vec<ProviderConfig> {
    const VALUE_TYPE: ValueType = ValueType::Providers;

    fn from_json(value: Json) -> Option<Self> {
        match value {
            Json::Array(entries) => entries
                .into_iter()
                .map(ProviderConfig::from_json_strict)
                .collect(),
            _ => None,
        }
    }
}

impl SettingValue for Brand {
    const VALUE_TYPE: ValueType = ValueType::Brand;

    fn from_json(value: Json) -> Option<Self> {
        Brand::from_json_strict(value)
    }
}

impl ProviderConfig {
    /// `issuer`, or `authority` as another name for it.
    pub fn address(&self) -> Option<&str> {
        self.issuer.as_deref().or(self.authority.as_deref())
    }
}
