import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { UploadStateFolder } from "../../../../../bucket/s3/upload-states.ts";
import { awsEnvironment } from "../../../../support/aws-environment.ts";
import { GuardedS3, type Guards } from "../../../../support/guarded-s3.ts";
import { s3Over } from "../../../../support/s3-over.ts";
import { fail } from "../../../../support/s3-server.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const MiB = 1024 * 1024;
const SSE = "x-amz-server-side-encryption";
const KEY = "x-amz-server-side-encryption-aws-kms-key-id";
const ARN = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012";

const given = awsEnvironment();
const servers: GuardedS3[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function scene(guards: Guards) {
  const server = new GuardedS3(guards);
  servers.push(server);
  const url = await server.start();
  const path = join(temporaryFolder(), "f");
  writeFileSync(path, Buffer.alloc(9 * MiB, "x"));
  const states = new UploadStateFolder(temporaryFolder());
  return { server, path, store: (sse?: string) => s3Over(url, { sse, states }).store("b") };
}

test.each<[string, Record<string, string>]>([
  ["AES256", { [SSE]: "AES256" }],
  ["aws:kms", { [SSE]: "aws:kms" }],
  ["aws:kms:alias/jobs", { [SSE]: "aws:kms", [KEY]: "alias/jobs" }],
  [`aws:kms:${ARN}`, { [SSE]: "aws:kms", [KEY]: ARN }],
  ["aws:kms:dsse", { [SSE]: "aws:kms:dsse" }],
  [`aws:kms:dsse:${ARN}`, { [SSE]: "aws:kms:dsse", [KEY]: ARN }],
])(
  "what a policy demands is sent with every object, and with nothing else: %s",
  async (sse, demands) => {
    for (const by of ["flag", "variable"]) {
      given(by === "variable" ? { CLOUD_SUBMIT_SSE: sse } : { CLOUD_SUBMIT_SSE: "AES256" });
      const { server, path, store } = await scene({ kms: true, demands });
      const s3 = store(by === "flag" ? sse : undefined);
      await s3.put("small", "text");
      await s3.putFile(path, "large", 9 * MiB);
      await s3.getFile("large", `${path}.back`);
      await s3.delete("small");
      expect(server.objects.get("large")!.body).toHaveLength(9 * MiB);
      // PUT, begin; the guarded server refuses the headers elsewhere.
      expect(server.seen.filter(({ headers }) => SSE in headers)).toHaveLength(2);
    }
  },
);

test("without the setting no such header is sent, and what is demanded is refused", async () => {
  given({});
  const { server, store } = await scene({ demands: { [SSE]: "AES256" } });
  await expect(store().put("k", "x")).rejects.toMatchObject({ name: "AccessDenied" });
  expect(server.seen.some(({ headers }) => SSE in headers)).toBe(false);
});

test("the bucket's owner gets full control where that is demanded", async () => {
  const demands = { "x-amz-acl": "bucket-owner-full-control" };
  const { server, path, store } = await scene({ demands });
  given({ CLOUD_SUBMIT_ACL: "bucket-owner-full-control" });
  await store().putFile(path, "large", 9 * MiB);
  expect(server.objects.has("large")).toBe(true);
});

test("an upload in parts that was begun with another encryption is not continued", async () => {
  given({});
  const { server, path, store } = await scene({ kms: true });
  const guard = server.intercept;
  server.intercept = async (seen, response) => {
    if (seen.query.get("partNumber") !== "2") return guard(seen, response);
    fail(response, 500, "InternalError");
    return true;
  };
  await expect(store("aws:kms:one").putFile(path, "k", 9 * MiB)).rejects.toThrow();
  server.intercept = guard;
  server.seen.length = 0;
  await store("aws:kms:other").putFile(path, "k", 9 * MiB);
  const begun = server.seen.filter(({ query }) => query.has("uploads"));
  expect(begun.map(({ headers }) => headers[KEY])).toEqual(["other"]);
  expect(server.count("PUT")).toBe(2);
});

test("a conditional write whose answer was lost is known again by its checksum", async () => {
  given({});
  const { server, store } = await scene({ kms: true });
  let lost = false;
  const guard = server.intercept;
  server.intercept = (seen, response) => {
    if (seen.method !== "PUT" || lost) return guard(seen, response);
    lost = true;
    server.put(seen.key, seen.body);
    response.destroy();
    return true;
  };
  expect(await store().put("k", "mine", { ifAbsent: true })).toBe(server.objects.get("k")!.etag);
  lost = false;
  server.objects.clear();
  server.intercept = (seen, response) => {
    if (seen.method !== "PUT" || lost) return guard(seen, response);
    lost = true;
    server.put(seen.key, Buffer.from("else"));
    response.destroy();
    return true;
  };
  expect(await store().put("k", "mine", { ifAbsent: true })).toBeUndefined();
});
