// The types of vestibule.json. Made from src/config/settings.rs by UPDATE_SCHEMA=1 cargo test config.

/** Words in one text with blanks between them, or in a list. */
export type Words = string | string[];

/** Request parameters by name. */
export type Params = Record<string, string | number | boolean>;

/** Texts by language and by key in texts/en.json. Those about a number have one form for each plural category. */
export type ReplacedTexts = Partial<Record<Language, Record<string, string | Record<string, string>>>>;

/** A language that there are texts in. */
export type Language = "en" | "de" | "fr" | "es" | "it" | "pt-BR" | "nl" | "pl" | "tr" | "uk" | "ja" | "ko" | "zh-Hans" | "zh-Hant" | "ar" | "he" | "hi";

/** `vestibule.json`. */
export interface Config {
  /** The sign-in providers, in the order in which people see them. */
  providers: ProviderConfig[];
  /** The address of the JSON schema, for editors. */
  $schema?: string;
  /** The scopes to ask for. Default: openid profile email. */
  scope?: Words;
  /** Where providers send people back to: the page's own address, as registered, or a path relative to this file. Default: the address of the page without query. */
  redirect_uri?: string;
  /** Where providers send people after sign-out, as registered, or a path relative to this file. Default: the redirect URI. */
  post_logout_redirect_uri?: string;
  /** The origins of your APIs, like `https://api.example.com`: the only ones that auth.fetch sends the access token to. Default: none. */
  api_origins?: string[];
  /** Where providers send popups and hidden iframes back to: the address of callback.html, as registered, or a path relative to this file. Default: callback.html in the folder of the redirect URI. */
  popup_redirect_uri?: string;
  /** Whether people sign in on this page (redirect) or in a popup. Default: redirect. */
  mode?: "redirect" | "popup";
  /** How the page signs people in when it opens, once in a tab: in a hidden iframe at the first provider without asking them (silent), or by going to the only provider (redirect). Default: people choose a provider. */
  auto_sign_in?: "silent" | "redirect";
  /** Whether sessions without a refresh token are renewed in a hidden iframe. Most browsers block the provider's cookies there, unless provider and page are on the same site. Default: false. */
  silent_renew?: boolean;
  /** Whether the tabs of this page's origin share the session. Default: true. */
  share_session?: boolean;
  /** Whether people can be signed in with several accounts at once and switch between them. Default: false, so that a further sign-in replaces the one before. */
  several_accounts?: boolean;
  /** Where the session is stored: session (the tab's session storage, which survives a reload) or memory (gone when the last page closes). Default: session. */
  storage?: "session" | "memory";
  /** The product that people sign in to: its name, logo, color and links. Default: none. */
  brand?: BrandConfig;
  /** Whether the page marks the provider that was used last on this device. Default: true. */
  remember_last_provider?: boolean;
  /** The languages that people can choose, the preferred one first. Default: every language that there are texts in, English first. */
  languages?: Language[];
  /** Texts to show instead of the page's own, by language and key, like { "de": { "sign_in.title": "Willkommen" } }. The keys are those of texts/en.json. */
  texts?: ReplacedTexts;
  /** Seconds from the sign-in to the end of the session, however often it is renewed. Default: as long as the provider allows. */
  max_session?: number;
  /** Seconds without pointer, key, touch or scrolling in any tab after which the session ends. People are warned and can stay signed in. Default: never. */
  idle_timeout?: number;
  /** Whether the browser's console shows each step of signing in and out, without secrets and personal data. Default: false. */
  debug?: boolean;
}

/** The product that people sign in to. */
export interface BrandConfig {
  /** The product's name, as in "Sign in to Acme Travel". */
  name?: string;
  /** The address of the logo, relative to the page or on https. It's the page's icon, too. */
  logo?: string;
  /** The logo on dark backgrounds. Default: logo. */
  logo_dark?: string;
  /** The product's color, like #0a7d55. Where text in it would be hard to read, the page uses a darker or lighter one. */
  accent?: string;
  /** Where people continue after signing in: a path of this site or an https address. */
  home?: string;
  /** Where people find help: a path of this site, an https or email address. */
  help?: string;
  /** The privacy policy. */
  privacy?: string;
  /** The terms of service. */
  terms?: string;
  /** Where people turn to if sign-in fails: a path of this site, an https or email address. */
  support?: string;
  /** A stylesheet of this site, which the page loads before it shows anything. */
  stylesheet?: string;
}

/** The settings of every provider. */
export interface CommonProviderConfig {
  /** Your name for the provider, unique in the file. */
  id: string;
  /** The client id (application id) that the provider gave this page. */
  client_id: string;
  /** Where only this provider sends people back to: a copy of index.html in the same folder, like okta.html, relative to this file, or `https://app.example.com/login/okta.html`. It tells apart providers that don't name themselves in their responses (RFC 9207). */
  redirect_uri?: string;
  /** The same for popups and silent sign-in: a copy of callback.html in the same folder. */
  popup_redirect_uri?: string;
  /** Where the provider puts its response: in the query or the fragment of the redirect URI. Default: the provider decides, and that's the query. In the fragment, codes can be longer than the page's host accepts. */
  response_mode?: "query" | "fragment";
  /** The name on the button. Default: the vendor's name. */
  label?: string;
  /** The address of an image for the button, relative to the page or on https. */
  icon?: string;
  /** false takes the provider out of the picker. Default: true. */
  enabled?: boolean;
  /** The domains of the email addresses that sign in here, like contoso.com, without their subdomains. With any, the page asks for the email address first. Everybody can read them. */
  email_domains?: string[];
  /** The scopes to ask this provider for, instead of the file's scope. */
  scope?: Words;
  /** The issuer, or the address of its /.well-known/openid-configuration. */
  issuer?: string;
  /** Another name for issuer. For microsoft the address of the directory in any cloud, of External ID or of a B2C policy; an issuer next to it is what the directory must call itself. */
  authority?: string;
  /** The discovery document itself, for a provider whose document a page can't read. */
  metadata?: object;
  /** The key set itself, for a provider whose key set a page can't read. */
  jwks?: object;
  /** Your own token endpoint in front of the provider's. */
  token_endpoint?: string;
  /** Your own userinfo endpoint in front of the provider's, or the provider's, if its discovery document has none. */
  userinfo_endpoint?: string;
  /** The sign-out address, for a provider whose discovery document has none. */
  end_session_endpoint?: string;
  /** Additional parameters for the sign-out address. */
  end_session_params?: Params;
  /** Whether userinfo completes an ID token without name or e-mail address. Default: true, for microsoft false unless userinfo_endpoint is set. */
  userinfo?: boolean;
  /** The audiences that an ID token may have besides the client id. Default: none, so that a token for others too is refused. */
  trusted_audiences?: string[];
  /** true refuses people whose e-mail address the provider doesn't disclose. Default: false. */
  require_email?: boolean;
  /** Whether sign-out revokes the tokens, if the provider supports it (RFC 7009). Default: true, for google false, because there it also withdraws the person's consent. */
  revoke?: boolean;
  /** Additional parameters for the authorization endpoint. */
  authorization_params?: Params;
  /** Additional parameters for the token endpoint. */
  token_params?: Params;
  /** OpenID Connect prompt: login, consent, select_account or create. */
  prompt?: Words;
  /** The account to suggest. */
  login_hint?: string;
  /** How long access tokens last if the provider doesn't say, in seconds. Default: an hour. */
  access_token_lifetime?: number;
  /** Whether a portal, like Okta's dashboard, may start the sign-in with this provider by opening the page with ?iss= and the issuer (OpenID Connect Core §4). Default: false. */
  third_party_initiated_login?: boolean;
  /** The longest time since people signed in at the provider, in seconds. */
  max_age?: number;
  /** The authentication context classes to ask for. */
  acr_values?: Words;
  /** The languages for the provider's pages. */
  ui_locales?: Words;
  /** The resources (RFC 8707) that the access token is for. */
  resource?: string[];
}

/** A provider of kind `microsoft`. */
export type MicrosoftProviderConfig = CommonProviderConfig & {
  kind: "microsoft";
  /** The tenant's id (GUID) or domain, organizations, common or consumers. */
  tenant?: string;
  /** The ids (GUIDs) of the only tenants whose people may sign in. */
  allowed_tenants?: string[];
  /** The domain of the directory to send people to without asking (organizations and common). */
  domain_hint?: string;
};

/** A provider of kind `google`. */
export type GoogleProviderConfig = CommonProviderConfig & {
  kind: "google";
  /** Google demands one of web clients. Anyone who opens the page can read it, so it protects nothing. */
  client_secret?: string;
  /** The Google Workspace domain whose people may sign in; * for any Workspace. */
  hd?: string;
};

/** A provider of kind `okta`. */
export type OktaProviderConfig = CommonProviderConfig & {
  kind: "okta";
  /** The Okta domain, like dev-1.okta.com. */
  domain?: string;
  /** The id of the Okta authorization server, like default. Default: the org server. */
  authorization_server?: string;
  /** The id of the identity provider that Okta sends people on to. */
  idp?: string;
} & ({ domain: string } | { issuer: string } | { authority: string });

/** A provider of kind `oidc`. */
export type OidcProviderConfig = CommonProviderConfig & {
  kind: "oidc";
  /** Where the discovery document is, if it isn't below the issuer. */
  metadata_url?: string;
} & ({ issuer: string } | { authority: string });

/** One provider. `kind` decides which settings it has. */
export type ProviderConfig = MicrosoftProviderConfig | GoogleProviderConfig | OktaProviderConfig | OidcProviderConfig;
