import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { type CodeCache, type KeptCode, useBit } from "../../../../cli/start/code-cache.ts";
import { partFiles } from "../../../../cli/start/part-source.ts";
import { Parts } from "../../../../cli/start/parts.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** A text that is long enough for its code to be kept. */
const LONG = `/*${"x".repeat(40_000)}*/`;
const PART = `({"a.cjs":(function(exports,require,module){${LONG}
  exports.b = require("./b.cjs"); exports.again = require("./x-files/b.cjs"); }),
"b.cjs":(function(exports,require,module){ module.exports = { a: require("./a.cjs"), os: require("node:os") }; })})`;
const SHORT = `({"c.cjs":(function(exports,require,module){ exports.name = "c"; })})`;
/** With functions that V8 compiles at their first call. */
const numbers = (factor: number) =>
  `function () { return [${Array.from({ length: 300 }, (_, at) => `${at} * ${factor}`).join()}]; }`;
const LAZY = `({"d.cjs":(function(exports,require,module){${LONG}
  exports.send = ${numbers(2)}; exports.fetch = ${numbers(3)}; })})`;
const PLACES = { "a.cjs": "part.cjs", "b.cjs": "part.cjs", "c.cjs": "c.cjs", "d.cjs": "d.cjs" };

let folder: string;
let kept: Map<string, KeptCode>;
let read: string[];
/** How often code was kept. */
let writes: number;
/** Said of loading, in turn. */
let told: boolean[];
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder, "part.cjs"), PART);
  writeFileSync(join(folder, "c.cjs"), SHORT);
  writeFileSync(join(folder, "d.cjs"), LAZY);
  kept = new Map();
  read = [];
  writes = 0;
  told = [];
});

const cache = {
  read: (name: string) => {
    read.push(name);
    return kept.get(name);
  },
  write: (name: string, uses: number, compile: () => Buffer) => {
    writes += 1;
    kept.set(name, { code: compile(), uses });
  },
} as unknown as CodeCache;

const onLoading = (isLoading: boolean) => void told.push(isLoading);

const parts = (use = "program submit") =>
  new Parts({
    source: partFiles(folder),
    places: PLACES,
    load: (name) => `own ${name}`,
    cache,
    use,
    onLoading,
  });

describe("the parts of a program", () => {
  test("hold modules, which run once, at their first call, and see each other as in CommonJS", () => {
    const loaded = parts().load("./a.cjs") as { b: { a: object; os: string }; again: object };
    expect(loaded.b.os).toBe("own node:os");
    expect(loaded.again).toBe(loaded.b);
    expect(loaded.b.a).toBe(loaded);
  });

  test("say when something is loaded, once for all that it needs, and again when its code is kept", () => {
    const program = parts();
    program.load("./a.cjs");
    expect(told).toEqual([true, false]);
    program.load("./b.cjs");
    program.load("node:os");
    expect(told).toHaveLength(2);
    program.load("node:fs");
    program.load("node:fs");
    expect(told).toEqual([true, false, true, false]);
    program.keep(true);
    expect(told).toEqual([true, false, true, false, true, false]);
  });

  test("say that loading is over when it fails, and try again", () => {
    const program = parts();
    rmSync(join(folder, "c.cjs"));
    expect(() => program.load("./c.cjs")).toThrow("ENOENT");
    expect(told).toEqual([true, false]);
    writeFileSync(join(folder, "c.cjs"), SHORT);
    expect(program.load("./c.cjs")).toEqual({ name: "c" });
  });

  test("are compiled once; of a short one the code is not kept", () => {
    const first = parts();
    first.load("./a.cjs");
    first.load("./c.cjs");
    first.keep(true);
    expect([...kept.keys()]).toEqual(["part.cjs"]);
    expect(read).toEqual(["part.cjs"]);
    const second = parts();
    expect(second.load("./a.cjs")).toBeDefined();
    second.keep(true);
    expect(writes).toBe(1);
  });

  test("each use adds the functions that it calls to what is kept, once", () => {
    /** Runs the program for a use, calls a function of it, and tells the length of what is kept. */
    const run = (use: string, name: "send" | "fetch") => {
      const program = parts(use);
      const { [name]: called } = program.load("./d.cjs") as Record<string, () => number[]>;
      expect(called?.()).toHaveLength(300);
      program.keep(true);
      return kept.get("d.cjs")?.code.length ?? 0;
    };
    const sent = run("program submit", "send");
    const both = run("program fetch", "fetch");
    expect(both).toBeGreaterThan(sent + 300);
    expect(run("program submit", "send")).toBe(both);
    expect(run("program fetch", "fetch")).toBe(both);
    expect(writes).toBe(2);
  });

  test("a run that failed adds nothing to what is kept, and what it made itself lacks its use", () => {
    const run = (use: string, isDone: boolean) => {
      const program = parts(use);
      program.load("./d.cjs");
      program.keep(isDone);
    };
    run("program submit", false);
    expect(kept.get("d.cjs")?.uses).toBe(0);
    run("program submit", true);
    run("program fetch", false);
    expect(kept.get("d.cjs")?.uses).toBe(useBit("program submit"));
    expect(writes).toBe(2);
  });

  test.each([
    ["that V8 does not take", Buffer.from("from another version")],
    ["that is empty", Buffer.alloc(0)],
  ])("code %s is replaced", (_how, code) => {
    kept.set("part.cjs", { code, uses: useBit("program submit") });
    const program = parts();
    expect(program.load("./a.cjs")).toBeDefined();
    program.keep(true);
    expect(kept.get("part.cjs")?.code.length).toBeGreaterThan(100);
  });

  test("code that came with the program is used until there is own, of long parts alone", () => {
    const asked: string[] = [];
    const shipped = Buffer.from("from another version");
    const withCode = () => {
      const source = {
        ...partFiles(folder),
        code: (name: string) => (asked.push(name), shipped),
      };
      const load = () => "";
      return new Parts({ source, places: PLACES, load, cache, use: "", onLoading });
    };
    const first = withCode();
    first.load("./a.cjs");
    first.load("./c.cjs");
    first.keep(true);
    expect([asked, [...kept.keys()]]).toEqual([["part.cjs"], ["part.cjs"]]);
    withCode().load("./a.cjs");
    expect(asked).toEqual(["part.cjs"]);
  });

  test("run without a place for their code", () => {
    const program = new Parts({
      source: partFiles(folder),
      places: PLACES,
      load: () => "",
      cache: undefined,
      use: "",
      onLoading,
    });
    expect(program.load("./c.cjs")).toEqual({ name: "c" });
    program.load("./a.cjs");
    expect(() => program.keep(true)).not.toThrow();
  });
});
