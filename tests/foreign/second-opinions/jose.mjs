// Adds jose's verdict to each line of the corpus: node jose.mjs FILE
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.env.NODE_MODULES_OF}/package.json`);
const { createLocalJWKSet, jwtVerify } = await import(pathToFileURL(require.resolve("jose")));
const file = process.argv[2];
const setting = JSON.parse(readFileSync(`${file}.setting`, "utf8"));
const keys = createLocalJWKSet(setting.jwks);
const lines = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
for (const line of lines) {
  const options = {
    issuer: setting.issuer, audience: setting.audience, algorithms: ["RS256"], clockTolerance: setting.leeway,
    requiredClaims: ["exp"],
  };
  line.verdicts.jose = await jwtVerify(line.token, keys, options).then(() => true, () => false);
}
writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
