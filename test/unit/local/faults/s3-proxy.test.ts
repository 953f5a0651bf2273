import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { ObjectStore } from "../../../../bucket/object-store.ts";
import { CONTROL_PATH } from "../../../../local/faults/control.ts";
import type { S3Rule } from "../../../../local/faults/s3-fault.ts";
import { type S3LogLine, s3Proxy } from "../../../../local/faults/s3-proxy.ts";
import { s3Over, s3Scene } from "../../../support/s3-over.ts";

const s3 = s3Scene();
let proxy: Server;
let url: string;
let store: ObjectStore;
const log: S3LogLine[] = [];

beforeEach(async () => {
  log.length = 0;
  const target = Number(new URL(s3.url).port);
  proxy = s3Proxy({ target, killAgent: async () => {}, log: (line) => log.push(line) });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  store = s3Over(url).store("b");
  for (const key of ["p/a", "p/b&c", "p/d", "p/e"]) s3.server.put(key, Buffer.from("x"));
});
afterEach(() => {
  proxy.closeAllConnections();
  return new Promise((resolve) => proxy.close(resolve));
});

async function rule(more: Pick<S3Rule, "fault" | "key"> & Partial<S3Rule>): Promise<void> {
  const body = JSON.stringify({ skip: 0, times: 1, ...more });
  expect((await fetch(`${url}${CONTROL_PATH}r`, { method: "PUT", body })).status).toBe(200);
}

test("without a rule, many objects are listed and removed through it, and the log names them", async () => {
  expect(await keys()).toEqual(["p/a", "p/b&c", "p/d", "p/e"]);
  expect(await store.deleteMany(await keys())).toEqual([]);
  expect(s3.server.objects.size).toBe(0);
  const [last] = log.slice(-1);
  expect(last).toMatchObject({ operation: "delete", key: "p/a\np/b&c\np/d\np/e", answer: 200 });
});

test("half: the second half of what was to be removed stays, and is named", async () => {
  await rule({ fault: "half", key: "^p/d$" });
  const refused = await store.deleteMany(["p/a", "p/b&c", "p/d", "p/e"]);
  expect(refused.map(({ key, code }) => [key, code])).toEqual([
    ["p/d", "InternalError"],
    ["p/e", "InternalError"],
  ]);
  expect([...s3.server.objects.keys()]).toEqual(["p/d", "p/e"]);
});

test("half of one object is none", async () => {
  await rule({ fault: "half", key: "^p/a$", times: 2 });
  expect(await store.deleteMany(["p/a"])).toMatchObject([{ key: "p/a" }]);
  expect(s3.server.objects.has("p/a")).toBe(true);
  // A removal of one object alone fails once, and is tried again.
  await store.delete("p/a");
  expect(s3.server.objects.has("p/a")).toBe(false);
});

test("repeat-page: a listing says that it goes on, and never does", async () => {
  await rule({ fault: "repeat-page", key: "^p/$", times: 100 });
  await expect(keys()).rejects.toMatchObject({ name: "UnsoundListing" });
});

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list("p/")) found.push(key);
  return found;
}
