import { expect, test } from "@jest/globals";
import { HashedRecords } from "../../../../transfer/names/hashed-records.ts";

test("each name has its own record, and an unknown one has none", () => {
  const records = new HashedRecords(2);
  const names = Array.from({ length: 20_000 }, (_, at) => `folder/${at}`);
  for (const [at, name] of names.entries()) records.make(name).set([at, at + 1]);
  expect(records.count).toBe(names.length);
  for (const [at, name] of names.entries())
    if (at % 97 === 0) expect([...(records.find(name) ?? [])]).toEqual([at, at + 1]);
  expect(records.find("folder/20000")).toBeUndefined();
  records.make("folder/7")[0] = 1;
  expect([records.find("folder/7")?.[0], records.count]).toEqual([1, names.length]);
});

test("a name takes a constant number of bytes, however long it is", () => {
  const records = new HashedRecords(1);
  const before = records.bytes;
  for (let at = 0; at < 50_000; at++) records.make("x".repeat(200) + at);
  expect((records.bytes - before) / 50_000).toBeLessThan(36);
});
