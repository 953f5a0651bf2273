import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CREDENTIALS } from "../transfer/versitygw.ts";
import { BUCKET_HOST, REGION } from "./amazon.ts";
import { expectRefused, expectWorks, sendByAll } from "./clients.ts";
import { proxiedSite } from "./proxied-site.ts";

const { amazon, site, startProxy, trusting } = proxiedSite();

const PASSWORD = "al@ice:s:e/c ret";
const USER = "al%40ice:s%3Ae%2Fc%20ret@";
/** One attempt: how often something is tried again is another test's matter. */
const ONCE = { AWS_MAX_ATTEMPTS: "1" };

describe("works", () => {
  test.each([
    ["HTTPS_PROXY", "http"],
    ["https_proxy", "http"],
    ["HTTPS_PROXY", "https"],
  ] as const)("by %s, a proxy of %s", async (variable, scheme) => {
    const name = `${variable}-${scheme}`;
    const { proxy, url } = await startProxy({ scheme });
    expectWorks(await sendByAll(site(), name, { all: { [variable]: url }, ...trusting }));
    const wanted = [`${BUCKET_HOST}:443`, `events.${REGION}.amazonaws.com:443`];
    expect([...new Set(proxy.asked)].toSorted()).toEqual(wanted);
    for (const client of ["cli", "agent", "aws"])
      expect(amazon().object(`${name}-${client}/data.bin`)).toHaveLength(1000);
  });

  test.each(["http", "https"] as const)("with a password, a proxy of %s", async (scheme) => {
    const { proxy, url } = await startProxy({ scheme, user: USER });
    proxy.password = PASSWORD;
    const all = { HTTPS_PROXY: url };
    expectWorks(await sendByAll(site(), `password-${scheme}`, { all, ...trusting }));
  });

  test("by its name without http://", async () => {
    const { name } = await startProxy();
    expectWorks(await sendByAll(site(), "bare", { all: { HTTPS_PROXY: name }, ...trusting }));
  });

  test("by ALL_PROXY, which the AWS CLI does not know", async () => {
    const { url } = await startProxy();
    const { cli, agent, aws } = await sendByAll(site(), "all", {
      all: { ALL_PROXY: url, ...ONCE },
      ...trusting,
    });
    expect([cli.code, agent.code, aws.code]).toEqual([0, 0, 1]);
  });

  test("HTTPS_PROXY goes before ALL_PROXY, and lower case first", async () => {
    const [{ url }, other] = [await startProxy(), await startProxy()];
    const all = { https_proxy: url, HTTPS_PROXY: other.url, ALL_PROXY: other.url };
    expectWorks(await sendByAll(site(), "order", { all, ...trusting }));
    expect(other.proxy.asked).toEqual([]);
  });

  test("a role that STS gives", async () => {
    const { proxy, url } = await startProxy();
    const file = join(temporaryFolder(), "config");
    writeFileSync(
      file,
      [
        "[profile role]",
        "role_arn = arn:aws:iam::123456789012:role/r",
        "source_profile = own",
        `region = ${REGION}`,
        "[profile own]",
        `aws_access_key_id = ${CREDENTIALS.accessKeyId}`,
        `aws_secret_access_key = ${CREDENTIALS.secretAccessKey}`,
      ].join("\n"),
    );
    const all = { HTTPS_PROXY: url, AWS_PROFILE: "role", AWS_CONFIG_FILE: file };
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    expectWorks(await sendByAll(site(), "role", { all: { ...all, ...none }, ...trusting }));
    expect(proxy.asked).toContain(`sts.${REGION}.amazonaws.com:443`);
  });
});

describe("is refused, and says which proxy", () => {
  const refusals = [
    [
      "wants a password",
      undefined,
      PASSWORD,
      "",
      /wants a user and a password: put them into HTTPS_PROXY/,
    ],
    ["wants another one", undefined, PASSWORD, "alice:other@", /refuses the user or the password/],
    ["says 403", 403, undefined, "", /of HTTPS_PROXY, refuses the connection: 403/],
    ["says 302", 302, undefined, "", /of HTTPS_PROXY, refuses the connection: 302/],
    ["says 503", 503, undefined, "", /answered 503/],
  ] as const;
  test.each(refusals)("one that %s", async (_, refusal, password, user, message) => {
    const { proxy, name, url } = await startProxy({ user });
    Object.assign(proxy, { refusal, password });
    const sent = await sendByAll(site(), "no", { all: { HTTPS_PROXY: url, ...ONCE }, ...trusting });
    expectRefused(sent, message);
    expectRefused(sent, new RegExp(`the proxy ${name.replaceAll(".", "\\.")}`));
    expect(JSON.stringify([sent.cli, sent.agent])).not.toMatch(/other@|:other/);
    expect(amazon().seen).toEqual([]);
  });

  test("one that is not there", async () => {
    const { proxy, name, url } = await startProxy();
    await proxy.stop();
    const sent = await sendByAll(site(), "gone", {
      all: { HTTPS_PROXY: url, ...ONCE },
      ...trusting,
    });
    expectRefused(sent, new RegExp(`the proxy ${name} \\(of \\w+\\) cannot be reached`));
  });

  test("one whose name is unknown", async () => {
    const all = { HTTPS_PROXY: "http://proxy.site.example:3128", ...ONCE };
    const sent = await sendByAll(site(), "unknown", { all, ...trusting });
    expectRefused(sent, /the proxy proxy\.site\.example:3128 \(of \w+\) cannot be reached/);
  });

  test("one of another name than its certificate's", async () => {
    const { url, name } = await startProxy({ scheme: "https", names: [`DNS:${BUCKET_HOST}`] });
    const sent = await sendByAll(site(), "name", {
      all: { HTTPS_PROXY: url, ...ONCE },
      ...trusting,
    });
    expectRefused(sent, new RegExp(name));
  });

  test.each(["socks5://127.0.0.1:1080", "proxy:port", "http://a%zz:b@127.0.0.1:1"])(
    "%j",
    async (text) => {
      const { cli, agent } = await sendByAll(site(), "bad", {
        all: { HTTPS_PROXY: text, ...ONCE },
        ...trusting,
      });
      for (const { code, stderr } of [cli, agent]) {
        expect(stderr).toMatch(/HTTPS_PROXY: /);
        expect(code).toBeGreaterThan(0);
      }
    },
  );

  test("none at all: the host is named", async () => {
    const sent = await sendByAll(site(), "none", { all: ONCE, ...trusting });
    expectRefused(sent, new RegExp(BUCKET_HOST));
  });
});
