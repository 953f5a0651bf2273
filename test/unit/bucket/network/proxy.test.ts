import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { proxyFor } from "../../../../bucket/network/proxy.ts";

const S3 = new URL("https://b.s3.eu-west-1.amazonaws.com");

const nameFor = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.name;

test.each([
  [{}, undefined],
  [{ HTTPS_PROXY: "http://p:3128" }, "p:3128"],
  [{ https_proxy: "http://lower:1", HTTPS_PROXY: "http://upper:2" }, "lower:1"],
  [{ HTTPS_PROXY: "" }, undefined],
  [{ HTTP_PROXY: "http://p:3128" }, undefined],
  [{ ALL_PROXY: "http://all:8080" }, "all:8080"],
  [{ ALL_PROXY: "http://all:8080", HTTPS_PROXY: "http://p:3128" }, "p:3128"],
  [{ HTTPS_PROXY: "p:3128" }, "p:3128"],
  [{ HTTPS_PROXY: "http://p" }, "p:80"],
  [{ HTTPS_PROXY: "https://p" }, "p:443"],
  [{ HTTPS_PROXY: "http://[::1]:3128" }, "[::1]:3128"],
  [{ HTTPS_PROXY: "http://p:3128", NO_PROXY: "*" }, undefined],
  [{ HTTPS_PROXY: "http://p:3128", NO_PROXY: ".amazonaws.com" }, undefined],
  [{ HTTPS_PROXY: "http://p:3128", no_proxy: "x, amazonaws.com" }, undefined],
  [{ HTTPS_PROXY: "http://p:3128", NO_PROXY: "*.amazonaws.com" }, undefined],
  [{ HTTPS_PROXY: "http://p:3128", NO_PROXY: "amazonaws.com:443" }, undefined],
  [{ HTTPS_PROXY: "http://p:3128", NO_PROXY: "amazonaws.com:80" }, "p:3128"],
  [{ HTTPS_PROXY: "http://p:3128", NO_PROXY: "azonaws.com" }, "p:3128"],
] as [Record<string, string>, string | undefined][])("%j: %s", (env, expected) => {
  expect(nameFor(S3.href, env)).toBe(expected);
});

test("requests over plain HTTP have a proxy of their own", () => {
  const env = { HTTPS_PROXY: "http://s:1", HTTP_PROXY: "http://h:2", NO_PROXY: "127.0.0.1,::1" };
  expect(nameFor("http://minio:9000", env)).toBe("h:2");
  expect(nameFor("http://127.0.0.1:9000", env)).toBeUndefined();
  expect(nameFor("http://[::1]:9000", env)).toBeUndefined();
});

test("user and password are a header, and in no message", () => {
  const env = { HTTPS_PROXY: "http://al%40ice:se%3Acret@p:3128" };
  expect(proxyFor(S3, env)).toMatchObject({
    authorization: `Basic ${Buffer.from("al@ice:se:cret").toString("base64")}`,
    name: "p:3128",
  });
});

test.each(["socks5://secret@p:1080", "http://secret%zz@p:1", "http://secret@", "ftp://secret@p"])(
  "%s is refused, and not repeated",
  (text) => {
    try {
      proxyFor(S3, { HTTPS_PROXY: text });
      throw new Error("accepted");
    } catch (error) {
      expect(error).toMatchObject({
        code: "config",
        message: expect.stringMatching(/^HTTPS_PROXY: /),
      });
      expect((error as Error).message).not.toContain("secret");
    }
  },
);

describe("an address that is no URL says what is wrong with it, and not that it begins otherwise", () => {
  const refused = (HTTPS_PROXY: string) => {
    try {
      return proxyFor(S3, { HTTPS_PROXY });
    } catch (error) {
      return error;
    }
  };
  const isNoUrl = expect.objectContaining({
    code: "config",
    message: expect.stringMatching(
      /^HTTPS_PROXY: this is no valid URL: .*HOST:PORT.*65535.*# as %23.*@ as %40$/,
    ),
  });

  test.each(["http://127.0.0.1:99999", "http://127.0.0.1:0", "http://[::1", "http://", "p:x"])(
    "%s",
    (text) => expect(refused(text)).toEqual(isNoUrl),
  );

  test("a password with what ends a host; none of it is shown, or taken for the proxy", () => {
    const part = fc.string({ unit: fc.constantFrom("7", "8", "s", "3"), maxLength: 4 });
    const password = fc.tuple(part, fc.constantFrom("#", "/", "?", "/#"), part);
    fc.assert(
      fc.property(password, fc.constantFrom("http://", "https://", ""), (parts, scheme) => {
        const text = `${scheme}sesame:${parts.join("")}@127.0.0.1:1`;
        expect(refused(text)).toEqual(isNoUrl);
        expect((refused(text) as Error).message).not.toContain("sesame");
      }),
    );
  });

  test("once they are encoded, it is one", () => {
    const password = fc.string({ minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(password, (text) => {
        const user = Buffer.from(`u:${text}`).toString("base64");
        expect(refused(`http://u:${encodeURIComponent(text)}@p:1/`)).toMatchObject({
          name: "p:1",
          authorization: `Basic ${user}`,
        });
      }),
    );
  });
});

test("NO_PROXY means what it means to the AWS CLI", () => {
  const label = fc.constantFrom("s3", "amazonaws", "com", "eu-west-1", "b", "example", "awscom");
  const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  const entry = fc.tuple(fc.constantFrom("", "."), host).map((parts) => parts.join(""));
  const list = fc.array(entry, { maxLength: 3 }).map((entries) => entries.join(","));
  const cases = fc.sample(fc.tuple(host, list), 400);
  const script = `
import json, os, sys, urllib.request
out = []
for host, no_proxy in json.load(sys.stdin):
    out.append(bool(urllib.request.proxy_bypass_environment(host, {"no": no_proxy})))
json.dump(out, sys.stdout)`;
  const { stdout } = spawnSync("python3", ["-c", script], {
    input: JSON.stringify(cases),
    encoding: "utf8",
  });
  const theirs = JSON.parse(stdout) as boolean[];
  const ours = cases.map(([name, NO_PROXY]) => {
    return nameFor(`https://${name}`, { HTTPS_PROXY: "http://p:1", NO_PROXY }) === undefined;
  });
  expect(ours).toEqual(theirs);
  expect(new Set(ours).size).toBe(2);
});
