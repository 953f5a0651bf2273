import { createHash } from "node:crypto";
import type { Random } from "../../local/random.ts";
import type { Outcome } from "../../protocol/outcome.ts";

const SHAPES = ["files", "large", "exit", "array", "requeue", "long", "pending", "tiny"] as const;
export type Shape = (typeof SHAPES)[number];

/** Expected end of a submission. */
export interface Expected {
  readonly states: readonly ("JOB_COMPLETE" | "JOB_ERROR")[];
  readonly outcomes: readonly Outcome[];
  readonly exitCode?: number;
  readonly restarts?: number;
  /** Jobs that Slurm has accepted. */
  readonly sbatch: number;
  /** As few may they be, where it is a matter of milliseconds. */
  readonly sbatchMin?: number;
  /** Objects, byte for byte. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Paths that the record must name as left out. */
  readonly skipped: readonly string[];
}

/** A job to submit. */
export interface Job {
  readonly shape: Shape;
  readonly script: string;
  readonly inputs: ReadonlyMap<string, Buffer>;
  readonly expected: Expected;
}

/** A small job with random input, of which every result is known beforehand. */
export function makeJob(shape: Shape, random: Random): Job {
  const a = random.bytes(random.pick([0, 1, 1000, 70_000, 250_000]));
  const b = random.bytes(random.int(1, 5000));
  const made = new Map([
    ["out/ab", Buffer.concat([a, b])],
    ["out/copy of a", a],
    ["out/sums", Buffer.from(`${sha256(a)}  in/a\n${sha256(b)}  in/b\n`)],
    // Changed where it was, so that stage-out has to tell a changed input from an unchanged one.
    ["in/b", Buffer.concat([b, b])],
    ...numbered(random.int(0, 8)),
  ]);
  const lines = [
    "mkdir -p out",
    "cat in/a in/b > out/ab",
    "sha256sum in/a in/b > out/sums",
    "cp in/a 'out/copy of a'",
    `for n in $(seq ${made.size - 4}); do echo "$n" > "out/n$n"; done`,
    `sleep ${random.pick([0, 0.3, 1])}`,
    // Last, and not in place: a run that is repeated begins with what it began with.
    "cat in/b in/b > doubled && mv doubled in/b",
  ];
  const expected = {
    states: ["JOB_COMPLETE"],
    outcomes: ["completed"],
    sbatch: 1,
    skipped: [],
  } as const;
  const inputs = new Map([
    ["in/a", a],
    ["in/b", b],
  ]);
  const job = (more: readonly string[], want: Partial<Expected> = {}, options = ""): Job => ({
    shape,
    script: `#!/bin/bash\n${options}${[...more, ...lines].join("\n")}\n`,
    inputs,
    expected: { ...expected, files: made, ...want },
  });
  switch (shape) {
    case "files":
      return job([]);
    case "large":
      return job(["for n in $(seq 3000); do cat in/b; done > big"], {
        files: new Map([...made, ["big", Buffer.concat(Array.from({ length: 3000 }, () => b))]]),
      });
    case "exit": {
      const exitCode = random.int(1, 255);
      const failing = job([], { outcomes: ["failed"], exitCode });
      return { ...failing, script: `${failing.script}exit ${exitCode}\n` };
    }
    case "array":
      return arrayJob(random, inputs, expected);
    case "requeue":
      return job(
        [
          "echo run >> runs",
          "[ $SLURM_RESTART_COUNT ] || { scontrol requeue $SLURM_JOB_ID; sleep 60; }",
        ],
        { restarts: 1, files: new Map([...made, ["runs", Buffer.from("run\nrun\n")]]) },
        "#SBATCH --requeue\n",
      );
    case "tiny":
      return {
        shape,
        script: "#!/bin/bash\ncp in/b out\n",
        inputs: new Map([["in/b", b]]),
        expected: { ...expected, files: new Map([["out", b]]) },
      };
    case "long":
      return job(["sleep 4"]);
    case "pending":
      // Pending for longer than a fault takes to be put in, on a busy machine, too: of a job that was saved as
      // pending and began before slurmctld was killed, Slurm makes two runs.
      return job([], {}, "#SBATCH --begin=now+15\n");
  }
}

function arrayJob(random: Random, inputs: Job["inputs"], expected: Omit<Expected, "files">): Job {
  const tasks = random.int(2, 4);
  const bad = random.pick([0, random.int(1, tasks)]);
  const files = new Map(
    Array.from({ length: tasks }, (_, at) => {
      const parts = Array.from({ length: at + 1 }, () => inputs.get("in/b") ?? Buffer.alloc(0));
      return [`out-${at + 1}`, Buffer.concat(parts)] as const;
    }),
  );
  const script = [
    "#!/bin/bash",
    `#SBATCH --array=1-${tasks}`,
    'for n in $(seq $SLURM_ARRAY_TASK_ID); do cat in/b; done > "out-$SLURM_ARRAY_TASK_ID"',
    `sleep 0.$SLURM_ARRAY_TASK_ID`,
    `[ $SLURM_ARRAY_TASK_ID != ${bad} ]`,
  ];
  const outcomes = [bad === 0 ? "completed" : "failed"] as const;
  return {
    shape: "array",
    script: `${script.join("\n")}\n`,
    inputs,
    expected: { ...expected, outcomes, files, ...(bad > 0 && { exitCode: 1 }) },
  };
}

function numbered(count: number): [string, Buffer][] {
  return Array.from({ length: count }, (_, at) => [`out/n${at + 1}`, Buffer.from(`${at + 1}\n`)]);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
