import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { writeInputManifest } from "../../bucket/job-objects/manifest.ts";
import { writeStatus } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { JobFiles } from "../../cli/slurm/job-files.ts";
import { OLD_ROOT } from "../../local/machines/other-machines.mjs";
import packageJson from "../../package.json" with { type: "json" };
import { jobFile } from "../support/sent-job.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { Versitygw } from "../transfer/versitygw.ts";
import { endJob, settingsFor, storeOf } from "./bucket-side.ts";
import { onIt, onOldMachine, SITE, startOldMachine, stopOldMachine } from "./old-machine.ts";
import { built } from "./run-program.ts";

const { version } = packageJson;
const archive = `cloud-submit-${version}-linux-${process.arch}`;

onOldMachine("on the oldest Debian that can be had, without Node.js", () => {
  let server: Versitygw;
  beforeAll(async () => {
    startOldMachine();
    server = await Versitygw.start(temporaryFolder(), false);
    // Both in folders whose names have spaces.
    mkdirSync(join(SITE, "single one"));
    copyFileSync(
      built(`cloud-submit-linux-${process.arch}`),
      join(SITE, "single one", "cloud-submit"),
    );
    mkdirSync(join(SITE, "the archive"));
    spawnSync("tar", ["-xzf", built(`${archive}.tar.gz`), "-C", join(SITE, "the archive")]);
  });
  afterAll(async () => {
    await server.stop();
    stopOldMachine();
  });

  test("there is no Node.js, and no file can be made outside of /site", async () => {
    expect(await onIt(["sh", "-c", "command -v node"])).toMatchObject({ code: 127 });
    expect(await onIt(["sh", "-c", "echo a > /a"])).toMatchObject({
      stderr: expect.stringContaining("Read-only file system"),
    });
  });

  describe.each([
    ["the single executable", "/site/single one"],
    ["the archive", `/site/the archive/${archive}`],
  ])("%s", (name, folder) => {
    const program = `${folder}/cloud-submit`;

    test("tells its version", async () => {
      expect(await onIt([program, "--version"])).toEqual({
        code: 0,
        stdout: `${version}\n`,
        stderr: "",
      });
    });

    test("is found on PATH, through a link", async () => {
      const bin = join(SITE, `bin of ${name}`);
      mkdirSync(bin);
      symlinkSync(program, join(bin, "cs"));
      const PATH = `/site/bin of ${name}:/usr/bin:/bin`;
      expect(await onIt(["cs", "--version"], { PATH })).toMatchObject({
        code: 0,
        stdout: `${version}\n`,
      });
    });

    test("speaks Japanese", async () => {
      expect(await onIt([program, "--lang", "ja", "--help"])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("使い方: cloud-submit"),
        stderr: "",
      });
    });

    test("says in one line when the bucket is not named", async () => {
      const { code, stderr } = await onIt([program, "list"], { AWS_REGION: "us-east-1" });
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^cloud-submit: [^\n]+\n$/)]);
    });

    test("submits, waits and fetches; large files, which threads read, too", async () => {
      const env = settingsFor(server);
      const prefix = name.replaceAll(" ", "-");
      const work = join(SITE, `work of ${name}`);
      mkdirSync(work);
      writeFileSync(join(work, "job-aws-run.sh"), "#!/bin/sh\n");
      const large = Buffer.alloc(20 << 20, name);
      writeFileSync(join(work, "large file"), large);
      const run = (...words: string[]) => onIt([program, ...words], env, `/site/work of ${name}`);
      expect(await run("submit", ".", "--prefix", prefix)).toMatchObject({
        stderr: "uploaded 2 files, 20.0 MiB\n",
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^Submitted ${prefix}$`, "m")),
      });
      const waits = run("wait", prefix, "--timeout", "60");
      await endJob(storeOf(server), prefix, { results: { "out/result": "42\n" } });
      expect(await waits).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`${prefix}: completed`),
      });
      const fetched = await run("fetch", prefix, "--to", `/site/fetched by ${name}`);
      expect(fetched).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Fetched \d+ files/),
      });
      const at = join(SITE, `fetched by ${name}`);
      expect(readFileSync(join(at, "out", "result"), "utf8")).toBe("42\n");
      expect(readFileSync(join(at, "large file")).equals(large)).toBe(true);
    });

    test("is Slurm's commands, through the links that it makes; what they start in the background is itself", async () => {
      const links = `/site/links of ${name}`;
      // Called by its bare name, as from a folder on PATH.
      const installs = ["cloud-submit", "slurm", "install", links];
      expect(await onIt(installs, { PATH: `${folder}:/usr/bin:/bin` })).toMatchObject({
        code: 0,
        stderr: "",
      });
      const state = `/site/state of ${name}`;
      const PATH = `${links}:/usr/bin:/bin`;
      const env = { ...settingsFor(server), XDG_STATE_HOME: state, PATH };
      expect(await onIt(["sbatch", "--version"], env)).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^slurm \d+\.\d+\.\d+ /),
        stderr: "",
      });
      expect(await onIt(["squeue", "-h"], env)).toEqual({ code: 0, stdout: "", stderr: "" });
      const place = `/site/results of ${name}`;
      const comes = fileIn(join(OLD_ROOT, place), "result");
      await endedJob(storeOf(server), join(OLD_ROOT, state), place);
      // In a session of its own, with which what it starts ends.
      expect(await onIt(["busybox", "setsid", "squeue", "-h"], env)).toMatchObject({
        code: 0,
        stderr: "",
      });
      await comes;
      expect(readFileSync(join(OLD_ROOT, place, "result"), "utf8")).toBe("42\n");
    });
  });
});

/** Makes a folder, and waits for a file to come into it. */
async function fileIn(folder: string, name: string): Promise<void> {
  mkdirSync(folder);
  for await (const { filename } of watch(folder)) if (filename === name) return;
}

/** A job of the front end that has ended with a result, which is for a folder. */
async function endedJob(store: ObjectStore, state: string, place: string): Promise<void> {
  const { id, prefix, submission } = jobFile();
  await writeInputManifest(store, prefix, []);
  await writeStatus(store, prefix, "FILE_UPLOAD", { submission });
  const more = { slurm: { jobId: id, state: "COMPLETED" } };
  await endJob(store, prefix, { results: { result: "42\n" }, more });
  const files = new JobFiles(join(state, "cloud-submit", "slurm", "bucket", "jobs"));
  const last = { submission, state: "COMPLETED", final: true };
  const origins = [{ path: place, at: "" }];
  await files.write(jobFile({ bucket: "bucket", isOpen: false, origins, last }));
}
