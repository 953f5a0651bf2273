import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { SlurmCommand } from "../../../../headnode/slurm/command.ts";
import { partitions } from "../../../../headnode/slurm/partitions.ts";

/** A sinfo that prints rows in the format that it is asked for, as src/sinfo/print.c does. */
function sinfo(rows: readonly (readonly string[])[], code = 0): SlurmCommand {
  return async (_name, args) => {
    const format = args.find((arg) => arg.startsWith("--format="))!.slice("--format=".length);
    const [, mark = ""] = /^%P(<[\w-]+>)%a/.exec(format) ?? [];
    const stdout = rows.map((row) => `${row.join(mark)}${mark}\n`).join("");
    return { code, stdout, stderr: "", output: stdout };
  };
}

/** Slurm 22.05, on the machine that tests run on, and ParallelCluster with nodes that are powered down. */
const OLD = [
  ["local*", "up", "infinite", "1", "idle", "2", "1000", "(null)", "local-1"],
  ["cloud", "up", "1-00:00:00", "8", "idle~", "4+", "15000", "(null)", "cloud-dy-a-[1-8]"],
  ["cloud", "up", "1-00:00:00", "1", "down#", "4", "15000", "gpu:1", "cloud-dy-b-1"],
];
/** Slurm 26.05: a state of two signs, and a partition without nodes. */
const NEW = [
  ["local*", "up", "infinite", "1", "mixed-", "2", "1000", "(null)", "local-1"],
  ["cloud", "drain", "30:00", "0", "n/a", "0", "0", "(null)", ""],
];

test("tells what Slurm 22.05 offers", async () => {
  expect(await partitions(sinfo(OLD))).toEqual([
    {
      name: "local",
      isDefault: true,
      state: "up",
      timeLimit: "infinite",
      nodes: [
        { state: "idle", count: 1, names: "local-1", cpus: "2", memoryMb: "1000", gres: "(null)" },
      ],
    },
    {
      name: "cloud",
      isDefault: false,
      state: "up",
      timeLimit: "1-00:00:00",
      nodes: [
        expect.objectContaining({ state: "idle~", count: 8, cpus: "4+" }),
        expect.objectContaining({ state: "down#", count: 1, gres: "gpu:1" }),
      ],
    },
  ]);
});

test("tells what Slurm 26.05 offers, a partition without nodes too", async () => {
  const found = await partitions(sinfo(NEW));
  expect(found?.map(({ name, state, nodes }) => [name, state, nodes.length])).toEqual([
    ["local", "up", 1],
    ["cloud", "drain", 0],
  ]);
});

test("tells nothing when Slurm does not answer, or one row cannot be read", async () => {
  expect(await partitions(sinfo(OLD, 1))).toBeUndefined();
  const gone: SlurmCommand = () => Promise.reject(new Error("no sinfo"));
  expect(await partitions(gone)).toBeUndefined();
  for (const at of OLD[0]!.keys()) {
    const odd = OLD[0]!.map((value, index) => (index === at ? "a b\n" : value));
    expect(await partitions(sinfo([OLD[1]!, odd]))).toBeUndefined();
  }
});

test("whatever is printed, it does not throw", async () => {
  const value = fc.string({ unit: "binary" });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(value, { maxLength: 10 })), async (rows) => {
      await partitions(sinfo(rows));
    }),
  );
});
