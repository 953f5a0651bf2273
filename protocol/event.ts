import * as z from "zod";
import { CloudSubmitError } from "./error.ts";
import { addressSchema } from "./notify.ts";
import { OUTCOMES } from "./outcome.ts";
import { prefixSchema } from "./prefix.ts";
import { requesterSchema } from "./requester.ts";
import { STATES } from "./state.ts";
import { submissionSchema } from "./submission.ts";

/**
 * S3's "Object Created" on EventBridge, as far as it is used here. Further fields are let through:
 * AWS adds some without notice.
 *
 * Source of the shape: Amazon S3 User Guide, "Amazon EventBridge event message structure".
 */
export const objectCreatedSchema = z.looseObject({
  id: z.string(),
  source: z.literal("aws.s3"),
  "detail-type": z.literal("Object Created"),
  detail: z.looseObject({
    bucket: z.looseObject({ name: z.string().min(1) }),
    object: z.looseObject({ key: z.string().min(1), "version-id": z.string().optional() }),
    requester: z.string().optional(),
  }),
});

/** `source` of the events this system publishes. */
const EVENT_SOURCE = "cloud-submit";
/** `detail-type` of the one kind of event this system publishes. */
export const STATE_CHANGE = "Job State Change";

/** How a request has come to the Head Node: by its own SSM command, beside one of another request, or by a look at the queue. */
export const arrivedSchema = z.enum(["command", "other-command", "look"]);
export type Arrived = z.infer<typeof arrivedSchema>;

/** The detail of "Job State Change": one per change of a submission's state. */
export const stateChangeSchema = z.object({
  version: z.literal(1),
  bucket: z.string(),
  prefix: z
    .string()
    .max(1024)
    .describe("as the key has it: a request with a wrong one is told, too"),
  submission: submissionSchema,
  from: z.enum(STATES).nullable().describe("null: the submission is new"),
  to: z.enum(STATES),
  at: z.iso.datetime(),
  outcome: z.enum(OUTCOMES).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  slurmJobId: z.string().optional(),
  exitCode: z.int().optional(),
  signal: z.int().optional(),
  requester: requesterSchema.optional(),
  commandId: z.string().optional().describe("the SSM command that carried the request"),
  arrived: arrivedSchema.optional().describe("how the request has come to the Head Node"),
  requestedAt: z.iso.datetime().optional(),
  submittedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  bytesIn: z.int().nonnegative().optional(),
  bytesOut: z.int().nonnegative().optional(),
  filesIn: z.int().nonnegative().optional(),
  filesOut: z.int().nonnegative().optional(),
  notify: addressSchema
    .optional()
    .describe(
      "with JOB_SUBMIT and the last change: the address that the submitter wants told, which nobody has checked",
    ),
});
export type StateChange = z.infer<typeof stateChangeSchema>;

/** "Job State Change" as EventBridge delivers it. */
export const stateChangeEventSchema = z.looseObject({
  id: z.string(),
  source: z.literal(EVENT_SOURCE),
  "detail-type": z.literal(STATE_CHANGE),
  detail: stateChangeSchema,
});

/** A state change as an entry of EventBridge's PutEvents. */
export function stateChangeEntry(bus: string, change: StateChange) {
  return {
    EventBusName: bus,
    Source: EVENT_SOURCE,
    DetailType: STATE_CHANGE,
    Detail: JSON.stringify(change),
  };
}

/** `detail-type` of the event that a prefix was removed. */
export const PREFIX_REMOVED = "Job Removed";

/** The detail of "Job Removed": one when a removal begins, and one each time it ends or stops. */
const prefixRemovalSchema = z.object({
  version: z.literal(1),
  bucket: z.string(),
  prefix: prefixSchema,
  submission: submissionSchema.describe("of the run that had ended last"),
  did: z
    .enum(["begun", "removed", "changed", "remains", "stopped"])
    .describe("stopped: the rest follows"),
  at: z.iso.datetime(),
  endedAt: z.iso.datetime().describe("when the job had ended"),
  objects: z.int().nonnegative().describe("versions and delete markers removed"),
  bytes: z.int().nonnegative(),
});
export type PrefixRemoval = z.infer<typeof prefixRemovalSchema>;

/** "Job Removed" as EventBridge delivers it. */
const prefixRemovedEventSchema = z.looseObject({
  id: z.string(),
  source: z.literal(EVENT_SOURCE),
  "detail-type": z.literal(PREFIX_REMOVED),
  detail: prefixRemovalSchema,
});

/** The events that the audit hears of. */
export const auditEventSchema = z.discriminatedUnion("detail-type", [
  stateChangeEventSchema,
  prefixRemovedEventSchema,
]);

/** A removal as an entry of EventBridge's PutEvents. */
export function removalEntry(bus: string, removal: PrefixRemoval) {
  return {
    EventBusName: bus,
    Source: EVENT_SOURCE,
    DetailType: PREFIX_REMOVED,
    Detail: JSON.stringify(removal),
  };
}

/** The answer of PutEvents, as far as it is used here. */
interface PutEventsAnswer {
  Entries?: { ErrorCode?: string | undefined; ErrorMessage?: string | undefined }[] | undefined;
}

/**
 * Looks into the answer of PutEvents, which is no error even when an entry was refused.
 *
 * @returns for each entry, in their order, EventBridge's reason as an error `aws`; undefined: it was taken
 */
export function putEventsErrors(answer: PutEventsAnswer): (CloudSubmitError | undefined)[] {
  return (answer.Entries ?? []).map(({ ErrorCode: code, ErrorMessage: message }) =>
    code ? new CloudSubmitError("aws", `EventBridge: ${code} ${message}`) : undefined,
  );
}

/**
 * Looks into the answer of PutEvents for an entry that was refused.
 *
 * @throws CloudSubmitError `aws` with EventBridge's reason
 */
export function checkPutEvents(answer: PutEventsAnswer): void {
  const refused = putEventsErrors(answer).find((error) => error);
  if (refused) throw refused;
}

/**
 * SSM's "EC2 Command Status-change Notification", as far as it is used here. It is best effort, and
 * `parameters` is not documented in every detail: it is read leniently.
 */
export const commandStatusSchema = z.looseObject({
  source: z.literal("aws.ssm"),
  detail: z.looseObject({
    "command-id": z.string().min(1),
    "document-name": z.string(),
    status: z.string(),
    parameters: z.unknown().optional(),
  }),
});
export type CommandStatus = z.infer<typeof commandStatusSchema>;

/** Input of functions/sweep from a schedule. */
export const sweepRequestSchema = z.looseObject({
  /** Whether to look at every job in the bucket, or at pending markers only. */
  census: z.boolean().default(false),
});
