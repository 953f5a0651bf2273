import type { ServerResponse } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { type Env, expectRefused, sendByAll, startCli } from "./clients.ts";
import { proxiedSite } from "./proxied-site.ts";

// The site's filter looks into TLS, and answers in place of S3.
const { amazon, inspection, site, startProxy } = proxiedSite();

const PAGE =
  "<!DOCTYPE html><html><head><title>Blocked</title></head><body>Your access key to the web</body></html>";
const PORTAL = "https://portal.site.example/login?back=s3";

/** Answers of filters and portals, and what of them users are told. */
const ANSWERS = [
  ["403 with a page", 403, {}, /403/],
  ["401 that wants a user", 401, { "www-authenticate": 'Basic realm="web"' }, /401/],
  ["404 with a page", 404, {}, /404/],
  ["302 to a portal", 302, { location: PORTAL }, /302.*portal\.site\.example/],
  ["307 to a portal", 307, { location: PORTAL }, /307.*portal\.site\.example/],
  ["200 with a page", 200, {}, /200/],
  ["511 with a page", 511, {}, /511/],
  ["503 with a page", 503, {}, /503/],
  ["400 with a page", 400, {}, /400/],
] as const;

const answerAll = (status: number, headers: Record<string, string>) => {
  amazon().intercept = (asked, response: ServerResponse) => {
    asked.resume();
    const whole = { "content-type": "text/html", server: "SiteFilter/7.1", ...headers };
    asked.on("end", () => response.writeHead(status, whole).end(PAGE));
    return true;
  };
};

const settings = async (): Promise<Env> => {
  const { url } = await startProxy({ inspects: true });
  return { HTTPS_PROXY: url, AWS_CA_BUNDLE: inspection.file, AWS_MAX_ATTEMPTS: "1" };
};

describe.each(ANSWERS)("%s", (_, status, headers, message) => {
  test("is not taken for S3's, and named with its status and server", async () => {
    answerAll(status, headers);
    const sent = await sendByAll(site(), "page", { all: await settings() });
    // The AWS CLI takes this page with 200 for an object that was written.
    const aws = status === 200 ? { ...sent.aws, code: 1 } : sent.aws;
    expectRefused({ ...sent, aws }, message);
    expectRefused({ ...sent, aws }, /SiteFilter\/7\.1/);
  });

  test.each(["status", "fetch", "wait", "list"])("%s says so, too", async (verb) => {
    answerAll(status, headers);
    const env = await settings();
    const args = verb === "list" ? [verb] : [verb, "job1"];
    const more = verb === "wait" ? ["--timeout", "3"] : [];
    const { code, stderr } = await startCli(site(), [...args, ...more], env).ended;
    expect({ code, stderr }).toEqual({
      code: expect.any(Number),
      stderr: expect.stringMatching(message),
    });
    expect(stderr).toMatch(/SiteFilter\/7\.1/);
    expect(stderr).not.toMatch(
      /credential|sign in(?! to the network)|sso login|access key|no job|not found/i,
    );
    expect(code).toBeGreaterThan(0);
  });
});
