import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cli, keys, newPrefix, record, text } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MIB = 1 << 20;

/** A folder with a job script and some files. */
function jobFolder(name: string, script: string, files: Record<string, string | Buffer>): string {
  const folder = join(temporaryFolder(), name);
  for (const [path, bytes] of Object.entries({
    ...files,
    "job-aws-run.sh": `#!/bin/bash\n${script}\n`,
  })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

/** The lines that a command prints with --json; throws when it ends with another exit code. */
async function lines(args: string[], exitCode = 0): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await cli([...args, "--json"]);
  if (code !== exitCode) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The object that a command prints with --json. */
async function jsonOf(args: string[]): Promise<Record<string, unknown>> {
  const [object, ...more] = await lines(args);
  if (!object || more.length > 0) throw new Error(`${args.join(" ")} printed no object`);
  return object;
}

/** Bytes that the agent fetched from S3 for a job. */
async function fetched(prefix: string): Promise<number> {
  const { stageIn } = (await record(prefix)) ?? {};
  return (stageIn?.bytes ?? Number.NaN) - (stageIn?.cached?.bytes ?? 0);
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

describe("data that many jobs use", () => {
  test("50 folders that share a file: it goes up once and is fetched once", async () => {
    const shared = randomBytes(4 * MIB);
    const base = newPrefix("share");
    const folders = Array.from({ length: 50 }, (_, at) =>
      jobFolder(`${base}-${at}`, "cat own > seen; wc -c < shared >> seen", {
        shared,
        own: `${at}\n`,
      }),
    );
    const sent = await lines(["submit", ...folders]);
    expect(sent).toHaveLength(50);
    expect(sum(sent.map(({ bytes }) => bytes as number))).toBeLessThanOrEqual(5e6);
    const prefixes = sent.map(({ prefix }) => prefix as string);
    const ends = await lines(["wait", ...prefixes]);
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(prefixes.map(() => 0));
    const bytes = await Promise.all(prefixes.map(fetched));
    expect(sum(bytes)).toBeLessThanOrEqual(5e6);
    const target = join(temporaryFolder(), "to");
    await jsonOf(["fetch", prefixes[49] ?? "", "--to", target]);
    expect(readFileSync(join(target, "seen"), "utf8")).toBe(`49\n${4 * MIB}\n`);
  });

  test("a job that is run again after a change of one line is staged with that line", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`data/${at}`, randomBytes(2 * MIB)]),
    );
    const folder = jobFolder("again", "cat data/* | wc -c > seen; cat line >> seen", {
      ...files,
      line: "one\n",
    });
    const prefix = newPrefix("again");
    await jsonOf(["run", folder, "--prefix", prefix]);
    expect(await fetched(prefix)).toBeGreaterThan(20 * MIB);
    writeFileSync(join(folder, "line"), "two\n");
    await jsonOf(["run", folder, "--prefix", prefix, "--overwrite"]);
    expect(await fetched(prefix)).toBeLessThanOrEqual(20_000);
    expect(readFileSync(join(folder, "seen"), "utf8")).toBe(`${20 * MIB}\ntwo\n`);
  });

  test("a data set is sent once, is read only for its jobs, and is no job", async () => {
    const name = newPrefix("genome");
    const set = jobFolder("genome", "", { "ref/a": randomBytes(MIB), "ref/b": "b" });
    await jsonOf(["data", "put", set, name]);
    const script = "stat -c %a in/ref/a in/ref/b > seen";
    const folder = jobFolder("reader", script, {});
    const prefix = newPrefix("reader");
    const [sent] = await lines(["submit", folder, "--prefix", prefix, "--input", `${name}=in`]);
    expect(sent?.bytes).toBeLessThan(1000);
    expect(await lines(["wait", prefix])).toMatchObject([{ exitCode: 0 }]);
    expect(await text(`${prefix}/seen`)).toBe("444\n444\n");
    expect(await keys(`${prefix}/in`)).toEqual([]);
    expect((await lines(["list", name])).length).toBe(0);
    expect(await lines(["data", "list", name])).toMatchObject([{ name, files: 3 }]);
  });
});

describe("chains", () => {
  test("a result goes to the next job without going through the user's machine", async () => {
    const a = newPrefix("first");
    const b = newPrefix("second");
    const first = jobFolder("first", "mkdir out; head -c 20971520 /dev/urandom > out/model", {});
    const second = jobFolder("second", "wc -c < model > size", {});
    const up = [
      ...(await lines(["submit", first, "--prefix", a])),
      ...(await lines(["submit", second, "--prefix", b, "--input", `${a}:out/model`])),
    ];
    expect(sum(up.map(({ bytes }) => bytes as number))).toBeLessThan(1000);
    expect(await lines(["wait", b])).toMatchObject([{ exitCode: 0 }]);
    const [one, two] = [await record(a), await record(b)];
    expect(Date.parse(two?.times.submitted ?? "")).toBeGreaterThan(
      Date.parse(one?.times.ended ?? ""),
    );
    // It was still on the Head Node.
    expect(await fetched(b)).toBeLessThan(1000);
    const target = join(temporaryFolder(), "to");
    await jsonOf(["fetch", b, "--to", target]);
    expect(readFileSync(join(target, "size"), "utf8")).toBe("20971520\n");
  });

  test("what waits for a job that failed does not run, and names it", async () => {
    const [a, b, c] = [newPrefix("fails"), newPrefix("after"), newPrefix("anyway")];
    const ok = jobFolder("ok", "true", {});
    await lines(["submit", jobFolder("fails", "exit 3", {}), "--prefix", a]);
    await lines(["submit", ok, "--prefix", b, "--after", a]);
    await lines(["submit", ok, "--prefix", c, "--after", `${b}:failed`]);
    await cli(["wait", a, b, c]);
    expect(await record(b)).toMatchObject({ error: { code: "dependency-failed" } });
    expect((await record(b))?.error?.message).toContain(a);
    expect(await record(c)).toMatchObject({ outcome: "completed" });
  });
});

test("of 10 MB of scratch and 10 KB of results, 10 KB come back", async () => {
  const prefix = newPrefix("chosen");
  const script =
    "mkdir out scratch; head -c 10000000 /dev/urandom > scratch/big; head -c 10000 /dev/urandom > out/small";
  const folder = jobFolder("chosen", script, {});
  await lines(["submit", folder, "--prefix", prefix, "--results", "/out/**"]);
  await lines(["wait", prefix]);
  const { stageOut } = (await record(prefix)) ?? {};
  expect(stageOut?.bytes).toBe(10_000);
  expect(stageOut?.notChosen).toEqual({ files: 1, bytes: 10_000_000 });
  const target = join(temporaryFolder(), "to");
  await jsonOf(["fetch", prefix, "--to", target, "--results-only"]);
  expect(readFileSync(join(target, "out/small"))).toHaveLength(10_000);
});

test("a sweep of 200 rows is one call and one upload; what failed runs again", async () => {
  const name = newPrefix("rows");
  const script =
    '. ./sweep-row.sh\necho "$a" > "r$SLURM_ARRAY_TASK_ID"; [ "$a" != 7 ] || [ -e "done-$a" ] || { touch "done-$a"; exit 4; }';
  const folder = jobFolder("rows", script, { data: randomBytes(MIB) });
  const swept = await jsonOf(["sweep", folder, "--set", "a=1..200", "--prefix", name]);
  expect(swept).toMatchObject({ kind: "array", total: 200 });
  expect(swept.bytes).toBeLessThan(MIB + 50_000);
  expect(await cli(["wait", name])).toMatchObject({ code: 1 });
  expect(await jsonOf(["sweep", "status", name, "--failed"])).toMatchObject({
    total: 200,
    completed: 199,
    failed: 1,
    rows: [{ row: 7, outcome: "failed", exitCode: 4, values: { a: "7" } }],
  });
});

test("rm removes a job that has ended, and nothing of one that has not", async () => {
  const [gone, kept] = [newPrefix("gone"), newPrefix("kept")];
  const folder = jobFolder("x", "true", {});
  await lines(["submit", folder, "--prefix", gone]);
  await lines(["wait", gone]);
  await lines(["submit", jobFolder("long", "sleep 60", {}), "--prefix", kept]);
  expect((await lines(["rm", gone, kept, "--yes"], 2)).length).toBeGreaterThan(0);
  expect((await keys(`${kept}/`)).length).toBeGreaterThan(0);
  await lines(["cancel", kept, "--wait"]);
});
