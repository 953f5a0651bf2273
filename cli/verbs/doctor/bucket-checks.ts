import type { ObjectLister } from "../../../bucket/object-store.ts";
import { CloudSubmitError } from "../../../protocol/error.ts";
import { isDenied } from "../../errors/aws-error.ts";
import type { DoctorContext } from "./context.ts";
import type { Probe } from "./probe.ts";
import { type Finding, problem } from "./problem.ts";

/** Whether the bucket can be listed, below the prefix that the user may have alone. */
export async function checkBucket(
  { say }: DoctorContext,
  { store, bucket }: { store: ObjectLister; bucket: string },
  scratch: string,
): Promise<Finding> {
  const name = "bucket";
  try {
    for await (const entry of store.list(`${scratch}/`)) void entry;
    return { name, verdict: "ok", detail: say("doctor.bucketOk", { bucket }) };
  } catch (error) {
    // That error says itself what to do.
    const isSetting = error instanceof CloudSubmitError && error.code === "config";
    const fix = say(isDenied(error) ? "doctor.bucketDenied" : "doctor.bucketFix");
    return {
      name,
      verdict: "broken",
      ...problem(say, error, isSetting ? undefined : fix),
      // Who may not list may be let write.
      isCut: !isDenied(error),
    };
  }
}

/** Whether S3 tells EventBridge of new objects: without that no job ever starts. */
export async function checkEvents(
  { say }: DoctorContext,
  { hasEvents, bucket }: Pick<Probe, "hasEvents" | "bucket">,
): Promise<Finding> {
  const name = "events";
  try {
    if (await hasEvents()) return { name, verdict: "ok", detail: say("doctor.eventsOk") };
    return {
      name,
      verdict: "broken",
      detail: say("doctor.eventsOff", { bucket }),
      fix: `aws s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration '{"EventBridgeConfiguration": {}}'`,
    };
  } catch (error) {
    if (isDenied(error)) return { name, verdict: "unknown", detail: say("doctor.eventsUnknown") };
    return { name, verdict: "broken", ...problem(say, error) };
  }
}
