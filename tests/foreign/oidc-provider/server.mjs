// panva's certified oidc-provider, unchanged but for its addresses, which are Kinde's, and for what Kinde does without being
// asked (a refresh token for the scope `offline`, a new one at each refresh). PKCE is required of every application. Says
// where it listens, in one line of JSON.

import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.NODE_MODULES_OF}/`);
const { Provider } = await import(require.resolve("oidc-provider"));

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const application = {
  redirect_uris: ["http://localhost:3999/callback"],
  response_types: ["code"],
  grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
  scope: "openid profile email offline",
};
const secret = "rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W";

const provider = new Provider(issuer, {
  clients: [
    {
      ...application,
      client_id: "backend",
      client_secret: secret,
      token_endpoint_auth_method: "client_secret_post",
      grant_types: [...application.grant_types, "client_credentials"],
    },
    { ...application, client_id: "frontend", token_endpoint_auth_method: "none" },
  ],
  scopes: ["openid", "profile", "email", "offline"],
  claims: { email: ["email", "email_verified"], profile: ["name", "given_name", "family_name", "updated_at"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: "John Snow",
      given_name: "John",
      family_name: "Snow",
      updated_at: 1612345678,
      email: "john.snow@example.com",
      email_verified: true,
    }),
  }),
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  pkce: { required: () => true },
  issueRefreshToken: (_, client, code) => client.grantTypeAllowed("refresh_token") && code.scopes.has("offline"),
  rotateRefreshToken: true,
  routes: {
    authorization: "/oauth2/auth",
    device_authorization: "/oauth2/device/auth",
    end_session: "/logout",
    introspection: "/oauth2/introspect",
    jwks: "/.well-known/jwks",
    revocation: "/oauth2/revoke",
    token: "/oauth2/token",
    userinfo: "/oauth2/v2/user_profile",
  },
});

server.on("request", provider.callback());
console.log(JSON.stringify({ issuer }));
