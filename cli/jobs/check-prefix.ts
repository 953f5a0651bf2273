import { isPrefix, PREFIX_MAX_LENGTH } from "../../protocol/prefix.ts";
import { CommandError } from "../errors/command-error.ts";

/** @throws CloudSubmitError `bad-prefix` when it may not name a job; it says what was meant, where that is plain */
export function checkPrefix(prefix: string): void {
  if (isPrefix(prefix)) return;
  const shown = JSON.stringify(prefix.length > 80 ? `${prefix.slice(0, 80)}…` : prefix);
  const meant = meantBy(prefix);
  throw new CommandError("bad-prefix", (say) =>
    meant === undefined
      ? say("problem.badPrefix", { prefix: shown, max: PREFIX_MAX_LENGTH })
      : say("problem.meantPrefix", { prefix: shown, meant }),
  );
}

/** The same for a pattern, in which `*` and `?` stand for other characters; an empty one, as of a variable that is not set, is none. @throws CloudSubmitError `usage` */
export function checkPattern(pattern: string): void {
  if (pattern !== "" && !/[/\s]/.test(pattern)) return;
  const shown = JSON.stringify(pattern);
  const meant = withoutPlace(pattern);
  throw new CommandError("usage", (say) =>
    /^[\w.*?-]+$/.test(meant)
      ? say("problem.meantPrefix", { prefix: shown, meant })
      : say("problem.badPrefix", { prefix: shown, max: PREFIX_MAX_LENGTH }),
  );
}

/** The prefix in a URL, in a folder name as shells complete it, or in a line with its end; undefined: not a prefix. */
function meantBy(text: string): string | undefined {
  const rest = withoutPlace(text);
  return isPrefix(rest) ? rest : undefined;
}

function withoutPlace(text: string): string {
  return text.replace(/^s3:\/\/[^/]+\//, "").replace(/[/\s]+$/, "");
}
