import { checkPrefix } from "../../jobs/check-prefix.ts";
import { parseSince } from "../../jobs/since.ts";
import { formatBytes } from "../../output/format.ts";
import type { AdminContext } from "../../stack/admin-context.ts";
import { type AuditedChange, changeSchema, readAuditLog } from "../../stack/audit-log.ts";
import { stackName } from "../../stack/stack-outputs.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { auditVerb } from "./description.ts";

/**
 * `audit [PREFIX]`: the state changes of one job, or of all, from the audit log.
 *
 * @throws CloudSubmitError `bad-prefix`, `usage`, or `config` without such a log group
 */
export async function audit(
  context: Pick<AdminContext, "filterLogs" | "say" | "json" | "now" | "out" | "err">,
  prefix: string | undefined,
  flags: FlagsOf<typeof auditVerb>,
): Promise<void> {
  if (prefix !== undefined) checkPrefix(prefix);
  const now = context.now();
  let from = parseSince(flags.since, now);
  const since = (clock: Date) => (from = parseSince(flags.since, clock));
  // Known without a look at the stack, which people who only submit may not have.
  const group = flags.logGroup ?? `/aws/lambda/${stackName(flags)}-audit`;
  const changes = await readAuditLog(await context.filterLogs(), { group, prefix, since, now });
  for (const change of changes) context.out(context.json ? JSON.stringify(change) : line(change));
  if (changes.length > 0) return;
  const { say } = context;
  const of = prefix === undefined ? "" : say("audit.ofPrefix", { prefix });
  context.err(say("audit.none", { prefix: of, since: from.toISOString() }));
}

/** A change in one line: when, what, how, and who and what is behind it. */
function line(change: AuditedChange): string {
  const { at, prefix, from, to, outcome, error, slurmJobId, exitCode, signal } = change;
  const { requester, submission, commandId, filesIn, bytesIn, filesOut, bytesOut } = change;
  const who = [requester?.submitter, requester?.account && `account ${requester.account}`];
  const facts: [string, string | number | undefined][] = [
    ["outcome", outcome],
    ["reason", error && `${error.message} (${error.code})`],
    ["Slurm job", slurmJobId],
    ["exit code", exitCode],
    ["signal", signal || undefined],
    ["in", to === "JOB_SUBMIT" ? carried(filesIn, bytesIn) : undefined],
    ["out", to === "JOB_COMPLETE" ? carried(filesOut, bytesOut) : undefined],
    ["by", who.filter(Boolean).join(", ") || undefined],
    ["submission", submission],
    ["SSM command", commandId],
  ];
  const told = facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return `${at} ${prefix} ${from ?? "(new)"} -> ${to}; ${told.join("; ")}`;
}

function carried(files: number | undefined, bytes: number | undefined): string | undefined {
  return files === undefined ? undefined : `${files} files, ${formatBytes(bytes ?? 0)}`;
}

export const work: VerbWork<typeof auditVerb> = {
  output: changeSchema,
  run: async ({ admin }, { prefix }, flags) => audit(await admin(), prefix, flags),
};
