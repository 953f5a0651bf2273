import { PREFIX_PATTERN } from "../../protocol/prefix.ts";
import { slurmPrefixOf } from "../config.ts";
import { awsError, isDenied } from "../errors/aws-error.ts";
import { wordsOf } from "../errors/command-error.ts";
import type { SbatchOptions } from "./args.ts";
import type { SlurmContext } from "./slurm-context.ts";
import { slurmError } from "./slurm-error.ts";
import { spokenSay } from "./spoken.ts";

/** So much of a prefix is left for the folder's name, the time and what tells two of them apart. */
const LENGTH_MAX = 64;

/**
 * How the prefix of a job is to begin: by the option or `#CLOUD` line, the environment, or cloud-submit.json. For users who may
 * write only below prefixes of their own, such as `alice--`.
 *
 * @returns undefined: it begins with the folder's name
 * @throws SlurmError when no prefix can begin so
 */
export function beginningOf(
  { given }: Pick<SbatchOptions, "given">,
  { env, cwd }: Pick<SlurmContext, "env" | "cwd">,
): string | undefined {
  const beginning = given.get("cloud-prefix") ?? slurmPrefixOf(env, cwd);
  if (beginning === undefined || beginning === "") return undefined;
  if (beginning.length <= LENGTH_MAX && PREFIX_PATTERN.test(beginning)) return beginning;
  throw slurmError(
    "sbatch",
    `--cloud-prefix: no prefix can begin with ${JSON.stringify(beginning)}: use at most ${LENGTH_MAX} of the characters A-Z a-z 0-9 . _ - and begin with a letter or a digit, as in alice--`,
  );
}

/** Throws an error again, a refusal with what helps users who have prefixes of their own. */
export function withPrefixAdvice(error: unknown, beginning: string | undefined): never {
  if (!isDenied(error)) throw error;
  const words = wordsOf(spokenSay(), awsError(error));
  const advice =
    beginning === undefined
      ? "if you may write below prefixes of your own only, give their beginning by --cloud-prefix=NAME--, CLOUD_SUBMIT_SLURM_PREFIX, or slurmPrefix in cloud-submit.json"
      : `the prefix begins with ${JSON.stringify(beginning)}, by --cloud-prefix, CLOUD_SUBMIT_SLURM_PREFIX or cloud-submit.json`;
  throw slurmError("sbatch", `${words}; ${advice}`);
}
