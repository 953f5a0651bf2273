import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { isJobData } from "../../../../bucket/s3/customer-key.ts";
import { UploadStateFolder } from "../../../../bucket/s3/upload-states.ts";
import { reportError } from "../../../../cli/errors/report-error.ts";
import { submitJob } from "../../../../cli/jobs/submit-job.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";
import { HEARTBEAT_KEY } from "../../../../protocol/heartbeat.ts";
import { liveKey } from "../../../../protocol/live-output.ts";
import { pendingKey } from "../../../../protocol/marker.ts";
import { PROTOCOL_FILES, SCRIPT_FILE } from "../../../../protocol/objects.ts";
import { ownRecordKey } from "../../../../protocol/own-record.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";
import { GuardedS3, type Guards } from "../../../support/guarded-s3.ts";
import { s3Over } from "../../../support/s3-over.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext } from "../../../support/test-ui.ts";

const MiB = 1024 * 1024;
const KEY = Buffer.alloc(32, "k");
const given = awsEnvironment();
beforeEach(() => given({}));
const servers: GuardedS3[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

function keyFile(content: Buffer | string = KEY, mode = 0o600): string {
  const path = join(temporaryFolder(), "key");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

async function scene(guards: Guards = {}) {
  const server = new GuardedS3(guards);
  servers.push(server);
  const url = await server.start();
  const states = new UploadStateFolder(temporaryFolder());
  return { server, url, store: (more = {}) => s3Over(url, { states, ...more }).store("b") };
}

function folder(): string {
  const root = temporaryFolder();
  mkdirSync(join(root, "d"));
  writeFileSync(join(root, SCRIPT_FILE), "#!/bin/sh\n");
  writeFileSync(join(root, "d/small"), "small");
  writeFileSync(join(root, "large"), Buffer.alloc(17 * MiB, "abc"));
  return root;
}

async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => "nothing was thrown",
    (thrown: unknown) => thrown,
  );
  const lines: string[] = [];
  for (const say of [sayEnglish, sayIn(ja.messages)])
    for (const json of [false, true])
      reportError(error, say, { json, write: (line) => void lines.push(line) });
  return lines.join("\n");
}

test("data of jobs, and nothing that functions read, is what a customer's key is for", () => {
  for (const key of ["j/data", `j/${SCRIPT_FILE}`, "j/d/", liveKey("j", "s", { stream: "stdout" })])
    expect([key, isJobData(key)]).toEqual([key, true]);
  const request = { prefix: "j", submission: "s", action: "run" } as const;
  const protocol = [...PROTOCOL_FILES].flatMap((name) => [`j/${name}`, `j/d/${name}`]);
  for (const key of [...protocol, pendingKey(request), ownRecordKey("j"), HEARTBEAT_KEY])
    expect([key, isJobData(key)]).toEqual([key, false]);
});

test("a folder goes and comes back with a key, again without being sent, and S3 keeps it with that key alone", async () => {
  const { server, store } = await scene();
  const s3 = store({ sseCKey: keyFile(), sse: "aws:kms" });
  const root = folder();
  await uploadFolder(s3, root, "j", { outsideLinks: "follow" });
  expect([...server.customerKeys.keys()].toSorted()).toEqual([
    "j/d/small",
    `j/${SCRIPT_FILE}`,
    "j/large",
  ]);
  server.seen.length = 0;
  expect(await uploadFolder(s3, root, "j", { outsideLinks: "follow" })).toMatchObject({ files: 0 });
  expect(server.count("PUT")).toBe(0);
  const to = temporaryFolder();
  expect(await downloadFolder(s3, "j", to)).toMatchObject({ files: 3, skippedCount: 0 });
  expect(readFileSync(join(to, "large")).equals(readFileSync(join(root, "large")))).toBe(true);
});

test("a job is submitted so that functions can read what they have to", async () => {
  const { server, store } = await scene();
  const { context } = testContext();
  const s3 = store({ sseCKey: keyFile(), sse: "aws:kms" });
  await submitJob({ ...context, store: s3 }, folder(), { prefix: "j" });
  const plain = store();
  expect(await text((await plain.get("j/job-aws-stat.txt"))!.body)).toBe("FILE_UPLOAD\n");
  expect(await plain.get("j/job-aws-manifest.json")).toBeDefined();
  const status = server.seen.find(
    ({ method, key }) => method === "PUT" && key.endsWith("stat.txt"),
  );
  expect(status!.headers["x-amz-server-side-encryption"]).toBe("aws:kms");
});

test("the key is in no message, and in nothing that is kept on disk", async () => {
  const { server, store } = await scene();
  const states = temporaryFolder();
  const guard = server.intercept;
  server.intercept = async (seen, response) => {
    if (seen.query.get("partNumber") !== "2") return guard(seen, response);
    response.writeHead(500).end();
    return true;
  };
  const s3 = store({ sseCKey: keyFile(), states: new UploadStateFolder(states), attempts: 1 });
  const told = await failure(s3.putFile(join(folder(), "large"), "j/large", 17 * MiB));
  const kept = readdirSync(states).map((name) => readFileSync(join(states, name), "latin1"));
  expect(kept).toHaveLength(1);
  for (const form of ["base64", "hex", "latin1"] as const)
    expect(told + kept.join("\n")).not.toContain(KEY.toString(form));
});

describe("S3's refusals name the setting", () => {
  test.each<[string, string | undefined, string | undefined, Guards, string]>([
    ["read without the key", "k", undefined, {}, "--sse-c-key"],
    ["read with the key of another", "k", "o", {}, "--sse-c-key"],
    ["read with a key where there is none", undefined, "k", {}, "--sse-c-key"],
  ])("%s", async (_, written, read, guards, named) => {
    const { store } = await scene(guards);
    const as = (key: string | undefined) =>
      store(key === undefined ? {} : { sseCKey: keyFile(Buffer.alloc(32, key)) });
    await as(written).put("j/data", "data");
    const told = await failure(downloadFolder(as(read), "j", temporaryFolder()));
    expect(told.split("\n")).toHaveLength(4);
    for (const line of told.split("\n")) expect(line).toContain(named);
  });

  test("written where SSE-C is blocked", async () => {
    const { store } = await scene({ blocksCustomerKeys: true });
    const told = await failure(store({ sseCKey: keyFile() }).put("j/data", "x"));
    expect(told).toContain("BlockedEncryptionTypes");
    await store({ sseCKey: keyFile() }).put("j/job-aws-stat.txt", "x");
  });
});

test.each<[string, () => string, string]>([
  ["empty", () => keyFile(""), "has 0 bytes instead of 32; make a new file: "],
  ["too short", () => keyFile("short"), "has 5 bytes instead of 32; make a new file: "],
  ["too long", () => keyFile(Buffer.alloc(33)), "has 33 bytes instead of 32; make a new file: "],
  ["far too long", () => keyFile(Buffer.alloc(3000)), "has 3000 bytes instead of 32; "],
  ["endless", () => "/dev/zero", "neither a file nor a folder"],
  ["readable by others", () => keyFile(KEY, 0o644), "chmod 600"],
  ["not there", () => join(temporaryFolder(), "none"), "ENOENT"],
  ["a folder", () => temporaryFolder(), ": is a folder; give a file of 32 bytes"],
])("a key that is %s is refused before anything is sent", async (_, file, words) => {
  const { server, store } = await scene();
  const path = file();
  for (const by of ["--sse-c-key", "CLOUD_SUBMIT_SSE_C_KEY"]) {
    given(by === "--sse-c-key" ? {} : { CLOUD_SUBMIT_SSE_C_KEY: path });
    const told = await failure(store(by === "--sse-c-key" ? { sseCKey: path } : {}).get("k"));
    expect(told).toContain(`${by}: ${path}`);
    expect(told).toContain(words);
    expect(told).not.toMatch(/\w+Error/);
  }
  expect(server.seen).toEqual([]);
});

test("the command that makes a key overwrites no file, and makes one that is taken", async () => {
  const { store } = await scene();
  const path = keyFile("an old key");
  const told = await failure(store({ sseCKey: path }).get("k"));
  const command = /make a new file: (\(.*\))$/m.exec(told)?.[1] ?? "";
  const run = (file: string) =>
    spawnSync("sh", ["-c", command.replace("NEW-FILE", file)], { encoding: "utf8" }).status;
  expect(run(path)).not.toBe(0);
  expect(readFileSync(path, "utf8")).toBe("an old key");
  const fresh = join(temporaryFolder(), "new");
  expect(run(fresh)).toBe(0);
  await store({ sseCKey: fresh }).put("j/data", "data");
});

test("the command that hides a key from others can be pasted, whatever its file is called", async () => {
  const { store } = await scene();
  const path = join(temporaryFolder(), "it's $HOME; a key");
  writeFileSync(path, KEY, { mode: 0o644 });
  const told = await failure(store({ sseCKey: path }).get("k"));
  const command = /chmod 600 .*$/m.exec(told)?.[0] ?? "";
  expect(spawnSync("sh", ["-c", command]).status).toBe(0);
  await store({ sseCKey: path }).put("j/data", "data");
});

test.each([
  [{ sse: "" }, "--sse: give AES256, aws:kms, "],
  [{ sse: " " }, "--sse: give AES256, aws:kms, "],
  [{ sseCKey: "" }, "--sse-c-key: give a file"],
])("%j is not taken for nothing", async (flags, words) => {
  const { server, store } = await scene();
  expect(await failure(store(flags).get("k"))).toContain(words);
  expect(server.seen).toEqual([]);
});

test("a key goes over no line without TLS", async () => {
  const store = s3Over("http://s3.example.com", { sseCKey: keyFile() }).store("b");
  await expect(store.get("k")).rejects.toMatchObject({ code: "config", message: /https/ });
});
