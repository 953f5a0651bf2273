import { expect, test } from "@jest/globals";
import { proxyFor } from "../../../../../bucket/network/proxy.ts";
import { sayEnglish } from "../../../../../cli/messages/say.ts";
import { checkNetwork } from "../../../../../cli/verbs/doctor/network-check.ts";
import type { WaysToAws } from "../../../../../cli/verbs/doctor/ways-to-aws.ts";
import { CloudSubmitError } from "../../../../../protocol/error.ts";

const env = { HTTPS_PROXY: "http://alice:secret@p:3128", NO_PROXY: "sts.example" };
const ways = ["s3.example", "sts.example"].map((host) => ({
  host,
  proxy: proxyFor(new URL(`https://${host}`), env),
}));
const plain = [{ host: "s3.example", proxy: undefined }];

const checked = (waysToAws: () => Promise<WaysToAws>) =>
  checkNetwork({ say: sayEnglish, waysToAws }, "b", false);

test.each<[WaysToAws, string]>([
  [
    { ways, certificates: undefined },
    "s3.example through the proxy p:3128 (HTTPS_PROXY); sts.example without a proxy",
  ],
  [
    { ways: [...ways, ...ways], certificates: undefined },
    "s3.example through the proxy p:3128 (HTTPS_PROXY); sts.example without a proxy",
  ],
  [
    { ways: plain, certificates: "ca_bundle" },
    "s3.example without a proxy; certificates of ca_bundle",
  ],
])(
  "says which proxy and whose certificates are used, and not the password: %#",
  async (given, detail) => {
    expect(await checked(async () => given)).toEqual({ name: "network", verdict: "ok", detail });
  },
);

test("says nothing of the plain way", async () => {
  expect(await checked(async () => ({ ways: plain, certificates: undefined }))).toBeUndefined();
});

test("says what cannot be used", async () => {
  const error = new CloudSubmitError("config", "HTTPS_PROXY: a proxy begins with http://");
  expect(await checked(() => Promise.reject(error))).toMatchObject({
    verdict: "broken",
    detail: expect.stringContaining("HTTPS_PROXY"),
    fix: "correct the setting, or unset it",
  });
});
