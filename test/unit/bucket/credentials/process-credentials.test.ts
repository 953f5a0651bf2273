import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  processCredentials,
  tellable,
} from "../../../../bucket/credentials/process-credentials.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** Runs a script of sh as the profile's process; returns what it gives, or the message. */
async function ran(script: string, limitMs?: number) {
  const program = join(temporaryFolder(), "get keys");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  const found = processCredentials(`"${program}" --secret-flag`, 'profile "site"', limitMs);
  return found.catch((error: Error) => {
    expect(error.name).toBe("CredentialsProviderError");
    return error.message;
  });
}

const BEGINNING = 'profile "site": credential_process "get keys": ';
const printing = (fields: object) => `cat <<'END'\n${JSON.stringify(fields)}\nEND`;
const KEYS = { Version: 1, AccessKeyId: "AK", SecretAccessKey: "hidden" };

test("the keys that it prints are taken, with their end", async () => {
  const Expiration = new Date(Date.now() + 3_600_000).toISOString();
  expect(await ran(printing({ ...KEYS, SessionToken: "t", Expiration }))).toEqual({
    accessKeyId: "AK",
    secretAccessKey: "hidden",
    sessionToken: "t",
    expiration: new Date(Expiration),
  });
});

test.each([
  ["fails", "echo hidden; echo 'sign in first' >&2; exit 3", "exit code 3: sign in first"],
  ["fails without a word", "exit 1", "exit code 1"],
  ["is killed", "kill -TERM $$", "it was ended by SIGTERM"],
  ["prints no JSON", "echo hidden", "it has not printed credentials of version 1 as JSON"],
  [
    "prints another version",
    printing({ ...KEYS, Version: 2 }),
    "it has not printed credentials of version 1 as JSON",
  ],
  [
    "prints half of them",
    printing({ Version: 1, AccessKeyId: "AK" }),
    "it has not printed credentials of version 1 as JSON",
  ],
  [
    "prints old ones",
    printing({ ...KEYS, Expiration: "2020-01-01T00:00:00Z" }),
    "it has printed credentials that have expired",
  ],
])("one that %s is named, and what it prints is not told", async (_, script, said) => {
  const message = await ran(script);
  expect(message).toBe(BEGINNING + said);
  expect(message).not.toContain("hidden");
});

test("one that does not end is ended, also when another program holds its output", async () => {
  expect(await ran("echo waiting >&2; exec sleep 600", 300)).toBe(
    `${BEGINNING}it has not ended within 0.3 s: waiting`,
  );
  expect(await ran("sleep 2 & wait", 300)).toBe(`${BEGINNING}it has not ended within 0.3 s`);
});

test("one that is not there is named", async () => {
  await expect(processCredentials("/none/get-keys --for me", 'profile "x"')).rejects.toThrow(
    /^profile "x": credential_process "get-keys": cannot be run: .*ENOENT$/,
  );
  await expect(processCredentials('"open', 'profile "x"')).rejects.toThrow(
    "a quotation has no end",
  );
});

test("its words are told in one short line, without control characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (text) => {
      const told = tellable(text);
      expect(told).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      expect(told.length).toBeLessThanOrEqual(503);
    }),
  );
  expect(tellable("\u001b[31mred\u001b[0m\r\n two")).toBe("red two");
});

test.each([
  ['{"SecretAccessKey": "abc/def+1"}', '{"SecretAccessKey": "..."}'],
  ["token=abc password: xyz", "token=... password: ..."],
  ["the security token is expired", "the security token is expired"],
])("values of secrets are not told: %s", (text, told) => {
  expect(tellable(text)).toBe(told);
});
