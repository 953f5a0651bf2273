import { createHash, createHmac } from "node:crypto";
import { expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import * as fc from "fast-check";
import { escapeKey, escapeQuery } from "../../../../bucket/s3/escape-uri.ts";
import { SignV4 } from "../../../../bucket/s3/sign-v4.ts";

/** SHA-256 in the shape that the SDK's signer takes. */
class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Uint8Array);
  }
  update(data: unknown) {
    this.#hash.update(data as Uint8Array);
  }
  digest = async () => new Uint8Array(this.#hash.digest());
  reset() {}
}

interface Asked {
  method: string;
  key: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  region: string;
  sessionToken: string | undefined;
  seconds: number;
}

/** The Authorization header that the SDK's own signer makes. */
async function bySdk(asked: Asked, payload: string): Promise<string> {
  const { method, key, query, headers, region, sessionToken, seconds } = asked;
  const signer = new SignatureV4({
    service: "s3",
    region,
    credentials: credentialsOf(sessionToken),
    sha256: Sha256,
    uriEscapePath: false,
  });
  const signed = await signer.sign(
    {
      method,
      protocol: "https:",
      hostname: "bucket.s3.amazonaws.com",
      path: `/${escapeKey(key)}`,
      query,
      headers: { ...headers, "x-amz-content-sha256": payload },
    },
    { signingDate: new Date(seconds * 1000) },
  );
  return signed.headers["authorization"] ?? "";
}

function credentialsOf(sessionToken: string | undefined) {
  return {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    ...(sessionToken !== undefined && { sessionToken }),
  };
}

function byOurs(signer: SignV4, asked: Asked, payload: string): string {
  const { method, key, query, headers, sessionToken, seconds } = asked;
  const own = { ...headers };
  const names = Object.keys(query).toSorted((a, b) => (escapeQuery(a) < escapeQuery(b) ? -1 : 1));
  signer.sign(
    {
      method,
      path: `/${escapeKey(key)}`,
      query: names
        .map((name) => `${escapeQuery(name)}=${escapeQuery(query[name] ?? "")}`)
        .join("&"),
      headers: own,
      payload,
    },
    credentialsOf(sessionToken),
    seconds * 1000,
  );
  return own["authorization"] ?? "";
}

const value = fc.stringMatching(/^[ -~]{0,20}$/);
const asked: fc.Arbitrary<Asked> = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD"),
  key: fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }),
  query: fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,8}$/), fc.string({ unit: "grapheme" }), {
    maxKeys: 4,
  }),
  headers: fc
    .dictionary(fc.stringMatching(/^x-amz-meta-[a-z]{1,6}$/), value, { maxKeys: 4 })
    .map((headers) => ({ host: "bucket.s3.amazonaws.com", ...headers })),
  region: fc.constantFrom("us-east-1", "ap-northeast-1"),
  sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{8,40}$/), { nil: undefined }),
  seconds: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
});

test("the SDK's signer signs any request the same way", async () => {
  await fc.assert(
    fc.asyncProperty(asked, async (request) => {
      const payload = "UNSIGNED-PAYLOAD";
      const signer = new SignV4(request.region);
      expect(byOurs(signer, request, payload)).toBe(await bySdk(request, payload));
    }),
    { numRuns: 300 },
  );
});

test("one signer follows the day and the credentials", async () => {
  const signer = new SignV4("us-east-1");
  const payload = createHash("sha256").update("body").digest("hex");
  const base = {
    method: "PUT",
    key: "a b/ü+%",
    query: {},
    headers: { host: "h" },
    region: "us-east-1",
  };
  const seconds = Date.UTC(2026, 10, 25, 23, 59, 59) / 1000;
  for (const at of [seconds, seconds + 1, seconds])
    for (const sessionToken of [undefined, "token"]) {
      const request = { ...base, sessionToken, seconds: at };
      expect(byOurs(signer, request, payload)).toBe(
        await bySdk({ ...request, headers: { host: "h" } }, payload),
      );
    }
});
