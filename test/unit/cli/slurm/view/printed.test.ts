import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { sacct } from "../../../../../cli/slurm/view/sacct.ts";
import { scontrol } from "../../../../../cli/slurm/view/scontrol.ts";
import { sinfo } from "../../../../../cli/slurm/view/sinfo.ts";
import { squeue } from "../../../../../cli/slurm/view/squeue.ts";
import type { ViewCommand } from "../../../../../cli/slurm/view/view-world.ts";
import { ENDED, PARTITIONS, RUNNING, sent, show } from "../../../../support/slurm-view.ts";

/** Text that would break a line, or that a terminal obeys. */
const hostile = fc.oneof(
  fc.constantFrom("\u001b[31m", "\u001b]0;t\u0007", "\u009b2J", "\r\u001b[2K", "\u202eabc", "a\nb"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
);

/** Whatever a terminal could obey, but for the line ends that commands print themselves. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

const CALLS: readonly [string, ViewCommand, string[]][] = [
  ["squeue", squeue, ["-h", "-t", "all", "-o", "%i|%j|%u|%P|%R|%r|%k|%o|%Z|%N|%a|%q"]],
  ["squeue -O", squeue, ["-h", "-t", "all", "-O", "JobID,Name,Comment,Command,WorkDir,STDOUT"]],
  [
    "sacct",
    sacct,
    ["-n", "-P", "-X", "-o", "JobID,JobName,Partition,Account,Comment,NodeList,Reason,WorkDir"],
  ],
  ["scontrol", scontrol, ["-o", "show", "job"]],
  ["sinfo", sinfo, ["-h", "-o", "%P|%N|%G|%l"]],
];

test.each(CALLS)(
  "%s: no text of a job breaks a line or is obeyed",
  async (_name, command, args) => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom(RUNNING, ENDED), async (text, standing) => {
        const told = {
          ...standing,
          name: text,
          user: text,
          partition: text,
          account: text,
          qos: text,
          reason: text,
          nodes: text,
          error: text,
        };
        const asked = { name: text, comment: text, command: text, workDir: text, stdout: text };
        const failed = { results: "failed", resultsError: text } as const;
        const jobs = [sent("12", told, { asked }), sent("13", told, { asked, ...failed })];
        const partitions = PARTITIONS.map((one) => ({
          ...one,
          name: text,
          timeLimit: text,
          nodes: one.nodes.map((nodes) => ({ ...nodes, names: text, gres: text })),
        }));
        const { out, err } = await show(command, args, jobs, { heartbeat: { partitions } });
        const lines = out.trimEnd().split("\n");
        for (const line of [...lines, ...err.trimEnd().split("\n")])
          expect(line).not.toMatch(OBEYED);
        if (command === squeue || command === sacct) expect(lines.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  },
);
