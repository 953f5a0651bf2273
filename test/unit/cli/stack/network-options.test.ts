import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parse } from "yaml";
import { parseFlags } from "../../../../cli/parse-flags.ts";
import { NETWORK_FLAGS } from "../../../../cli/stack/network-flags.ts";
import { networkOptions } from "../../../../cli/stack/network-options.ts";
import { type SelfSigned, selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let made: SelfSigned;
beforeAll(() => {
  made = selfSigned(temporaryFolder());
});

const options = (flags: object) => networkOptions(parseFlags(NETWORK_FLAGS, flags));

/** The parameters of the install document. */
const { parameters } = parse(
  readFileSync(new URL("../../../../resources/install-document.yml", import.meta.url), "utf8"),
  { logLevel: "error" },
).Resources.InstallDocument.Properties.Content;

const GOOD = [
  "none",
  "http://proxy:3128",
  "https://proxy.example.com:443/",
  "http://10.0.0.1:8080",
  "http://[2001:db8::1]:3128",
];
const BAD = [
  "",
  "proxy:3128",
  "http://proxy",
  "socks5://proxy:1080",
  "http://alice:secret@proxy:3128",
  "http://alice@proxy:3128",
  "http://proxy:3128/path",
  "http://proxy:3128\n",
  "http://proxy:3128\nAWS_PROFILE=x",
  'http://"proxy":3128',
  "http://pro xy:3128",
  "http://$(id):3128",
  "http://proxy:99999",
  "http://proxy:3128\0",
];

describe("a proxy", () => {
  test.each(GOOD)("%s is taken, by the document, too", (proxy) => {
    expect(options({ proxy })).toEqual({ proxy, proxyBypass: "", ca: "" });
    expect(proxy).toMatch(new RegExp(parameters.Proxy.allowedPattern));
  });

  test.each(BAD)("%j is refused, and not repeated", (proxy) => {
    expect(() => options({ proxy })).toThrow(
      /^--proxy: give http\(s\):\/\/HOST:PORT or none; a password belongs in .*local\.env/,
    );
    expect(() => options({ proxy })).not.toThrow(/secret/);
  });
});

test("whatever passes ends as it is in one line of an environment file, and passes the document", () => {
  const odd = fc.string({
    unit: fc.constantFrom(...Array.from("ab1.:/@-_*,[]%\\\"'$`#; \n\r\t=\0é")),
  });
  fc.assert(
    fc.property(odd, odd, (proxy, proxyBypass) => {
      for (const [flag, name, value] of [
        ["proxy", "Proxy", `http://${proxy}:80`],
        ["proxyBypass", "ProxyBypass", proxyBypass],
      ] as const) {
        try {
          options({ [flag]: value });
        } catch {
          continue;
        }
        expect(value).toMatch(/^[\w./:*,[\]-]+$/);
        expect(value).toMatch(new RegExp(parameters[name].allowedPattern));
      }
    }),
    { numRuns: 2000 },
  );
});

describe("certificates", () => {
  test("are sent without what else is in the file, such as a key", () => {
    const file = join(temporaryFolder(), "both.pem");
    writeFileSync(file, `a comment\n${made.key}${made.cert}`);
    const { ca } = options({ caFile: file });
    expect(Buffer.from(ca, "base64").toString()).toBe(made.cert);
    expect(ca).toMatch(new RegExp(parameters.Authorities.allowedPattern));
  });

  test("none takes them away", () => {
    expect(options({ caFile: "none" }).ca).toBe("none");
  });

  test("a file without any, or that is not there, is refused by its name", () => {
    expect(() => options({ caFile: made.files.key })).toThrow(
      /^--ca-file: .*is no file of certificates/,
    );
    expect(() => options({ caFile: "/missing.pem" })).toThrow(/^--ca-file: \/missing\.pem: /);
  });

  test("as many as the document's parameter takes are sent, and no more", () => {
    const file = join(temporaryFolder(), "many.pem");
    const most = Math.floor(((parameters.Authorities.maxChars / 4) * 3) / made.cert.length);
    writeFileSync(file, made.cert.repeat(most));
    expect(options({ caFile: file }).ca.length).toBeLessThanOrEqual(
      parameters.Authorities.maxChars,
    );
    writeFileSync(file, made.cert.repeat(most + 1));
    expect(() => options({ caFile: file })).toThrow(/^--ca-file: .*more than 12 KiB.*local\.env/);
  });
});
