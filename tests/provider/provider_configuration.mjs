// The configuration of oidc-provider for one issuer.

import { interactionPolicy } from "./oidc_provider.mjs";
import { LOGIN_PATH } from "./login.mjs";
import { standardClaims, users } from "./users.mjs";
import { showLibraryError } from "./vendor_hooks.mjs";
import { messageView, show, signOutView } from "./views.mjs";

export function providerConfiguration(definition, { origin, pages, adapter, lifetimes, consents, cookieKey, keys }) {
  const { routes, mount, name, client, openidClaims = [], scopes = [] } = definition;
  const cookies = `provider_${new URL(origin).port}_${definition.id}`;
  return {
    adapter: (model) => (model === "Client" ? clientAdapter(definition, pages) : adapter(model)),
    jwks: { keys },
    routes,
    responseTypes: ["code"],
    scopes: ["openid", "offline_access", ...scopes],
    claims: {
      openid: ["sub", ...openidClaims],
      profile: [
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "picture",
        "locale",
        "updated_at",
      ],
      email: ["email", "email_verified"],
      ...(scopes.includes("address") && { address: ["address"] }),
      ...(scopes.includes("phone") && { phone: ["phone_number", "phone_number_verified"] }),
    },
    conformIdTokenClaims: definition.thinIdToken ?? false,
    pkce: { required: () => definition.pkceRequired ?? true },
    clientAuthMethods: [client.token_endpoint_auth_method],
    clientBasedCORS: (_ctx, requestOrigin) => pages.hasOrigin(requestOrigin),
    // All ports of a host share its cookies, so their names include port and issuer.
    cookies: {
      names: {
        session: `${cookies}_session`,
        interaction: `${cookies}_interaction`,
        resume: `${cookies}_resume`,
      },
      long: { httpOnly: true, sameSite: "lax", path: mount },
      short: { httpOnly: true, sameSite: "lax" },
      keys: [cookieKey],
    },
    ttl: lifetimes.ttl,
    expiresWithSession: (_ctx, source) => !consents.issuesRefreshToken(source.grantId),
    issueRefreshToken: (_ctx, _client, source) => consents.issuesRefreshToken(source.grantId),
    rotateRefreshToken: () => lifetimes.current.rotation,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: Boolean(routes.revocation), allowedPolicy: ownTokensOnly },
      rpInitiatedLogout: {
        enabled: Boolean(routes.end_session),
        logoutSource: (ctx, form) => show(ctx, signOutView({ issuerName: name, form })),
        postLogoutSuccessSource: (ctx) =>
          show(ctx, messageView({ title: "You are signed out", text: `You are signed out of ${name} (local).` })),
      },
    },
    extraParams: ["access_type"],
    interactions: {
      policy: interactions(),
      url: (_ctx, { uid }) => `${mount}${LOGIN_PATH}/${uid}`,
    },
    findAccount: (_ctx, subject) => account(definition, subject, origin),
    loadExistingGrant: (ctx) => grantAllScopes(ctx, consents),
    renderError: (ctx, error) => showLibraryError(ctx, definition, error),
  };
}

/** The only client. Its redirect URIs are those of the pages that are registered at the moment. */
function clientAdapter({ client, routes }, pages) {
  return {
    find: async (id) => {
      const { urls } = pages;
      if (id !== client.client_id || urls.length === 0) return undefined;
      return {
        ...client,
        client_name: "Vestibule",
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        redirect_uris: pages.redirectUris,
        ...(routes.end_session && { post_logout_redirect_uris: urls }),
      };
    },
  };
}

function account(definition, subject, origin) {
  const user = users.find((candidate) => definition.subject(candidate) === subject);
  if (!user) return undefined;
  const standard = standardClaims(user, origin);
  const claims = definition.claims?.(user, standard) ?? standard;
  return { accountId: subject, claims: () => ({ ...claims, sub: subject }) };
}

/** The library's policy, without a consent page, and with `prompt=select_account`. */
function interactions() {
  const policy = interactionPolicy.base();
  policy.get("consent").checks.clear();
  policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
  return policy;
}

/** Grants all requested scopes without asking. */
async function grantAllScopes({ oidc, state }, consents) {
  const { clientId } = oidc.client;
  const known = oidc.session.grantIdFor(clientId);
  const grant =
    (known && (await oidc.provider.Grant.find(known))) ??
    new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(" "));
  consents.record(await grant.save(), oidc.session.accountId, { ...oidc.params.toPlainObject(), ...state.originalParameters });
  return grant;
}

/** A client may revoke only its own tokens (RFC 7009 §2.1). */
function ownTokensOnly(_ctx, client, token) {
  return token.clientId === client.clientId;
}
