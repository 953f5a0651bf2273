import type { ObjectLister } from "../../../bucket/object-store.ts";
import { HEARTBEAT_KEY } from "../../../protocol/heartbeat.ts";
import { isPrefix, ownPrefixes } from "../../../protocol/prefix.ts";
import type { Context } from "../../context.ts";
import { awsError, isDenied } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/**
 * Whether an IAM user limited to own prefixes shares them with no other user. With a policy whose prefixes begin
 * with the name and one hyphen, `alice` has those of `alice-b`, too.
 *
 * @returns undefined for who may use every prefix
 */
export async function checkOwnPrefix(
  { say }: DoctorContext,
  { store }: Context,
  user: string,
): Promise<Check | undefined> {
  const name = "prefixes";
  const own = ownPrefixes(user);
  try {
    if (await mayList(store, HEARTBEAT_KEY)) return undefined;
    if (own === undefined || !isPrefix(own))
      return {
        name,
        verdict: "warning",
        detail: say("doctor.ownPrefixNone", { user }),
        fix: say("doctor.ownPrefixNoneFix"),
      };
    if (!(await mayList(store, `${user}-0/`)))
      return { name, verdict: "ok", detail: say("doctor.ownPrefixOk", { own }) };
    return {
      name,
      verdict: "warning",
      detail: say("doctor.ownPrefixShared", { user }),
      fix: say("doctor.ownPrefixSharedFix", { own }),
    };
  } catch (error) {
    return { name, verdict: "unknown", detail: wordsOf(say, awsError(error)) };
  }
}

async function mayList(store: ObjectLister, prefix: string): Promise<boolean> {
  try {
    for await (const _ of store.list(prefix)) break;
    return true;
  } catch (error) {
    if (isDenied(error)) return false;
    throw error;
  }
}
