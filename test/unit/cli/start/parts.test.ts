import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { CodeCache } from "../../../../cli/start/code-cache.ts";
import { Parts } from "../../../../cli/start/parts.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** A text that is long enough for its code to be kept. */
const LONG = `/*${"x".repeat(40_000)}*/`;
const PART = `({"a.cjs":(function(exports,require,module){${LONG}
  exports.b = require("./b.cjs"); exports.again = require("./x-files/b.cjs"); }),
"b.cjs":(function(exports,require,module){ module.exports = { a: require("./a.cjs"), os: require("node:os") }; })})`;
const SHORT = `({"c.cjs":(function(exports,require,module){ exports.name = "c"; })})`;
const PLACES = { "a.cjs": "part.cjs", "b.cjs": "part.cjs", "c.cjs": "c.cjs" };

let folder: string;
let kept: Map<string, Buffer>;
let read: string[];
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder, "part.cjs"), PART);
  writeFileSync(join(folder, "c.cjs"), SHORT);
  kept = new Map();
  read = [];
});

const cache = {
  read: (name: string) => {
    read.push(name);
    return kept.get(name);
  },
  write: (name: string, compile: () => Buffer) => void kept.set(name, compile()),
} as unknown as CodeCache;

const parts = (own: CodeCache | undefined = cache) =>
  new Parts({ folder, places: PLACES, load: (name) => `own ${name}`, cache: own });

describe("the parts of a program", () => {
  test("hold modules, which run once, at their first call, and see each other as in CommonJS", () => {
    const loaded = parts().load("./a.cjs") as { b: { a: object; os: string }; again: object };
    expect(loaded.b.os).toBe("own node:os");
    expect(loaded.again).toBe(loaded.b);
    expect(loaded.b.a).toBe(loaded);
  });

  test("are compiled once; of a short one the code is not kept", () => {
    const first = parts();
    first.load("./a.cjs");
    first.load("./c.cjs");
    first.keep();
    expect([...kept.keys()]).toEqual(["part.cjs"]);
    expect(read).toEqual(["part.cjs"]);
    const code = kept.get("part.cjs");
    const second = parts();
    expect(second.load("./a.cjs")).toBeDefined();
    second.keep();
    expect(kept.get("part.cjs")).toBe(code);
  });

  test.each([
    ["that V8 does not take", Buffer.from("from another version")],
    ["that is empty", Buffer.alloc(0)],
  ])("code %s is replaced", (_how, code) => {
    kept.set("part.cjs", code);
    const program = parts();
    expect(program.load("./a.cjs")).toBeDefined();
    program.keep();
    expect(kept.get("part.cjs")?.length).toBeGreaterThan(100);
  });

  test("run without a place for their code", () => {
    const program = new Parts({ folder, places: PLACES, load: () => "", cache: undefined });
    expect(program.load("./c.cjs")).toEqual({ name: "c" });
    program.load("./a.cjs");
    expect(() => program.keep()).not.toThrow();
  });
});
