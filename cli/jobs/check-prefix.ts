import { isPrefix, PREFIX_MAX_LENGTH } from "../../protocol/prefix.ts";
import { CommandError } from "../errors/command-error.ts";

/** @throws CloudSubmitError `bad-prefix` when it may not name a job */
export function checkPrefix(prefix: string): void {
  if (isPrefix(prefix)) return;
  const shown = JSON.stringify(prefix.length > 80 ? `${prefix.slice(0, 80)}…` : prefix);
  throw new CommandError("bad-prefix", (say) =>
    say("problem.badPrefix", { prefix: shown, max: PREFIX_MAX_LENGTH }),
  );
}
