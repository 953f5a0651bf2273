import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { elsewhereOf, Places, workingFolder } from "../../../../cli/slurm/places.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const name = fc.stringMatching(/^[a-z]{1,3}$/);
const segment = fc.oneof(name, fc.constant(".."), fc.constant("."));

test("a file's place leads back to it from the folder that has its place", () => {
  fc.assert(
    fc.property(
      fc.array(segment, { maxLength: 8 }),
      name,
      fc.boolean(),
      (segments, file, isAbsolute) => {
        const places = new Places("/no/such/work");
        const path = `${isAbsolute ? "/" : ""}${[...segments, file].join("/")}`;
        const place = places.placeOf(path);
        const origins = places.origins(undefined).toSorted((a, b) => b.at.length - a.at.length);
        const { path: folder, at } = origins.find((one) => place.startsWith(one.at))!;
        expect(resolve(folder, place.slice(at.length).replace(/^\//, ""))).toBe(
          resolve("/no/such/work", path),
        );
        expect(place.split("/")).not.toContain("..");
      },
    ),
  );
});

test("patterns of sbatch stay in the name, and name no folder", () => {
  const places = new Places("/no/such/work");
  expect(places.placeOf("/logs/%j/a.out")).toBe(`${elsewhereOf("/logs")}/%j/a.out`);
  expect(places.placeOf("/logs/b-%A_%a.out")).toBe(`${elsewhereOf("/logs")}/b-%A_%a.out`);
});

test("a folder has the same places by the name that links give it", () => {
  const top = temporaryFolder();
  mkdirSync(join(top, "real"));
  symlinkSync("real", join(top, "link"));
  const link = join(top, "link");
  expect(workingFolder({ PWD: link }, join(top, "real"))).toBe(link);
  expect(workingFolder({ PWD: "/elsewhere" }, join(top, "real"))).toBe(join(top, "real"));
  const places = new Places(link);
  expect(places.placeOf(join(top, "real/a"))).toBe("a");
  expect(places.replaced.map(({ at }) => at)).toEqual(["", ""]);
});
