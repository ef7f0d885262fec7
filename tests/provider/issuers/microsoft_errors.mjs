// The errors of Microsoft Entra ID: their numbers, their OAuth error codes, and the format of the response.

import { randomUUID } from "node:crypto";

const page = { isPage: true };
const interaction = { error: "interaction_required", suberror: "basic_action" };
const expired = { error: "invalid_grant", suberror: "bad_token" };

/** Clients can rely on `error`; text and number are for people. */
export const MICROSOFT_ERRORS = {
  AADSTS16000: { error: "interaction_required", text: "Several accounts are signed in, or none that fits: one has to be selected." },
  AADSTS50011: { error: "invalid_request", text: "The redirect URI of the request does not match the redirect URIs configured for the application.", ...page },
  AADSTS50020: { error: "access_denied", text: "The user account from the identity provider does not exist in the tenant." },
  AADSTS50034: { error: "access_denied", text: "The user account does not exist in the directory." },
  AADSTS50058: { error: "login_required", text: "A silent sign-in request was sent, but no user is signed in." },
  AADSTS50074: { ...interaction, text: "Strong authentication is required." },
  AADSTS50076: { ...interaction, text: "Multi-factor authentication is required to access the resource." },
  AADSTS50079: { ...interaction, text: "The user has to enrol in multi-factor authentication." },
  AADSTS50105: { error: "access_denied", text: "The signed-in user is not assigned to a role for the application." },
  AADSTS50173: { ...expired, text: "The grant was revoked, as after a change of the password." },
  AADSTS50194: { error: "invalid_request", text: "The application is not configured as a multi-tenant application." },
  AADSTS53003: { error: "access_denied", text: "Access has been blocked by Conditional Access policies." },
  AADSTS54005: { error: "invalid_grant", text: "The authorization code was already redeemed." },
  AADSTS65001: { error: "consent_required", text: "The user or administrator has not consented to use the application." },
  AADSTS65004: { error: "access_denied", text: "The user declined to consent to access the application." },
  AADSTS70000: { error: "invalid_grant", text: "The provided grant is invalid or malformed." },
  AADSTS70008: { ...expired, text: "The provided authorization code or refresh token has expired due to inactivity." },
  AADSTS70011: { error: "invalid_scope", text: "The provided value for the input parameter 'scope' is not valid." },
  AADSTS70043: { ...expired, text: "The refresh token has expired due to sign-in frequency checks." },
  AADSTS90002: { error: "invalid_tenant", text: "The tenant was not found." },
  AADSTS90094: { error: "access_denied", text: "The grant requires the consent of an administrator." },
  AADSTS500112: { error: "invalid_grant", text: "The reply address does not match the one of the authorization request." },
  AADSTS501481: { error: "invalid_grant", text: "The Code_Verifier does not match the code_challenge supplied in the authorization request." },
  AADSTS700016: { error: "unauthorized_client", text: "The application was not found in the directory.", ...page },
  AADSTS700025: { error: "invalid_client", text: "The client is public, so neither 'client_assertion' nor 'client_secret' should be presented.", status: 401 },
  AADSTS700082: { ...expired, text: "The refresh token has expired due to inactivity." },
  AADSTS700084: {
    ...expired,
    text: "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can not be extended.",
  },
  AADSTS7000218: {
    error: "invalid_client",
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    status: 401,
  },
  AADSTS9002325: { error: "invalid_request", text: "Proof Key for Code Exchange is required for cross-origin authorization code redemption." },
  AADSTS9002326: {
    error: "invalid_request",
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
  },
  AADSTS9002327: {
    error: "invalid_request",
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  },
  AADSTS16003: { error: "access_denied", text: "The user account has not been added to the tenant." },
  AADSTS28002: { error: "invalid_scope", text: "The provided value for the input parameter 'scope' is not valid when requesting an access token." },
  AADSTS28003: { error: "invalid_scope", text: "The input parameter 'scope' cannot be empty when requesting an access token." },
  AADSTS50014: { error: "access_denied", text: "The user account does not exist in the directory." },
  AADSTS50057: { error: "access_denied", text: "The user account is disabled." },
  AADSTS50072: { ...interaction, text: "The user has to enrol in multi-factor authentication." },
  AADSTS50158: { ...interaction, text: "The external security challenge was not satisfied." },
  AADSTS51004: { error: "access_denied", text: "The user account does not exist in the directory." },
  AADSTS53000: { error: "access_denied", text: "The device is not in the required state: compliant." },
  AADSTS53001: { error: "access_denied", text: "The device is not in the required state: joined to a domain." },
  AADSTS65005: { error: "access_denied", text: "The application's required resource access list does not contain the application discoverable by the resource." },
  AADSTS90023: { error: "invalid_request", text: "Unauthorized or invalid request." },
  AADSTS90072: { error: "access_denied", text: "The external user account does not exist in the tenant." },
  AADSTS90095: { error: "access_denied", text: "Admin consent is required, and a request for it was sent." },
  AADSTS500011: { error: "invalid_resource", text: "The resource principal was not found in the tenant." },
  AADSTS500021: { error: "access_denied", text: "Access to the tenant is denied." },
  AADSTS500022: { error: "access_denied", text: "Access to the tenant is denied." },
  AADSTS500207: { error: "access_denied", text: "The account type can't be used for the resource you're trying to access." },
  AADSTS500212: { error: "access_denied", text: "The user's administrator has set an outbound access policy that does not allow access to the resource tenant." },
  AADSTS500213: { error: "access_denied", text: "The resource tenant's cross-tenant access policy does not allow this user to access the tenant." },
  AADSTS530032: { error: "access_denied", text: "Blocked by a security policy." },
  AADSTS650052: { error: "unauthorized_client", text: "The application needs access to a service that the organization has not subscribed to or enabled." },
  AADSTS650056: { error: "unauthorized_client", text: "Misconfigured application: the client has not listed any permissions for the resource, or nobody has consented." },
  AADSTS650057: { error: "invalid_resource", text: "Invalid resource: it is not among the requested permissions of the application's registration." },
  AADSTS700022: { error: "invalid_scope", text: "The provided value for the input parameter 'scope' is not valid because it contains more than one resource." },
  AADSTS700023: { error: "invalid_scope", text: "The provided value for the input parameter 'scope' is not valid." },
  AADSTS900023: { error: "invalid_request", text: "The specified tenant identifier is neither a valid DNS name nor a valid external domain." },
  AADSTS7000112: { error: "unauthorized_client", text: "The application is disabled." },
  AADSTS9002332: { error: "invalid_request", text: "The application is configured for use by Microsoft Entra users only." },
  AADSTS9010010: { error: "invalid_target", text: "The resource parameter does not match the requested scopes." },
};

/** The document that Entra sends. */
export function formatMicrosoftError(name, { error, text, suberror }) {
  const number = Number(name.slice("AADSTS".length));
  const [trace_id, correlation_id] = [randomUUID(), randomUUID()];
  const timestamp = microsoftTime();
  return {
    error,
    error_description: `${name}: ${text}\r\nTrace ID: ${trace_id}\r\nCorrelation ID: ${correlation_id}\r\nTimestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id,
    correlation_id,
    error_uri: `https://login.windows.net/error?code=${number}`,
    ...(suberror && { suberror }),
  };
}

/** Like `2026-03-01 09:30:00Z`. */
export function microsoftTime() {
  return `${new Date().toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** The number for an error of the library. */
export function microsoftErrorName({ endpoint, error, detail = "", form }) {
  if (endpoint === "token" && form.client_secret !== undefined) return "AADSTS700025";
  if (error === "invalid_client") return "AADSTS700016";
  if (error === "invalid_redirect_uri") return "AADSTS50011";
  if (error === "login_required") return "AADSTS50058";
  if (error === "access_denied") return "AADSTS65004";
  if (endpoint !== "token") return undefined;
  if (form.grant_type === "authorization_code" && !form.code_verifier) return "AADSTS9002325";
  if (error !== "invalid_grant") return undefined;
  if (form.grant_type === "refresh_token") return "AADSTS700084";
  if (detail.includes("code_verifier")) return "AADSTS501481";
  if (detail.includes("already consumed") || detail.includes("already used")) return "AADSTS54005";
  if (detail.includes("redirect_uri")) return "AADSTS500112";
  return detail.includes("expired") ? "AADSTS70008" : "AADSTS70000";
}
