import * as z from "zod";
import { STATE_CHANGE, stateChangeSchema } from "../../protocol/event.ts";
import { parseJson } from "../../protocol/parse-json.ts";

/** A question to a log group. */
export interface LogQuery {
  group: string;
  pattern: string;
  /** From when on messages are wanted, by the time now; called again where CloudWatch's clock says another time than `now`. */
  since: (now: Date) => Date;
  /** This machine's time, which may be wrong by hours. */
  now: Date;
}

/** Messages of a log group, oldest first, that CloudWatch Logs found by a filter pattern. */
export type FilterLogs = (query: LogQuery) => AsyncIterable<string>;

/** A line of functions/audit: the logger leaves out null, hence "none". */
const auditLineSchema = stateChangeSchema.extend({
  message: z.literal(STATE_CHANGE),
  from: z.union([stateChangeSchema.shape.from, z.literal("none").transform(() => null)]),
  eventId: z.string().optional(),
});

/** A change as `audit --json` prints it. */
export const changeSchema = stateChangeSchema;

/** One change of a submission's state, as the audit log tells it. */
export type AuditedChange = z.infer<typeof changeSchema>;

/**
 * Reads the state changes in the audit log, oldest first, each once: EventBridge may deliver an event twice.
 *
 * @param prefix of one job; undefined: all
 */
export async function readAuditLog(
  filterLogs: FilterLogs,
  { prefix, ...query }: Omit<LogQuery, "pattern"> & { prefix: string | undefined },
): Promise<AuditedChange[]> {
  const terms = [`$.message = "${STATE_CHANGE}"`];
  if (prefix !== undefined) terms.push(`$.prefix = "${prefix}"`);
  const pattern = `{ ${terms.join(" && ")} }`;
  const changes = new Map<string, AuditedChange>();
  for await (const text of filterLogs({ ...query, pattern })) {
    const change = parseLine(text);
    // Asked for already; read again because what else is in the log is not ours to print.
    if (!change || (prefix !== undefined && change.prefix !== prefix)) continue;
    const { submission, from, to, at } = change;
    changes.set(JSON.stringify([change.prefix, submission, from, to, at]), change);
  }
  return [...changes.values()].toSorted((a, b) => a.at.localeCompare(b.at));
}

function parseLine(text: string): AuditedChange | undefined {
  const line = parseJson(auditLineSchema, text);
  return line && changeSchema.parse(line);
}
