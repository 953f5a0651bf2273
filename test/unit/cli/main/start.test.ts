import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Metafile } from "esbuild";
// @ts-expect-error: a build script without types
import { buildCommandLine } from "../../../../local/build.mjs";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

interface File {
  path: string;
  code: string;
}

const SHOWING_HELP = ["cli/main.ts", "cli/verbs-and-parser.ts"];
/** Besides the verb itself. */
const ANY_JOB = [
  "cli/verbs-and-parser.ts",
  "cli/ui/real-ui.ts",
  "cli/parse-flags.ts",
  "cli/jobs/object-name.ts",
  "cli/jobs/check-prefix.ts",
  "cli/context.ts",
];
const SLURM = ["cli/slurm/call-slurm.ts", "cli/slurm/spoken.ts"];

/** Writes the names of Node.js's modules that had to be compiled; versions of it that have not got the setting tell none. */
const LOOK = `const { internalBinding } = require("internal/test/binding");
process.on("exit", () => {
  const { getCacheUsage } = internalBinding("builtins");
  const names = [...(getCacheUsage?.().compiledWithoutCache ?? [])];
  require("node:fs").writeFileSync(process.env.FOUND, JSON.stringify(names));
});`;

/** The code read before help is shown must stay small: that is the time that a start takes. */
describe("the start of the command line", () => {
  /** By file, what is read before anything is asked for, and the sources of all of them. */
  let start: Metafile["outputs"];
  let read: string[];
  let later: string[];
  let built: {
    metafile: Metafile;
    modules: File[];
    files: File[];
    places: Record<string, string>;
  };
  /** The files of modules that are loaded for a program, or at an import(). */
  const loadedFor = (...sources: string[]) => {
    const { outputs } = built.metafile;
    const found: Metafile["outputs"] = {};
    const add = (path: string) => {
      const output = outputs[path];
      if (!output || found[path]) return;
      found[path] = output;
      for (const each of output.imports) if (each.kind === "import-statement") add(each.path);
    };
    for (const source of sources)
      for (const [path, { entryPoint }] of Object.entries(outputs))
        if (entryPoint === source) add(path);
    return found;
  };
  /** How many files are opened for these, besides the first, and the length of their texts. */
  const cost = (...sources: string[]) => {
    const places = new Set(
      Object.keys(loadedFor("cli/main.ts", ...sources)).map((path) => built.places[basename(path)]),
    );
    const opened = built.files.filter(({ path }) => places.has(basename(path)));
    expect(opened).toHaveLength(places.size);
    return {
      files: opened.length,
      kilobytes: Math.ceil(opened.reduce((sum, { code }) => sum + code.length, 0) / 1000),
    };
  };
  beforeAll(async () => {
    built = (await buildCommandLine({ write: false })) as typeof built;
    const { metafile } = built;
    start = loadedFor(...SHOWING_HELP);
    read = Object.values(start).flatMap(({ inputs }) => Object.keys(inputs));
    later = Object.keys(metafile.inputs).filter((path) => !read.includes(path));
  });

  test("reads less than 142 KB", () => {
    const size = built.modules
      .filter(({ path }) => start[`dist/${path}`])
      .reduce((sum, { code }) => sum + code.length, 0);
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThan(142_000);
  });

  test("loads no package but commander", () => {
    const packages = read.flatMap(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    expect([...new Set(packages)]).toEqual(["commander"]);
  });

  test("leaves verbs, their schemas, AWS and the other language for later", () => {
    const verbs = read.filter((path) => path.startsWith("cli/verbs/"));
    expect(verbs.filter((path) => !path.endsWith("/description.ts"))).toEqual([]);
    expect(read).not.toContain("cli/messages/ja.ts");
    expect(later.join("\n")).toMatch(/@aws-sdk/);
    expect(later).toContain("cli/verbs/run/run.ts");
  });

  test("Slurm's commands load neither the parser nor the descriptions of verbs", () => {
    const loaded = Object.values(loadedFor("cli/main.ts", ...SLURM, "cli/slurm/view/squeue.ts"));
    const sources = loaded.flatMap(({ inputs }) => Object.keys(inputs));
    expect(sources).toContain("cli/slurm/call-slurm.ts");
    // Nor, where the fetcher runs, what would start one.
    expect(sources).toContain("cli/slurm/fetcher/start.ts");
    expect(sources).not.toContain("bucket/disk/file-lock.ts");
    expect(sources.filter((path) => /commander|cli\/(registry|program)\.ts/.test(path))).toEqual(
      [],
    );
  });

  /** Each file costs 0.3 ms and more, and a verb has a hundred modules. */
  test.each<[string, string[], { files: number; kilobytes: number }]>([
    ["submit", [...ANY_JOB, "cli/verbs/submit/submit.ts"], { files: 4, kilobytes: 615 }],
    ["fetch", [...ANY_JOB, "cli/verbs/fetch/fetch.ts"], { files: 4, kilobytes: 615 }],
    ["status", [...ANY_JOB, "cli/verbs/status/status.ts"], { files: 3, kilobytes: 475 }],
    ["squeue", [...SLURM, "cli/slurm/view/squeue.ts"], { files: 3, kilobytes: 460 }],
    ["sacct", [...SLURM, "cli/slurm/view/sacct.ts"], { files: 4, kilobytes: 500 }],
    ["sbatch", [...SLURM, "cli/slurm/sbatch.ts"], { files: 6, kilobytes: 765 }],
  ])("%s opens few files besides the first", (_verb, sources, most) => {
    const { files, kilobytes } = cost(...sources);
    expect(files).toBeGreaterThan(1);
    expect(files).toBeLessThanOrEqual(most.files);
    expect(kilobytes).toBeLessThanOrEqual(most.kilobytes);
  });

  test("the first request to S3 loads none of AWS's packages but the one for XML", () => {
    const loaded = loadedFor("cli/main.ts", ...ANY_JOB, "cli/verbs/submit/submit.ts");
    const sources = Object.values(loaded).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? path : [],
      ),
    );
    expect(sources).toContain("bucket/s3/bucket-client.ts");
    expect(sources.filter((path) => /@smithy|@aws-sdk\/(?!xml-builder)/.test(path))).toEqual([]);
  });

  /** They are some 70 of submit's; compiling 48 of them took 19 ms of CPU. */
  test("Node.js's modules are loaded as they were compiled: no setting of V8 is in the way", () => {
    const folder = temporaryFolder();
    for (const { path, code } of built.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), code);
    }
    const [look, found] = [join(folder, "look.cjs"), join(folder, "found.json")];
    writeFileSync(look, LOOK);
    const program = [join(folder, "cloud-submit.cjs"), "submit", join(folder, "nothing")];
    const args = ["--expose-internals", "--no-warnings", "--require", look, ...program];
    const env = { HOME: folder, CLOUD_SUBMIT_BUCKET: "bucket", FOUND: found };
    const { stderr } = spawnSync(process.execPath, args, { env });
    expect(stderr.toString()).toContain("there is no such folder");
    const compiled = JSON.parse(readFileSync(found, "utf8")) as string[];
    const own = /^(crypto|net|fs\/promises|perf_hooks|internal\/crypto\/.*)$/;
    expect(compiled.filter((name) => own.test(name))).toEqual([]);
  });

  test("help loads nothing that starts programs", () => {
    const names = Object.keys(start).map((path) => basename(path));
    const texts = built.modules.filter(({ path }) => names.includes(basename(path)));
    expect(texts).toHaveLength(names.length);
    expect(texts.filter(({ code }) => code.includes("node:child_process"))).toEqual([]);
  });

  test("the first file is short: its code is not kept", () => {
    const first = built.files.find(({ path }) => path === "cloud-submit.cjs");
    expect(first?.code.length).toBeLessThan(17_300);
  });

  test("no module is in two files: instanceof would not know its classes again", () => {
    const all = Object.values(built.metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? path : [],
      ),
    );
    expect(all).toHaveLength(new Set(all).size);
  });
});
