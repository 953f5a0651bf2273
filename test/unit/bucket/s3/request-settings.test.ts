import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { findRequestSettings, type GivenSettings } from "../../../../bucket/s3/request-settings.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";
import { collect } from "../../../support/collect.ts";
import { countBusiest } from "../../../support/count-busiest.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { fail } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const given = awsEnvironment();
const s3 = s3Scene();

const OWNER = "CLOUD_SUBMIT_EXPECTED_BUCKET_OWNER";
const RATE = "CLOUD_SUBMIT_LIMIT_RATE";
const PAYER = "CLOUD_SUBMIT_REQUEST_PAYER";
const profile = (...lines: string[]) => ["[default]", ...lines].join("\n");
const section = (...lines: string[]) => profile("s3 =", ...lines.map((line) => `    ${line}`));

/** As without any setting. */
const NONE = { headers: {}, making: {}, acl: {}, keptAs: "" };

test("without settings nothing is settled, and no header is added", async () => {
  given({});
  expect(await findRequestSettings(undefined)).toEqual(NONE);
});

test.each<[string, Record<string, string>, string, object]>([
  ["AWS_MAX_ATTEMPTS", { AWS_MAX_ATTEMPTS: "7" }, "", { attempts: 7 }],
  ["max_attempts", {}, profile("max_attempts = 9"), { attempts: 9 }],
  [
    "the environment before the profile",
    { AWS_MAX_ATTEMPTS: "7" },
    profile("max_attempts = 9"),
    { attempts: 7 },
  ],
  [
    "an empty variable for none",
    { AWS_MAX_ATTEMPTS: "", AWS_RETRY_MODE: "", [OWNER]: "" },
    profile("max_attempts = 9"),
    { attempts: 9, headers: {} },
  ],
  [
    "the s3 section, and the keys after it",
    {},
    `${section("addressing_style = path", "max_concurrent_requests = 20")}\nmax_attempts = 3`,
    { concurrency: 20, attempts: 3 },
  ],
  ["a limit of rate", { [RATE]: "1.5M" }, "", { bytesPerSecond: 1_572_864 }],
  [
    "that of the AWS CLI",
    {},
    section("max_bandwidth = 10MB/s"),
    { bytesPerSecond: 10 * 1024 * 1024 },
  ],
  [
    "the environment's before that, also when it is none",
    { [RATE]: "off" },
    section("max_bandwidth = 10MB/s"),
    { bytesPerSecond: undefined },
  ],
  ["who pays", { [PAYER]: "requester" }, "", { headers: { "x-amz-request-payer": "requester" } }],
  [
    "whose bucket it is",
    { [OWNER]: "012345678901" },
    "",
    { headers: { "x-amz-expected-bucket-owner": "012345678901" } },
  ],
])("takes %s", async (_, env, config, found) => {
  given(env, config);
  expect(await findRequestSettings(undefined)).toMatchObject(found);
});

test("takes the profile given, or AWS_PROFILE", async () => {
  const config = "[profile a]\nmax_attempts = 2\n[profile b]\nmax_attempts = 3\n";
  given({ AWS_PROFILE: "b" }, config);
  expect((await findRequestSettings("a")).attempts).toBe(2);
  expect((await findRequestSettings(undefined)).attempts).toBe(3);
});

test("a limit of rate that was given goes before all others, and is refused by the flag's name", async () => {
  given({ [RATE]: "1M" });
  const settled = (limitRate: string) => findRequestSettings(undefined, { limitRate });
  expect((await settled("20K")).bytesPerSecond).toBe(20 * 1024);
  expect((await settled("off")).bytesPerSecond).toBeUndefined();
  for (const text of ["", "0", "-5M", "x"])
    await expect(settled(text)).rejects.toThrow(/^--limit-rate: give bytes a second, [^\n]+$/);
});

test.each<[string, GivenSettings, string]>([
  ["limitRate", { limitRate: "fast" }, "--limit-rate"],
  ["sse", { sse: "no" }, "--sse"],
  ["sseCKey", { sseCKey: "" }, "--sse-c-key"],
])("%s is refused by the name of the place where it was given", async (name, settings, flag) => {
  given({});
  const from = (place: string) =>
    findRequestSettings(undefined, { ...settings, from: { [name]: place } });
  await expect(findRequestSettings(undefined, settings)).rejects.toThrow(`${flag}: give `);
  for (const place of ["CLOUD_SUBMIT_X", "x in /a/cloud-submit.json"])
    await expect(from(place)).rejects.toThrow(`${place}: give `);
});

test.each(["legacy", "standard", "adaptive"])("knows the retry mode %s", async (mode) => {
  for (const [env, config] of [
    [{ AWS_RETRY_MODE: mode }, ""],
    [{}, profile(`retry_mode = ${mode}`)],
  ] as const) {
    given(env, config);
    expect(await findRequestSettings(undefined)).toEqual(NONE);
  }
});

test.each<[string, string[], Record<string, string>, string]>([
  ["AWS_MAX_ATTEMPTS", ["0", "-1", "1.5", "x", "1e3", "0x10", "Infinity"], {}, "whole number"],
  ["max_attempts", ["0", "-1", "many"], {}, "whole number"],
  ["s3.max_concurrent_requests", ["0", "-4", "ten", "1.5"], {}, "whole number"],
  ["AWS_RETRY_MODE", ["Standard", "none", "x"], {}, "legacy, standard or adaptive"],
  ["retry_mode", ["x"], {}, "legacy, standard or adaptive"],
  [PAYER, ["BucketOwner", "Requester", "1"], {}, "requester"],
  [
    "CLOUD_SUBMIT_SSE",
    ["aes256", "aws:KMS", "kms", "aws:kms:", "AES256:k", "aws:kms:a b"],
    {},
    "aws:kms",
  ],
  ["CLOUD_SUBMIT_ACL", ["public-read", "private"], {}, "bucket-owner-full-control"],
  [OWNER, ["12345678901", "1234567890123", "1234-5678-901", "me"], {}, "12 digits"],
  [RATE, ["0", "-1M", "10", "2T", "fast", "10Mbit"], {}, "bytes a second"],
  ["s3.max_bandwidth", ["0", "10Mb/s"], {}, "bytes a second"],
])(
  "%s is refused, by name and with what to give, when it is not one",
  async (name, texts, _, what) => {
    for (const text of texts) {
      const isVariable = /^[A-Z_]+$/.test(name);
      const line = `${name.replace("s3.", "")} = ${text}`;
      const config = name.startsWith("s3.") ? section(line) : profile(line);
      given(isVariable ? { [name]: text } : {}, isVariable ? "" : config);
      const refused = { code: "config", message: expect.stringContaining(what) };
      await expect(findRequestSettings(undefined)).rejects.toMatchObject(refused);
      await expect(findRequestSettings(undefined)).rejects.toThrow(`${name}: give `);
      // Nothing is sent with a setting that was misread.
      await expect(s3.access().store("b").get("k")).rejects.toMatchObject(refused);
    }
    expect(s3.server.seen).toEqual([]);
  },
);

test("whatever a setting is, it is taken or refused in one line, and is no part of another header", async () => {
  const variable = fc.constantFrom(
    "AWS_MAX_ATTEMPTS",
    "AWS_RETRY_MODE",
    PAYER,
    OWNER,
    RATE,
    "CLOUD_SUBMIT_SSE",
  );
  const text = fc
    .oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\s\d\r\n:a-z-]{0,16}$/))
    .filter((one) => !one.includes("\0"));
  await fc.assert(
    fc.asyncProperty(variable, text, async (name, value) => {
      given({ [name]: value });
      try {
        const { headers, making } = await findRequestSettings(undefined);
        for (const one of Object.values(headers)) expect(one).toMatch(/^(requester|\d{12})$/);
        for (const one of Object.values(making)) expect(one).toMatch(/^[\w.:/-]+$/);
      } catch (error) {
        expect(error).toMatchObject({ code: "config" });
        expect((error as Error).message).toMatch(/^[A-Z_]+: give [^\r\n]+$/);
      }
    }),
    { numRuns: 200 },
  );
});

describe("requests are made by them", () => {
  test.each([1, 2, 8])("a request is tried %d times", async (attempts) => {
    given({ AWS_MAX_ATTEMPTS: String(attempts) });
    s3.server.intercept = (_, response) => (fail(response, 503, "SlowDown"), true);
    await expect(s3.access().store("b").get("k")).rejects.toMatchObject({ name: "SlowDown" });
    expect(s3.server.seen).toHaveLength(attempts);
    // A caller that has its own number keeps it.
    await expect(s3.access({ attempts: 3 }).store("b").get("k")).rejects.toThrow();
    expect(s3.server.seen).toHaveLength(attempts + 3);
  });

  /** Files, one of them in parts. */
  async function putFiles() {
    const folder = temporaryFolder();
    const size = 2 * SINGLE_PUT_MAX;
    writeFileSync(join(folder, "large"), Buffer.alloc(size, 1));
    writeFileSync(join(folder, "small"), "small");
    const store = s3.access().store("b");
    const small = Array.from({ length: 12 }, (_, n) => `small${n}`);
    await Promise.all([
      store.putFile(join(folder, "large"), "large", size),
      ...small.map((key) => store.putFile(join(folder, "small"), key, 5)),
    ]);
    const getFiles = () =>
      Promise.all([
        store.getFile("large", join(folder, "back")),
        ...small.map((key) => store.get(key)),
      ]);
    return { store, getFiles };
  }

  test("who pays and whose bucket it is are in every request, and signed", async () => {
    given({ [PAYER]: "requester", [OWNER]: "123456789012" });
    const { store, getFiles } = await putFiles();
    await getFiles();
    for (const { key } of await collect(store.list(""))) await store.delete(key);
    const methods = new Set(s3.server.seen.map(({ method }) => method));
    expect([...methods].toSorted()).toEqual(["DELETE", "GET", "HEAD", "POST", "PUT"]);
    for (const { headers } of s3.server.seen) {
      expect(headers).toMatchObject({
        "x-amz-request-payer": "requester",
        "x-amz-expected-bucket-owner": "123456789012",
      });
      expect(headers.authorization).toMatch(
        /SignedHeaders=[^,]*;x-amz-expected-bucket-owner;[^,]*x-amz-request-payer/,
      );
    }
  });

  test.each([1, 3])("at most %d are under way at once, small and large together", async (most) => {
    given({}, section(`max_concurrent_requests = ${most}`));
    const up = countBusiest(s3.server, most);
    const { getFiles } = await putFiles();
    const down = countBusiest(s3.server, most);
    await getFiles();
    expect([up.busiest, down.busiest]).toEqual([most, most]);
  });

  test("without that setting many more are", async () => {
    given({});
    const up = countBusiest(s3.server, 12);
    await putFiles();
    expect(up.busiest).toBeGreaterThanOrEqual(12);
  });
});
