import { expect, test } from "@jest/globals";
import { slurmCommand } from "../../../../headnode/slurm/command.ts";
import { slurmCommandContract } from "../../../support/slurm-command-contract.ts";
import { slurmProgram } from "../../../support/slurm-program.ts";

slurmCommandContract(slurmCommand);

test("a command whose output is taken as it comes gives all of it, and keeps none", async () => {
  const bin = slurmProgram(
    "squeue",
    "head -c 40000000 /dev/zero | tr '\\0' x; echo no >&2; exit 7",
  );
  const run = slurmCommand({ bin, env: { PATH: "/usr/bin:/bin" }, openFiles: 123 });
  let bytes = 0;
  const onStdout = (printed: Buffer) => void (bytes += printed.length);
  const done = await run("squeue", [], { onStdout });
  expect(done).toEqual({ code: 7, stdout: "", stderr: "no\n", output: "no\n" });
  expect(bytes).toBe(40_000_000);
});
