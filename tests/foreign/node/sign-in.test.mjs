// Kinde's TypeScript SDK and the certified openid-client, unchanged, through their whole flow against the program: sign in
// by the page, read the user, refresh, sign out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browse, CALLBACK, HOME, require, start } from "./browser.mjs";

const oidc = await import(require.resolve("openid-client"));
const { createKindeServerClient, GrantType } = require("@kinde-oss/kinde-typescript-sdk");

function session() {
  const items = new Map();
  return {
    getSessionItem: async (key) => items.get(key),
    setSessionItem: async (key, value) => void items.set(key, value),
    removeSessionItem: async (key) => void items.delete(key),
    destroySession: async () => items.clear(),
  };
}

for (const grant of ["AUTHORIZATION_CODE", "PKCE"]) {
  test(`kinde-typescript-sdk: ${grant}`, async (t) => {
    const kinde = await start(t);
    const application =
      grant === "PKCE"
        ? { clientId: kinde.frontend_client_id }
        : { clientId: kinde.client_id, clientSecret: kinde.client_secret };
    const urls = { authDomain: kinde.issuer, redirectURL: CALLBACK, logoutRedirectURL: HOME };
    const client = createKindeServerClient(GrantType[grant], { ...urls, ...application });
    const user = session();
    await client.handleRedirectToApp(user, await browse(kinde, (await client.login(user)).href));
    assert.equal(await client.isAuthenticated(user), true);
    assert.equal((await client.getUser(user)).email, kinde.user_email);
    assert.equal((await client.getUserProfile(user)).name, "John Snow");
    assert.equal((await client.getPermission(user, "read:todos")).isGranted, true);
    assert.equal(await client.getStringFlag(user, "theme"), "dark");
    assert.equal(await client.getBooleanFlag(user, "is_dark_mode"), true);
    assert.equal(await client.getIntegerFlag(user, "competitions_limit"), 5);
    await client.refreshTokens(user);
    assert.equal((await client.getUser(user)).email, kinde.user_email);
    const registration = await fetch((await client.register(user)).href);
    assert.match(await registration.text(), /p_first_name/);
    const out = await fetch((await client.logout(user)).href, { redirect: "manual" });
    assert.deepEqual([out.status, out.headers.get("location")], [302, HOME]);
  });
}

test("kinde-typescript-sdk: CLIENT_CREDENTIALS", async (t) => {
  const kinde = await start(t);
  const client = createKindeServerClient(GrantType.CLIENT_CREDENTIALS, {
    authDomain: kinde.issuer,
    clientId: kinde.client_id,
    clientSecret: kinde.client_secret,
    logoutRedirectURL: HOME,
    audience: `${kinde.issuer}/api`,
  });
  assert.equal((await client.getToken(session())).split(".").length, 3);
});

for (const [name, authenticate] of [
  ["client_secret_post", oidc.ClientSecretPost],
  ["client_secret_basic", oidc.ClientSecretBasic],
]) {
  test(`openid-client: ${name}, signatures checked`, async (t) => {
    const kinde = await start(t);
    const client = authenticate(kinde.client_secret);
    const configuration = await oidc.discovery(new URL(kinde.issuer), kinde.client_id, undefined, client, {
      execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
    });
    const [pkceCodeVerifier, expectedNonce, expectedState] = [
      oidc.randomPKCECodeVerifier(),
      oidc.randomNonce(),
      oidc.randomState(),
    ];
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: CALLBACK,
      scope: "openid profile email offline",
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      nonce: expectedNonce,
      state: expectedState,
    });
    const checks = { pkceCodeVerifier, expectedNonce, expectedState, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(configuration, await browse(kinde, url.href), checks);
    assert.equal(tokens.claims().email, kinde.user_email);
    const user = await oidc.fetchUserInfo(configuration, tokens.access_token, tokens.claims().sub);
    assert.equal(user.email, kinde.user_email);
    const refreshed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token);
    assert.equal(refreshed.claims().sub, tokens.claims().sub);
    assert.equal((await oidc.tokenIntrospection(configuration, refreshed.access_token)).active, true);
    await oidc.tokenRevocation(configuration, refreshed.access_token);
    assert.equal((await oidc.tokenIntrospection(configuration, refreshed.access_token)).active, false);
    const end = { post_logout_redirect_uri: HOME, id_token_hint: tokens.id_token };
    const out = await fetch(oidc.buildEndSessionUrl(configuration, end), { redirect: "manual" });
    assert.deepEqual([out.status, out.headers.get("location")], [302, HOME]);
  });
}
