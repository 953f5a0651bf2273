import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
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

test("it is as a Map is, and a name keeps its place while others come", () => {
  const name = fc.oneof(fc.integer({ min: 0, max: 200 }).map(String), fc.string());
  const made = fc.array(fc.record({ name, value: fc.integer({ min: 0, max: 1000 }) }), {
    maxLength: 500,
    size: "max",
  });
  fc.assert(
    fc.property(made, fc.array(name), (all, others) => {
      const [records, model, places] = [new HashedRecords(1), new Map(), new Map()];
      for (const { name, value } of all) {
        const place = records.makePlace(name);
        records.at(place)[0] = value;
        model.set(name, value);
        if (!places.has(name)) places.set(name, place);
      }
      expect(records.count).toBe(model.size);
      for (const one of [...model.keys(), ...others]) {
        expect(records.find(one)?.[0]).toBe(model.get(one));
        expect(records.placeOf(one)).toBe(places.get(one));
      }
    }),
    { numRuns: 50 },
  );
});

test("records come back from their bytes, cut anywhere, without those that are not wanted", () => {
  const records = new HashedRecords(1);
  for (let at = 0; at < 3000; at++) records.make(`${at}`)[0] = at;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (cut) => {
      const again = new HashedRecords(1);
      const take = again.taker();
      for (const piece of records.pieces(([value]) => (value ?? 0) % 3 > 0))
        for (let at = 0; at < piece.length; at += cut) take(piece.subarray(at, at + cut));
      expect(again.count).toBe(2000);
      for (let at = 0; at < 3000; at += 7)
        expect(again.find(`${at}`)?.[0]).toBe(at % 3 > 0 ? at : undefined);
    }),
    { numRuns: 10 },
  );
});

test("a name takes a constant number of bytes, however long it is", () => {
  const records = new HashedRecords(1);
  const before = records.bytes;
  for (let at = 0; at < 50_000; at++) records.make("x".repeat(200) + at);
  expect((records.bytes - before) / 50_000).toBeLessThan(36);
});
