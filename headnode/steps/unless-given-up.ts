import { lookWhetherGivenUp, mayBeGivenUp } from "../jobs/given-up.ts";
import type { Slurm } from "../slurm/slurm.ts";
import { goOn } from "./go-on.ts";
import type { Step } from "./ports.ts";

/**
 * The step that calls sbatch, of a submission that the sweep may have given up since the agent took it: then sbatch is not called any
 * more. An sbatch that was called before is waited for as always, since Slurm may have the job by it.
 */
export function unlessGivenUp(submit: Step): Step {
  return async (entry, ports) => {
    if (entry.givenUpAt !== undefined) {
      const refuse = async () => goOn(entry, "before Slurm had it");
      return submit(entry, { ...ports, slurm: withSubmit(ports.slurm, refuse) });
    }
    const givenUp = mayBeGivenUp(entry, ports.now()) && (await lookWhetherGivenUp(entry, ports));
    return givenUp || submit(entry, ports);
  };
}

/** A Slurm as another one, but for its sbatch. */
function withSubmit(slurm: Slurm, submit: () => Promise<void>): Slurm {
  return new Proxy(slurm, {
    get(target, name) {
      if (name === "submit") return submit;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
