import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { readCertificates } from "../../../../bucket/network/certificates.ts";
import { type SelfSigned, selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const folder = temporaryFolder();
let made: SelfSigned;
beforeAll(() => {
  made = selfSigned(folder);
});

function bundle(text: string | Buffer): string {
  const path = join(folder, "bundle.pem");
  writeFileSync(path, text);
  return path;
}

test("certificates are taken out of what stands around them", () => {
  const text = `# Our site\r\n${made.cert}${made.key}\n# Another\n${made.cert}`;
  const read = readCertificates("AWS_CA_BUNDLE", bundle(text));
  expect(read).toBe(`${made.cert}${made.cert}`);
});

test.each([
  ["nothing", ""],
  ["a key", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"],
  ["a torn one", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
  [
    "a sound one before a broken one",
    () => `${made.cert}-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n`,
  ],
  ["DER", () => new X509Certificate(made.cert).raw],
  ["one without an end", "-----BEGIN CERTIFICATE-----\nMIIB"],
])("%s is an error that names setting and file", (_, text) => {
  const path = bundle(typeof text === "function" ? text() : text);
  expect(() => readCertificates("ca_bundle", path)).toThrow(
    expect.objectContaining({
      code: "config",
      message: `ca_bundle: ${path} is no file of certificates in PEM`,
    }),
  );
});

test("a folder is named as one", () => {
  expect(() => readCertificates("AWS_CA_BUNDLE", folder)).toThrow(
    `AWS_CA_BUNDLE: ${folder} is a folder: name a file`,
  );
});

test("a file that is not there is an error that names it", () => {
  expect(() => readCertificates("SSL_CERT_FILE", "/none.pem")).toThrow(
    /^SSL_CERT_FILE: \/none.pem: .*ENOENT/,
  );
});
