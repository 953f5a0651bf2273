import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Input } from "../../../../protocol/manifest.ts";
import { READ_KEY_METADATA } from "../../../../protocol/read-key.ts";
import { cacheWorld } from "../../../support/cache-world.ts";

const MiB = 1024 * 1024;
const BODY = Buffer.alloc(4 * MiB, "shared ");

/** Stages one object into many folders at once. */
const atOnce = async (
  w: ReturnType<typeof cacheWorld>,
  local: Awaited<ReturnType<typeof w.open>>["local"],
  inputs: readonly Input[],
) => Promise.allSettled(inputs.map((input) => w.stage(local, [input])));

test.each(["0644", "0444"])(
  "fifty jobs that share an object take one GET (mode %s)",
  async (mode) => {
    const w = cacheWorld();
    const { local } = await w.open();
    const input = await w.input("data", BODY, { mode });
    w.store.before = async () => setImmediate();
    const staged = await atOnce(
      w,
      local,
      Array.from({ length: 50 }, () => input),
    );
    expect(w.store.requests["getFile"]).toBe(1);
    for (const one of staged) {
      if (one.status === "rejected") throw one.reason;
      expect(readFileSync(join(one.value.at, "data")).equals(BODY)).toBe(true);
    }
  },
);

test("when that GET fails, each job fetches its own", async () => {
  const w = cacheWorld();
  const { local } = await w.open();
  const input = await w.input("data", BODY);
  let first = true;
  w.store.before = async () => {
    await setImmediate();
    const fails = first;
    first = false;
    if (fails) throw new Error("no answer");
  };
  const staged = await atOnce(
    w,
    local,
    Array.from({ length: 5 }, () => input),
  );
  expect(staged.map(({ status }) => status).toSorted()).toEqual([
    ...Array.from({ length: 4 }, () => "fulfilled"),
    "rejected",
  ]);
});

test("a job that was cancelled does not wait for another one's GET", async () => {
  const w = cacheWorld();
  const { local } = await w.open();
  const { key, ...rest } = { key: "job1/data", ...(await w.input("data", BODY)) };
  const wanted = {
    key,
    size: rest.size,
    etag: rest.etag,
    version: rest.version,
    readKey: undefined,
    readOnly: undefined,
  };
  const to = { part: "/nowhere/part", target: "/nowhere/target" };
  const never = local.bring(
    wanted,
    to,
    () => new Promise(() => undefined),
    () => undefined,
  );
  void never.catch(() => undefined);
  let asked = 0;
  const goOn = () => {
    asked += 1;
    if (asked === 3) throw new Error("cancelled");
  };
  await expect(
    local.bring(wanted, to, async () => Promise.reject(new Error("not its turn")), goOn),
  ).rejects.toThrow("cancelled");
});

test("an input of another prefix is taken from the cache with the object's read key alone", async () => {
  const w = cacheWorld();
  const { local } = await w.open();
  const { size, etag, version } = await w.input("data", BODY);
  const [right, wrong] = ["r".repeat(22), "w".repeat(22)];
  const { at } = await w.stage(local, [await w.input("other", "1")]);
  const bring = async (readKey: string | undefined) => {
    let fetched = false;
    const to = { part: join(at, "part"), target: join(at, "target") };
    const wanted = { key: "job1/data", size, etag, version, readKey, readOnly: undefined };
    const fetch = async () => {
      fetched = true;
      const object = await w.store.getFile("job1/data", to.part, { size, etag });
      return object && { ...object, metadata: { [READ_KEY_METADATA]: right } };
    };
    const brought = await local.bring(wanted, to, fetch, () => undefined);
    // The object's is compared with the manifest's.
    expect(brought?.object.metadata[READ_KEY_METADATA]).toBe(right);
    return fetched;
  };
  expect(await bring(right)).toBe(true);
  expect(await bring(right)).toBe(false);
  expect(await bring(wrong)).toBe(true);
  expect(await bring(undefined)).toBe(false);
});
