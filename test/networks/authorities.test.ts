import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { AWS_NAMES, BUCKET_HOST } from "./amazon.ts";
import { Authority } from "./authority.ts";
import { type Env, expectRefused, expectWorks, sendByAll } from "./clients.ts";
import { proxiedSite } from "./proxied-site.ts";

// The site's proxy looks into TLS: its own authority vouches for everything.
const { amazon, inspection, site, startProxy, show } = proxiedSite();

const ONCE = { AWS_MAX_ATTEMPTS: "1" };
const FOR_AWS: Env = { AWS_CA_BUNDLE: inspection.file };

const send = async (name: string, ours: Env, aws = FOR_AWS) => {
  const { url } = await startProxy({ inspects: true });
  return sendByAll(site(), name, { all: { HTTPS_PROXY: url, ...ONCE }, ours, aws });
};

/** A file of settings, whose profile names the authority. */
const profileNaming = (bundle: string) => {
  const file = join(temporaryFolder(), "config");
  writeFileSync(file, `[default]\nca_bundle = ${bundle}\n`);
  return file;
};

describe("a site's own authority is trusted by", () => {
  test.each([["AWS_CA_BUNDLE"], ["SSL_CERT_FILE"], ["NODE_EXTRA_CA_CERTS"]])("%s", async (name) => {
    expectWorks(await send(name, { [name]: inspection.file }));
    expect(amazon().object(`${name}-cli/data.bin`)).toHaveLength(1000);
  });

  test("ca_bundle of the profile, as by the AWS CLI", async () => {
    const env = { AWS_CONFIG_FILE: profileNaming(inspection.file) };
    expectWorks(await send("profile", env, env));
  });

  test("a bundle of several, with remarks between them", async () => {
    const file = join(temporaryFolder(), "bundle.pem");
    const one = new Authority("Another");
    const { cert } = inspection.issue(["DNS:x.example"]);
    const text = [one.file, inspection.file].map(
      (path) => `# from ${path}\n${readFileSync(path, "utf8")}\n`,
    );
    writeFileSync(file, `${text.join("")}${cert}`);
    const env = { AWS_CA_BUNDLE: file };
    expectWorks(await send("bundle", env, env));
  });

  test("AWS_CA_BUNDLE before the profile's, and before SSL_CERT_FILE", async () => {
    const wrong = new Authority("Wrong").file;
    const env = {
      AWS_CA_BUNDLE: inspection.file,
      SSL_CERT_FILE: wrong,
      AWS_CONFIG_FILE: profileNaming(wrong),
    };
    expectWorks(await send("first", env, env));
  });
});

describe("is refused, and the host and who vouches for it are named", () => {
  const NAMED = new RegExp(`${BUCKET_HOST}.*issued by "Site Inspection, Site Inspection Root"`);

  test("an authority that no setting names", async () => {
    const sent = await send("unnamed", {}, {});
    expectRefused(sent, NAMED);
    expect(sent.cli.stderr).toContain("set AWS_CA_BUNDLE");
  });

  test("another authority than the one that is named", async () => {
    const other = { AWS_CA_BUNDLE: new Authority("Other").file };
    expectRefused(await send("other", other, other), NAMED);
  });

  test("the real AWS, where the site's authority alone is named", async () => {
    const { url } = await startProxy();
    const env = { AWS_CA_BUNDLE: inspection.file };
    const all = { HTTPS_PROXY: url, ...ONCE };
    const sent = await sendByAll(site(), "real", { all, ours: env, aws: env });
    expectRefused(sent, /issued by "World Trust/);
  });

  test("a proxy of https whose authority is not trusted", async () => {
    const { url, name } = await startProxy({ scheme: "https" });
    const all = { HTTPS_PROXY: url, ...ONCE, AWS_CA_BUNDLE: inspection.file };
    const sent = await sendByAll(site(), "proxy", { all });
    expectRefused(sent, new RegExp(`${name}.*issued by "World Trust`));
  });

  test("a certificate of another name", async () => {
    await show(inspection.issue(["DNS:portal.site.example"]));
    expectRefused(await send("name", FOR_AWS), new RegExp(BUCKET_HOST));
  });

  test("a certificate that has expired", async () => {
    await show(inspection.issue(AWS_NAMES, -1));
    expectRefused(await send("expired", FOR_AWS), new RegExp(`${BUCKET_HOST}.*expired`));
  });
});

describe("is refused, and the setting is named", () => {
  test.each(["AWS_CA_BUNDLE", "SSL_CERT_FILE"])("%s that names no file", async (name) => {
    const env = { [name]: "/no/such/file.pem" };
    const { cli, agent } = await send("absent", env, { AWS_CA_BUNDLE: "/no/such/file.pem" });
    for (const { code, stderr } of [cli, agent]) {
      expect(stderr).toContain(`${name}: /no/such/file.pem: `);
      expect(code).toBeGreaterThan(0);
    }
  });

  test("AWS_CA_BUNDLE that names a file without certificates", async () => {
    const file = join(temporaryFolder(), "empty.pem");
    writeFileSync(file, "nothing\n");
    const sent = await send("empty", { AWS_CA_BUNDLE: file }, { AWS_CA_BUNDLE: file });
    expectRefused(sent, /AWS_CA_BUNDLE: .*empty\.pem is no file/);
  });
});
