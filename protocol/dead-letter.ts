import * as z from "zod";
import { auditEventSchema, commandStatusSchema, objectCreatedSchema } from "./event.ts";
import { parseJson } from "./parse-json.ts";

/** Functions whose events can be done again, and the shape of each one's; that of no other one fits. */
const EVENTS = {
  dispatch: objectCreatedSchema,
  "command-result": commandStatusSchema,
  audit: auditEventSchema,
} as const;

/** The functions that take a dead letter again. */
export const REDRIVEN = Object.keys(EVENTS) as (keyof typeof EVENTS)[];
export type Redriven = keyof typeof EVENTS;

/**
 * The record that Lambda leaves of an asynchronous invocation that it gave up.
 *
 * Source: AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
 */
const recordSchema = z.looseObject({
  requestContext: z.looseObject({ functionArn: z.string() }),
  requestPayload: z.record(z.string(), z.unknown()),
});

/** Work that a message in the dead-letter queue stands for; `nothing`: the next sweep does it anyway. */
export type DeadLetterWork =
  | { of: Redriven; event: Record<string, unknown> }
  | { of: "sweep"; event?: undefined };

/**
 * Reads a message of the dead-letter queue: Lambda's record, with the event in it, or the event alone, which is how EventBridge
 * puts there what it could not hand over. It goes by the event's shape alone, except for the sweep's, which has none.
 *
 * @param sweep the name of this stage's function sweep
 * @returns undefined: it is neither
 */
export function deadLetterWork(text: string, sweep: string): DeadLetterWork | undefined {
  const record = parseJson(recordSchema, text);
  if (record && nameOf(record.requestContext.functionArn) === sweep) return { of: "sweep" };
  const event = record?.requestPayload ?? parseJson(z.record(z.string(), z.unknown()), text);
  const of = REDRIVEN.find((name) => EVENTS[name].safeParse(event).success);
  return event && of && { of, event };
}

/** The name in `arn:aws:lambda:<region>:<account>:function:<name>:<version>`. */
function nameOf(functionArn: string): string | undefined {
  return functionArn.split(":")[6];
}
