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

function bundle(text: string): string {
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
  ["one without an end", "-----BEGIN CERTIFICATE-----\nMIIB"],
])("%s is an error that names setting and file", (_, text) => {
  const path = bundle(text);
  expect(() => readCertificates("ca_bundle", path)).toThrow(
    expect.objectContaining({
      code: "config",
      message: expect.stringContaining(`ca_bundle: ${path}: `),
    }),
  );
});

test("a file that is not there is an error that names it", () => {
  expect(() => readCertificates("SSL_CERT_FILE", "/none.pem")).toThrow(
    /^SSL_CERT_FILE: \/none.pem: .*ENOENT/,
  );
});
