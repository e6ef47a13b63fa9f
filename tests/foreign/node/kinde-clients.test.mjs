// js-utils and jwt-validator, on which Kinde's SDKs for browsers stand, its SDK for Express, and Auth.js with its provider
// for Kinde, unchanged, through their whole flow against the program.

import assert from "node:assert/strict";
import { test } from "node:test";
import { browse, CALLBACK, HOME, require, start } from "./browser.mjs";

const kindeUtils = await import(require.resolve("@kinde/js-utils"));
const { validateToken } = await import(require.resolve("@kinde/jwt-validator"));

for (const application of ["frontend", "backend"]) {
  test(`js-utils, as a ${application} application`, async (t) => {
    const kinde = await start(t);
    const domain = kinde.issuer;
    const own =
      application === "frontend"
        ? { domain, clientId: kinde.frontend_client_id }
        : { domain, clientId: kinde.client_id, clientSecret: kinde.client_secret };
    kindeUtils.setActiveStorage(new kindeUtils.MemoryStorage());
    const { url } = await kindeUtils.generateAuthUrl(domain, kindeUtils.IssuerRouteTypes.login, {
      clientId: own.clientId,
      redirectURL: CALLBACK,
      prompt: kindeUtils.PromptTypes.login,
    });
    const callback = await browse(kinde, url);
    const urlParams = callback.searchParams;
    const exchanged = await kindeUtils.exchangeAuthCode({ urlParams, ...own, redirectURL: CALLBACK });
    assert.deepEqual([exchanged.success, exchanged.error], [true, undefined]);

    assert.equal(await kindeUtils.isAuthenticated(), true);
    assert.equal((await kindeUtils.getUserProfile()).email, kinde.user_email);
    assert.equal(await kindeUtils.getCurrentOrganization(), "org_1a2b3c4d5e6f");
    for (const forceApi of [false, true]) {
      assert.equal((await kindeUtils.getPermission("read:todos", { forceApi })).isGranted, true);
      assert.deepEqual((await kindeUtils.getPermissions({ forceApi })).permissions, ["read:todos"]);
      assert.deepEqual((await kindeUtils.getRoles({ forceApi })).map((role) => role.key), ["admin"]);
      assert.equal(await kindeUtils.getFlag("theme", { forceApi }), "dark");
      assert.equal(await kindeUtils.getFlag("is_dark_mode", { forceApi }), true);
      assert.equal(await kindeUtils.getFlag("competitions_limit", { forceApi }), 5);
    }
    assert.equal((await kindeUtils.getEntitlement("base_price")).entitlement.featureKey, "base_price");
    assert.equal((await kindeUtils.getEntitlements()).entitlements.length, 1);
    const portal = await kindeUtils.generatePortalUrl({ domain, returnUrl: HOME, subNav: "profile" });
    assert.equal(portal.url.origin, domain);

    const before = await kindeUtils.getRawToken("accessToken");
    assert.deepEqual(await validateToken({ token: before, domain }), { valid: true, message: "Token is valid" });
    const refreshed = await kindeUtils.refreshToken({ ...own, refreshType: kindeUtils.RefreshType.refreshToken });
    assert.deepEqual([refreshed.success, refreshed.error], [true, undefined]);
    assert.notEqual(await kindeUtils.getRawToken("accessToken"), before);
    assert.equal((await kindeUtils.getUserProfile()).email, kinde.user_email);

    const out = await fetch(`${domain}/logout?redirect=${encodeURIComponent(HOME)}`, { redirect: "manual" });
    assert.deepEqual([out.status, out.headers.get("location")], [302, HOME]);
  });
}

test("jwt-validator: a token of another key, and one that was changed", async (t) => {
  const kinde = await start(t);
  const [header, claims, signature] = kinde.access_token.split(".");
  const changed = Buffer.from(JSON.stringify({ ...JSON.parse(atob(claims)), permissions: ["everything"] }));
  const token = [header, changed.toString("base64url"), signature].join(".");
  assert.equal((await validateToken({ token, domain: kinde.issuer })).valid, false);
  assert.equal((await validateToken({ token: kinde.access_token, domain: kinde.issuer })).valid, true);
});

/** A page of an application that is served by `handler` for this test, asked by a browser with one cookie jar. */
async function visitor(t, application) {
  const server = application.listen(3999, "localhost");
  await new Promise((listening) => server.once("listening", listening));
  t.after(() => server.close());
  const jar = new Map();
  return async (path) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(new URL(path, HOME), { redirect: "manual", headers: { cookie, connection: "close" } });
    for (const set of answer.headers.getSetCookie()) jar.set(...set.split(";")[0].split(/=(.*)/s));
    return answer;
  };
}

test("kinde-node-express", async (t) => {
  const kinde = await start(t);
  const { setupKinde, GrantType, getUser, protectRoute } = require("@kinde-oss/kinde-node-express");
  const application = require("express")();
  const client = setupKinde(
    {
      clientId: kinde.client_id,
      secret: kinde.client_secret,
      issuerBaseUrl: kinde.issuer,
      siteUrl: HOME,
      redirectUrl: CALLBACK,
      unAuthorisedUrl: `${HOME}/unauthorised`,
      postLogoutRedirectUrl: HOME,
      scope: "openid profile email offline",
      grantType: GrantType.AUTHORIZATION_CODE,
    },
    application,
  );
  application.get("/profile", protectRoute, getUser, async (request, response) => {
    response.json({
      email: (await client.getUser(request)).email,
      name: request.user.name,
      granted: (await client.getPermission(request, "read:todos")).isGranted,
      theme: (await client.getFlag(request, "theme")).value,
    });
  });
  application.get("/refresh", async (request, response) => {
    const before = await client.getToken(request);
    await client.refreshTokens(request);
    response.json({ renewed: (await client.getToken(request)) !== before });
  });
  const visit = await visitor(t, application);
  const callback = await browse(kinde, (await visit("/login")).headers.get("location"));
  assert.equal((await visit(callback)).headers.get("location"), HOME);
  const user = { email: kinde.user_email, name: "John Snow", granted: true, theme: "dark" };
  assert.deepEqual(await (await visit("/profile")).json(), user);
  assert.deepEqual(await (await visit("/refresh")).json(), { renewed: true });
  assert.deepEqual(await (await visit("/profile")).json(), user);
  assert.match((await visit("/register")).headers.get("location"), /start_page=registration/);
  const out = await fetch((await visit("/logout")).headers.get("location"), { redirect: "manual" });
  assert.deepEqual([out.status, out.headers.get("location")], [302, HOME]);
});

test("Auth.js with its provider for Kinde", async (t) => {
  const kinde = await start(t);
  const { Auth } = await import(require.resolve("@auth/core"));
  const { default: Kinde } = await import(require.resolve("@auth/core/providers/kinde"));
  const seen = {};
  const config = {
    providers: [Kinde({ clientId: kinde.client_id, clientSecret: kinde.client_secret, issuer: kinde.issuer })],
    secret: "of the application's own sessions",
    trustHost: true,
    basePath: "/auth",
    callbacks: { jwt: ({ token, account }) => (Object.assign(seen, account), token) },
  };
  const jar = new Map();
  const visit = async (path, form) => {
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    const answer = await Auth(new Request(new URL(path, HOME), { method: form ? "POST" : "GET", headers, body: form }), config);
    for (const set of answer.headers.getSetCookie()) jar.set(...set.split(";")[0].split(/=(.*)/s));
    return answer;
  };
  const { csrfToken } = await (await visit("/auth/csrf")).json();
  const away = await visit("/auth/signin/kinde", new URLSearchParams({ csrfToken, callbackUrl: HOME }));
  const back = await visit(await browse(kinde, away.headers.get("location")));
  assert.deepEqual([back.status, back.headers.get("location")], [302, HOME]);
  const { user } = await (await visit("/auth/session")).json();
  assert.deepEqual([user.email, user.name], [kinde.user_email, "John Snow"]);
  // Permissions and flags are in the access token, which Auth.js hands over as it is; it refreshes nothing itself.
  const claims = JSON.parse(Buffer.from(seen.access_token.split(".")[1], "base64url"));
  assert.deepEqual([claims.permissions, claims.feature_flags.theme.v], [["read:todos"], "dark"]);
  assert.equal((await validateToken({ token: seen.access_token, domain: kinde.issuer })).valid, true);
  await visit("/auth/signout", new URLSearchParams({ csrfToken }));
  assert.equal(await (await visit("/auth/session")).json(), null);
});
