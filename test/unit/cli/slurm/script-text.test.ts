import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { elsewhereOf } from "../../../../cli/slurm/places.ts";
import { scriptFromInput } from "../../../../cli/slurm/script-text.ts";
import { slurmScene } from "../../../support/slurm-scene.ts";

/** "Japanese" in EUC-JP and in Shift_JIS; the second byte of the last character of Shift_JIS is a backslash. */
const EUC = Buffer.from("c6fccbdcb8ec", "hex");
const SJIS = Buffer.from("93fa967b8c92835c", "hex");

/** The script that was sent for these bytes, and its length as the manifest says it. */
async function sentFor(script: Buffer, options: readonly string[] = []) {
  const w = slurmScene();
  writeFileSync(join(w.folder, "job.sh"), script);
  await w.call([...options, "job.sh"]);
  const { prefix, job, manifest, options: sent } = await w.sent();
  const body = w.store.objects.get(`${prefix}/job-aws-run.sh`)?.body;
  return { body, size: manifest.inputs.get("job-aws-run.sh")?.size, job, options: sent, w };
}

const bytes = (...parts: readonly (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

test("the bytes of a script are sent as they are, whatever they mean", async () => {
  const rest = fc
    .array(fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constantFrom(EUC, SJIS)), { maxLength: 6 })
    .map((parts) => Buffer.concat(parts))
    // A line end follows.
    .filter((part) => !part.includes(0) && !bytes(part, "\n").includes("\r\n"));
  await fc.assert(
    fc.asyncProperty(rest, async (part) => {
      const script = bytes("#!/bin/sh\n#SBATCH -n 2\ntrue ", part, "\n");
      const { body, size } = await sentFor(script);
      expect(body?.equals(script)).toBe(true);
      expect(size).toBe(script.length);
    }),
    { numRuns: 25 },
  );
});

test.each([
  ["EUC-JP", EUC],
  ["Shift_JIS", SJIS],
  ["Latin-1", Buffer.from([0xe9, 0xa0])],
])("of a script in %s, the lines for sbatch alone are written again", async (_name, word) => {
  const script = bytes("#!/bin/sh\n# ", word, "\n#SBATCH -o logs/x.out -A a\necho '", word, "'\n");
  const { body, size, options } = await sentFor(script, ["-e", "e"]);
  expect(body).toEqual(script);
  expect(size).toBe(script.length);
  expect(options).toEqual(["--error=e", "--job-name=job.sh"]);
  const moved = bytes("#!/bin/sh\n#SBATCH -o ./a.out -A '", EUC, "' # ", word, "\n", word, "\n");
  expect((await sentFor(moved)).body).toEqual(
    bytes('#!/bin/sh\n#SBATCH "--account=', EUC, '"\n', word, "\n"),
  );
});

test("a path of the folder in it is one for the agent, which replaces bytes", async () => {
  const w = slurmScene({ "../other/tool": "1" });
  const other = join(w.top, "other");
  const script = bytes("#!/bin/sh\necho '", SJIS, `' ${other}/tool '`, EUC, "'\n");
  writeFileSync(join(w.folder, "job.sh"), script);
  await w.call(["job.sh"]);
  const { manifest, prefix } = await w.sent();
  expect(manifest.origins).toContainEqual({ path: other, at: elsewhereOf(other) });
  expect(w.store.objects.get(`${prefix}/job-aws-run.sh`)?.body).toEqual(script);
});

test.each(["-o", "-e", "-i", "-D", "--export", "-d"])(
  "a value of %s that is not UTF-8 is refused: it would travel as text",
  async (option) => {
    const script = bytes(`#!/bin/sh\n#SBATCH ${option} A=`, EUC, "\n");
    await expect(sentFor(script)).rejects.toThrow(
      /^sbatch: error: --[a-z]+: its value in the script is not UTF-8: write that line in UTF-8/,
    );
    const others = [option, option === "-D" ? "." : "/dev/null"];
    // Values that are given beside it count in its place.
    if (option !== "-d")
      expect((await sentFor(script, others)).body).toEqual(Buffer.from("#!/bin/sh\n#\n"));
  },
);

test.each(["--results", "--input", "--prefix"])(
  "a value of #CLOUD %s that is not UTF-8 is refused",
  async (option) => {
    const script = bytes(`#!/bin/sh\n#CLOUD ${option} `, EUC, "\n");
    await expect(sentFor(script)).rejects.toThrow(`--cloud-${option.slice(2)}: its value in`);
  },
);

test("a name in such bytes stays in the script, and is shown as what can be read of it", async () => {
  const script = bytes("#!/bin/sh\n#SBATCH -J x", EUC, " --comment=c", SJIS, "\n");
  const { body, job, options } = await sentFor(script);
  expect(body).toEqual(bytes('#!/bin/sh\n#SBATCH "--job-name=x', EUC, '"\n'));
  expect(options).toEqual([]);
  expect(job?.asked.name).toMatch(/^x\ufffd/);
});

test.each([
  ["#PBS -N", "job-name"],
  ["#BSUB -o", "output"],
])("a value of %s that is not UTF-8 is refused", async (line, name) => {
  const script = bytes(`#!/bin/sh\n${line} x`, EUC, "\n");
  await expect(sentFor(script)).rejects.toThrow(`--${name}: its value in the script is not UTF-8`);
});

test("a line in UTF-8 is read as such, also in a script that is not", async () => {
  const script = bytes("#!/bin/sh\n# ", EUC, "\n#SBATCH -o 日本/x.out\n");
  const { body, job, w } = await sentFor(script);
  expect(body).toEqual(script);
  expect(job?.asked.stdout).toBe(`${w.folder}/日本/x.out`);
});

test("a script from stdin keeps its bytes, too", () => {
  const script = bytes("#!/bin/sh\necho ", EUC, "\n");
  const { text, raw } = scriptFromInput(script);
  expect(text).toContain("\ufffd");
  expect(Buffer.from(raw ?? "", "latin1")).toEqual(script);
  expect(scriptFromInput(bytes("#!/bin/sh\n# 日本語\n")).raw).toBeUndefined();
});
