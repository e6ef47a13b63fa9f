// Throttled, revoked, broken: three bad days of a sign-in, with node:test and nothing else.
// Needs kinde-mock in the PATH, or its path in KINDE_MOCK.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";

// ---------------------------------------------------------------------------- the application under test

/** What the front page says; `kindeUrl` is a setting of the application. */
async function greeting(kindeUrl, accessToken) {
  let answer, user;
  try {
    answer = await fetch(`${kindeUrl}/oauth2/v2/user_profile`, { headers: { authorization: `Bearer ${accessToken}` } });
    if (answer.status === 403) return "Please sign in.";
    if (answer.status === 429) return `Come back in ${answer.headers.get("ratelimit-reset")} s.`;
    user = await answer.json();
  } catch {
    return "Out of order.";
  }
  return `Hello, ${user.given_name}!`;
}

// ---------------------------------------------------------------------------- the fake

let program, main, kinde;

async function admin(of, method, path, body) {
  const answer = await fetch(of.admin_url + path, {
    method,
    body: body && JSON.stringify(body),
    headers: { authorization: `Bearer ${of.admin_token}` },
  });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return text && JSON.parse(text);
}

const script = (...replies) => admin(kinde, "POST", "/scripts", { operation: "get_user_profile_v2", replies });
const greet = () => greeting(kinde.base_url, kinde.access_token);

before(async () => {
  const options = ["serve", "--listen", "127.0.0.1:0", "--json"];
  program = spawn(process.env.KINDE_MOCK ?? "kinde-mock", options, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: program.stdout })) {
    main = JSON.parse(line);
    break;
  }
});
after(() => program.kill());

// A scope for each test: its own port, tokens, clock and scripts.
beforeEach(async () => {
  kinde = await admin(main, "POST", "/scopes");
});

// ---------------------------------------------------------------------------- the tests

test("signed in", async () => {
  assert.equal(await greet(), "Hello, John!");
});

test("throttled, once", async () => {
  await script({ answer: "throttled", reset_after: 2 });
  assert.equal(await greet(), "Come back in 2 s.");
  assert.equal(await greet(), "Hello, John!");
});

test("revoked", async () => {
  await admin(kinde, "POST", "/tokens/revoke", { token: kinde.access_token });
  assert.equal(await greet(), "Please sign in.");
});

test("expired, without waiting", async () => {
  await admin(kinde, "PATCH", "/clock", { advance: 86_400 });
  assert.equal(await greet(), "Please sign in.");
});

for (const fault of [{ cut: { by: "rst" } }, { cut: { by: "fin" } }, { cut: { by: "rst", after_body: 10 } }, "malformed_json"]) {
  test(`broken: ${JSON.stringify(fault)}`, async () => {
    await script({ faults: [fault] });
    assert.equal(await greet(), "Out of order.");
    assert.equal(await greet(), "Hello, John!");
  });
}

test("Kinde is down", async () => {
  await admin(kinde, "PUT", "/connections", { accept: false });
  assert.equal(await greet(), "Out of order.");
  await admin(kinde, "PUT", "/connections", { accept: true });
  assert.equal(await greet(), "Hello, John!");
});
