import { CloudSubmitError } from "../../../protocol/error.ts";
import type { Context } from "../../context.ts";
import { awsError, isDenied } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";

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
