import { expect, test } from "@jest/globals";
import { proxyFor } from "../../../../../bucket/network/proxy.ts";
import type { WayToS3 } from "../../../../../bucket/s3/s3-settings.ts";
import { sayEnglish } from "../../../../../cli/messages/say.ts";
import type { DoctorContext } from "../../../../../cli/verbs/doctor/context.ts";
import { checkNetwork } from "../../../../../cli/verbs/doctor/network-check.ts";
import { CloudSubmitError } from "../../../../../protocol/error.ts";

const host = "s3.example";
const proxy = proxyFor(new URL(`https://${host}`), { HTTPS_PROXY: "http://alice:secret@p:3128" });

const checked = (wayToS3: () => Promise<WayToS3>) =>
  checkNetwork({ say: sayEnglish, wayToS3 } as DoctorContext);

test.each([
  [{ host, proxy, certificates: undefined }, "s3.example through the proxy p:3128 (HTTPS_PROXY)"],
  [
    { host, proxy: undefined, certificates: "ca_bundle" },
    "s3.example without a proxy; certificates of ca_bundle",
  ],
  [
    { host, proxy, certificates: "AWS_CA_BUNDLE" },
    "s3.example through the proxy p:3128 (HTTPS_PROXY); certificates of AWS_CA_BUNDLE",
  ],
])(
  "says which proxy and whose certificates are used, and not the password: %#",
  async (way, detail) => {
    expect(await checked(async () => way)).toEqual({ name: "network", verdict: "ok", detail });
  },
);

test("says nothing of the plain way", async () => {
  expect(
    await checked(async () => ({ host, proxy: undefined, certificates: undefined })),
  ).toBeUndefined();
});

test("says what cannot be used", async () => {
  const error = new CloudSubmitError("config", "HTTPS_PROXY: a proxy begins with http://");
  expect(await checked(() => Promise.reject(error))).toMatchObject({
    verdict: "broken",
    detail: expect.stringContaining("HTTPS_PROXY"),
    fix: "correct the setting, or unset it",
  });
});
