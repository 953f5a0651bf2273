import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { cacheWorld } from "../../../../support/cache-world.ts";

const BODY = Buffer.alloc(256 * 1024, "right ");

test("room is made of all that is not in use, and nothing is kept for a while", async () => {
  const w = cacheWorld();
  const { cache, local } = await w.open();
  const data = await w.input("data", BODY);
  await w.stage(local, [data]);
  expect(await cache.makeRoom()).toBe(true);
  expect([w.files(), cache.bytes]).toEqual([[], 0]);
  expect(await cache.makeRoom()).toBe(false);
  await w.stage(local, [data]);
  expect(w.files()).toEqual([]);
  w.skip(600_001);
  await w.stage(local, [data]);
  expect(w.files()).toHaveLength(1);
});

test("a cache that cannot be written costs GETs; it is told of once in a while, without read keys", async () => {
  const w = cacheWorld();
  const { local } = await w.open();
  rmSync(w.folder, { recursive: true });
  writeFileSync(w.folder, "not a folder");
  for (let job = 0; job < 3; job++) {
    const { at, gets } = await w.stage(local, [await w.input("data", BODY)]);
    expect(gets).toBe(1);
    expect(readFileSync(join(at, "data")).equals(BODY)).toBe(true);
  }
  expect(w.logged).toHaveLength(1);
  await w.open();
  expect(w.logged).toHaveLength(2);
});
