// Node's certified openid-client, unchanged, against the program. Kinde introspects by bearer, which its hook
// for client authentication sets; then again by client credentials, with --introspect-auth either.

import assert from "node:assert/strict";
import { test } from "node:test";
import { require, start } from "./browser.mjs";

const oidc = await import(require.resolve("openid-client"));

function configure(kinde, clientAuthentication, clientId = kinde.client_id) {
  const server = {
    issuer: kinde.base_url,
    userinfo_endpoint: `${kinde.base_url}/oauth2/v2/user_profile`,
    introspection_endpoint: `${kinde.base_url}/oauth2/introspect`,
    revocation_endpoint: `${kinde.base_url}/oauth2/revoke`,
  };
  const configuration = new oidc.Configuration(server, clientId, undefined, clientAuthentication);
  oidc.allowInsecureRequests(configuration);
  return configuration;
}

const byBearer = (token) => (server, client, body, headers) => {
  headers.set("authorization", `Bearer ${token}`);
};

test("the profile", async (t) => {
  const kinde = await start(t);
  const configuration = configure(kinde, oidc.None());
  const user = await oidc.fetchUserInfo(configuration, kinde.access_token, "kp_c3143a4b50ad43c88e541d9077681782");
  assert.equal(user.name, "John Snow");
  await assert.rejects(oidc.fetchUserInfo(configuration, "unknown", oidc.skipSubjectCheck), (error) => {
    assert.equal(error.status ?? error.cause?.status, 403);
    return true;
  });
});

test("introspection by bearer", async (t) => {
  const kinde = await start(t);
  const configuration = configure(kinde, byBearer(kinde.m2m_access_token));
  const live = await oidc.tokenIntrospection(configuration, kinde.refresh_token, { token_type_hint: "refresh_token" });
  assert.equal(live.active, true);
  assert.equal(live.client_id, kinde.client_id);
  assert.deepEqual(await oidc.tokenIntrospection(configuration, "unknown"), { active: false });
  const dead = configure(kinde, byBearer("unknown"));
  await assert.rejects(oidc.tokenIntrospection(dead, kinde.access_token));
});

for (const authentication of ["ClientSecretPost", "ClientSecretBasic"]) {
  test(`introspection and revocation by ${authentication}`, async (t) => {
    const kinde = await start(t, "--introspect-auth", "either");
    const own = configure(kinde, oidc[authentication](kinde.client_secret));
    assert.equal((await oidc.tokenIntrospection(own, kinde.access_token)).active, true);

    const wrong = configure(kinde, oidc[authentication]("wrong"));
    // Who came with Basic is refused with a challenge (RFC 6749, section 5.2), which openid-client tells first.
    const refused =
      authentication === "ClientSecretBasic" ? { code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE", status: 401 } : { error: "invalid_client" };
    await assert.rejects(oidc.tokenIntrospection(wrong, kinde.access_token), refused);
    await assert.rejects(oidc.tokenRevocation(wrong, kinde.access_token), refused);
    assert.equal((await oidc.tokenIntrospection(own, kinde.access_token)).active, true);

    await oidc.tokenRevocation(own, kinde.access_token, { token_type_hint: "access_token" });
    assert.deepEqual(await oidc.tokenIntrospection(own, kinde.access_token), { active: false });
    // It is a success again, as RFC 7009 has it.
    await oidc.tokenRevocation(own, kinde.access_token);

    // The bearer still does as well.
    const bearer = configure(kinde, byBearer(kinde.m2m_access_token));
    assert.equal((await oidc.tokenIntrospection(bearer, kinde.refresh_token)).active, true);
  });
}
