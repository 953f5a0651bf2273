import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { LocalCopies } from "../../../../transfer/comparing/local-copies.ts";
import { Claims } from "../../../../transfer/placing/claims.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const nowhere = async () => LocalCopies.open(undefined, temporaryFolder());

test("a claim and what is noted of a path take little more than the note alone", async () => {
  const files = 60_000;
  const [noted, both] = [await nowhere(), await nowhere()];
  const claims = new Claims(both);
  for (let at = 0; at < files; at++) {
    noted.note(`folder/${at}`, "", undefined);
    claims.take(`folder/${at}`, "file");
    both.note(`folder/${at}`, "", undefined);
  }
  expect((claims.bytes + both.bytes - noted.bytes) / files).toBeLessThan(2);
});

test("claims are as a Map has them, each download's its own, and nothing is known of a path by them", async () => {
  const path = fc.integer({ min: 0, max: 20 }).map((at) => `a/${at}`);
  const kind = fc.constantFrom("file" as const, "folder" as const);
  const steps = fc.array(fc.record({ path, kind, of: fc.nat({ max: 1 }), isNoted: fc.boolean() }));
  const copies = await nowhere();
  fc.assert(
    fc.property(steps, (all) => {
      const downloads = [0, 1].map(() => ({ claims: new Claims(copies), model: new Map() }));
      for (const { path, kind, of, isNoted } of all) {
        const { claims, model } = downloads[of]!;
        expect(claims.take(path, kind)).toBe(!model.has(path));
        if (!model.has(path)) model.set(path, kind);
        if (isNoted) copies.note(path, "e", undefined);
        else copies.forget(path);
        expect(copies.of(path)?.etag).toBe(isNoted ? "e" : undefined);
      }
      for (let at = 0; at <= 20; at++)
        for (const { claims, model } of downloads)
          expect(claims.of(`a/${at}`)).toBe(model.get(`a/${at}`));
    }),
  );
});

test("a claim outlasts what others keep meanwhile, and is not kept itself", async () => {
  const [states, root] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(root, "f"), "x");
  const [own, other] = [await LocalCopies.open(states, root), await LocalCopies.open(states, root)];
  const claims = new Claims(own);
  claims.take("mine", "folder");
  for (let at = 0; at < 100; at++) other.note(`other ${at}`, "e", undefined);
  other.note("claimed", "e", undefined);
  await other.save(Date.now());
  claims.take("claimed", "file");
  await own.refresh();
  expect([claims.of("mine"), claims.of("claimed"), claims.of("other 1")]).toEqual([
    "folder",
    "file",
    undefined,
  ]);
  expect([own.of("mine"), own.of("claimed")?.etag, own.of("other 1")?.etag]).toEqual([
    undefined,
    "e",
    "e",
  ]);
  own.note("noted", "e", undefined);
  await own.save(Date.now());
  const again = await LocalCopies.open(states, root);
  expect([again.placeOf("mine"), again.of("noted")?.etag]).toEqual([undefined, "e"]);
});
