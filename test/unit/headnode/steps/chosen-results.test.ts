import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { writeInputManifest } from "../../../../bucket/job-objects/manifest.ts";
import { formatManifest, type Manifest, manifestMetadata } from "../../../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE } from "../../../../protocol/objects.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

type Rules = Manifest["results"];
type World = ReturnType<typeof world>;

/** Asks for job1 with these inputs, and a manifest that has these rules; undefined: no manifest. */
async function ask(w: World, rules: Rules | "no manifest", files: Record<string, string> = {}) {
  await w.upload("job1", { "job-aws-run.sh": "#!/bin/sh\n", ...files });
  if (rules === "no manifest") return w.ask("job1", "FILE_UPLOAD");
  const inputs = [...w.store.objects].map(([key, { body, etag }]) => ({
    path: key.slice("job1/".length),
    size: body.length,
    etag,
  }));
  const manifest = await writeInputManifest(w.store, "job1", inputs, { results: rules });
  return w.ask("job1", "FILE_UPLOAD", manifestMetadata(manifest!));
}

async function submitted(rules: Rules | "no manifest", files: Record<string, string> = {}) {
  const w = world();
  const agent = await w.start();
  const version = await ask(w, rules, files);
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  const folder = join(w.workRoot, "job1", version);
  const make = (path: string, body: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  };
  const end = async (outputPaths: string[] = []) => {
    w.end("1", { ...task("COMPLETED"), outputPaths: outputPaths.map((at) => join(folder, at)) });
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    return w.record("job1")!;
  };
  const has = (path: string) => w.store.objects.has(`job1/${path}`);
  return { w, agent, folder, make, end, has };
}

describe("what a submission does not choose", () => {
  test("stays: of 10 MB and 10 KB, 10 KB go up, and the record counts the others", async () => {
    const { w, make, end, has } = await submitted({ only: ["/out/**", "!/out/tmp/**"] });
    make("scratch/a/big.bin", Buffer.alloc(10 << 20));
    make("out/tmp/half.bin", Buffer.alloc(1000));
    make("out/result.csv", Buffer.alloc(10 << 10));
    let sent = 0;
    const putFile = w.store.putFile.bind(w.store);
    w.store.putFile = (path, key, size, options) => {
      sent += size;
      return putFile(path, key, size, options);
    };
    const { stageOut } = await end();
    expect(sent).toBe(10 << 10);
    expect(stageOut).toMatchObject({
      verdict: "complete",
      files: 1,
      bytes: 10 << 10,
      notChosen: { files: 2, bytes: (10 << 20) + 1000 },
    });
    expect([has("out/result.csv"), has("out/tmp/half.bin")]).toEqual([true, false]);
  });

  test("may be named by what it is not", async () => {
    const { make, end, has } = await submitted({ not: ["*.tmp", "core.*"] });
    make("a/x.tmp", "1");
    make("core.12", "22");
    make("result", "3");
    expect((await end()).stageOut?.notChosen).toEqual({ files: 2, bytes: 3 });
    expect(has("result")).toBe(true);
  });

  test("never includes what the job printed; unchanged inputs count as neither", async () => {
    const { make, end, has } = await submitted({ only: ["out/"] }, { "in.csv": "1,2" });
    make("slurm-1.out", "printed");
    make("other.out", "x");
    const { stageOut, output } = await end(["slurm-1.out"]);
    expect(output).toEqual([{ stdout: "slurm-1.out" }]);
    expect([has("slurm-1.out"), has("other.out")]).toEqual([true, false]);
    expect(stageOut).toMatchObject({ files: 1, notChosen: { files: 1, bytes: 1 } });
  });

  test("includes links and empty folders, and what could be no file", async () => {
    const { folder, make, end, has } = await submitted({ only: ["/out/"] });
    make("out/a", "1");
    mkdirSync(join(folder, "out", "empty"));
    mkdirSync(join(folder, "empty"));
    symlinkSync("/nowhere", join(folder, "scratch-link"));
    symlinkSync("/nowhere", join(folder, "out", "link"));
    const { stageOut } = await end();
    expect([has("out/empty/"), has("empty/")]).toEqual([true, false]);
    expect(stageOut?.skipped.map(({ path }) => path)).toEqual(["out/link"]);
  });

  test("without rules nothing is counted", async () => {
    const { make, end } = await submitted(undefined);
    make("a", "1");
    expect((await end()).stageOut).not.toHaveProperty("notChosen");
  });

  test("of no rule at all, everything is not chosen", async () => {
    const { make, end } = await submitted({ only: [] });
    make("a", "1");
    expect((await end()).stageOut).toMatchObject({ files: 0, notChosen: { files: 1, bytes: 1 } });
  });
});

test("a folder that could not be read, and may hold what is chosen, is told of", async () => {
  if (process.getuid?.() === 0) return;
  const { folder, make, end } = await submitted({ only: ["/out/**"] });
  make("out/a", "1");
  make("scratch/a", "1");
  for (const name of ["out", "scratch"]) chmodSync(join(folder, name), 0);
  const { stageOut } = await end();
  for (const name of ["out", "scratch"]) chmodSync(join(folder, name), 0o755);
  expect(stageOut?.skipped.map(({ path }) => path)).toEqual(["out"]);
});

describe("the rules", () => {
  test("are those of the submission, whatever the job writes over them", async () => {
    const { w, make, end, has } = await submitted(
      { only: ["out/"] },
      { ".cloudsubmitresults": "other/\n" },
    );
    make(".cloudsubmitresults", "secret/\n");
    make("secret/a", "1");
    make("out/a", "1");
    const manifest = formatManifest([], { results: { only: ["secret/"] } });
    await w.store.put(keyOf("job1", MANIFEST_FILE), manifest!);
    await end();
    expect([has("out/a"), has("secret/a"), has("other/a")]).toEqual([true, false, false]);
  });

  test("are in the file that was staged, where there is no manifest", async () => {
    const { make, end, has } = await submitted("no manifest", {
      ".cloudsubmitresults": "# chosen\r\n/out/**\r\n!*.tmp\r\n",
    });
    make(".cloudsubmitresults", "secret/\n");
    make("out/a", "1");
    make("out/a.tmp", "1");
    make("secret/a", "1");
    await end();
    expect([has("out/a"), has("out/a.tmp"), has("secret/a")]).toEqual([true, false, false]);
  });

  test.each<[string, Rules, string]>([
    ["that would take for ever", { only: [`${"*a".repeat(30)}b`] }, "used: rule 1, "],
    ["with a line end", { not: ["a\nb"] }, "used: rule 1, "],
    ["that fits nothing", { only: ["out", "logs/[a-z"] }, 'used: rule 2, "logs/[a-z":'],
    ["of more than 64 KiB", { not: Array(80).fill("x".repeat(1024)) }, "used: larger than 65536"],
  ])("%s are refused before the job runs", async (_name, rules, words) => {
    const w = world();
    await w.start();
    await ask(w, rules);
    await w.until(() => w.state("job1") === "JOB_ERROR");
    const message: unknown = expect.stringContaining(words);
    expect(w.record("job1")?.error).toMatchObject({ code: "stage-in-failed", message });
    expect(w.slurm.submitted).toEqual([]);
  });

  test("in a staged file that cannot be used are refused, too", async () => {
    const w = world();
    await w.start();
    await ask(w, "no manifest", { ".cloudsubmitresults": "out\nx[z-a]\n" });
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")?.error?.message).toContain("used: line 2");
  });
});

test("an agent that is started anew in the middle of the results counts once, by the same rules", async () => {
  const { w, agent, make, end, has } = await submitted({ only: ["out/"] });
  for (let file = 0; file < 5; file++) make(`out/${file}`, "x");
  make("scratch", "four");
  const putFile = w.store.putFile.bind(w.store);
  let puts = 0;
  w.store.putFile = async (path, key, size, options) => {
    puts += 1;
    if (puts === 3) {
      agent.kill();
      w.store.putFile = putFile;
      void w.start();
      return new Promise<never>(() => undefined);
    }
    return putFile(path, key, size, options);
  };
  const { stageOut } = await end();
  expect(stageOut).toMatchObject({ verdict: "complete", notChosen: { files: 1, bytes: 4 } });
  expect([has("out/4"), has("scratch")]).toEqual([true, false]);
});
