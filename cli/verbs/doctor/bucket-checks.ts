import { text } from "node:stream/consumers";
import { CloudSubmitError } from "../../../protocol/error.ts";
import type { Context } from "../../context.ts";
import { awsError, isDenied } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** S3 refuses requests that are off by 15 minutes; sooner it is worth a word. */
const SKEW_WARNING_MS = 60_000;
const SKEW_MAX_MS = 900_000;

/** Whether the bucket can be listed, below the prefix that the user may have alone. */
export async function checkBucket(
  { say }: DoctorContext,
  { store, bucket }: Context,
  scratch: string,
): Promise<Check> {
  try {
    for await (const entry of store.list(`${scratch}/`)) void entry;
    return { name: "bucket", verdict: "ok", detail: say("doctor.bucketOk", { bucket }) };
  } catch (error) {
    const detail = wordsOf(say, awsError(error));
    // That error says itself what to do.
    if (error instanceof CloudSubmitError && error.code === "config")
      return { name: "bucket", verdict: "broken", detail };
    const fix = say(isDenied(error) ? "doctor.bucketDenied" : "doctor.bucketFix");
    return { name: "bucket", verdict: "broken", detail, fix };
  }
}

/** Whether S3 tells EventBridge of new objects: without that no job ever starts. */
export async function checkEvents(context: DoctorContext, bucket: string): Promise<Check> {
  const { say } = context;
  const name = "events";
  try {
    if (await context.hasEvents(bucket))
      return { name, verdict: "ok", detail: say("doctor.eventsOk") };
    return {
      name,
      verdict: "broken",
      detail: say("doctor.eventsOff", { bucket }),
      fix: `aws s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration '{"EventBridgeConfiguration": {}}'`,
    };
  } catch (error) {
    if (isDenied(error)) return { name, verdict: "unknown", detail: say("doctor.eventsUnknown") };
    return { name, verdict: "broken", detail: wordsOf(say, awsError(error)) };
  }
}

/** Whether objects can be written, read and removed; and what S3's clock says. */
export async function checkObjects(
  context: DoctorContext,
  { store }: Context,
  scratch: string,
): Promise<Check[]> {
  const { say, now } = context;
  const key = `${scratch}/doctor.txt`;
  const content = `${now().toISOString()}\n`;
  let doing: "PutObject" | "GetObject" | "DeleteObject" = "PutObject";
  try {
    const before = now().getTime();
    await store.put(key, content);
    const after = now().getTime();
    doing = "GetObject";
    const got = await store.get(key);
    const back = got && (await text(got.body));
    doing = "DeleteObject";
    await store.delete(key);
    const objects: Check =
      back === content
        ? { name: "objects", verdict: "ok", detail: say("doctor.objectsOk", { scratch }) }
        : { name: "objects", verdict: "broken", detail: say("doctor.objectsDiffer", { key }) };
    return [objects, clockCheck(context, got?.lastModified, (before + after) / 2)];
  } catch (error) {
    return [
      {
        name: "objects",
        verdict: "broken",
        detail: `${doing} ${key}: ${wordsOf(say, awsError(error))}`,
        fix: say("doctor.objectsFix"),
      },
    ];
  }
}

function clockCheck({ say }: DoctorContext, theirs: Date | undefined, ours: number): Check {
  const name = "clock";
  if (!theirs) return { name, verdict: "unknown", detail: say("doctor.clockUnknown") };
  // S3 tells whole seconds.
  const seconds = Math.round((ours - theirs.getTime() - 500) / 1000);
  const detail = say("doctor.clockOff", { seconds });
  if (Math.abs(seconds) * 1000 < SKEW_WARNING_MS) return { name, verdict: "ok", detail };
  const verdict = Math.abs(seconds) * 1000 < SKEW_MAX_MS ? "warning" : "broken";
  return { name, verdict, detail, fix: say("doctor.clockFix") };
}
