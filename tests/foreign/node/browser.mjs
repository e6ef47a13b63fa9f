// What every test here needs: the program, and a browser that fills in its form.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

export const require = createRequire(`${process.env.NODE_MODULES_OF}/`);

export const CALLBACK = "http://localhost:3999/callback";
export const HOME = "http://localhost:3999";

/** The program's first line. */
export async function start(t, ...options) {
  const program = spawn(process.env.KINDE_MOCK, ["serve", "--listen", "127.0.0.1:0", "--json", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => program.kill());
  for await (const line of createInterface({ input: program.stdout })) return JSON.parse(line);
}

/** Follows `url` to the application's callback, and fills in the form on the way. The browser is fetch with one cookie. */
export async function browse(kinde, url) {
  const first = await fetch(url, { redirect: "manual" });
  assert.equal(first.status, 200);
  const html = await first.text();
  const found = (pattern) => html.match(pattern)[1].replaceAll("&amp;", "&");
  const back = await fetch(new URL(found(/action="([^"]*)"/), url), {
    method: "POST",
    redirect: "manual",
    headers: { cookie: first.headers.getSetCookie()[0].split(";")[0] },
    body: new URLSearchParams({
      csrf: found(/name="csrf" value="([^"]*)"/),
      p_email: kinde.user_email,
      p_password: kinde.user_password,
    }),
  });
  assert.equal(back.status, 302);
  return new URL(back.headers.get("location"));
}
