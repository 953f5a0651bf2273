import { isCancel, text } from "@clack/prompts";
import type { Settings } from "../../global-flags.ts";
import type { Say } from "../../messages/say.ts";

/** A bucket's name. Source: Amazon S3 User Guide, "General purpose bucket naming rules". */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Questions on a terminal; undefined when stdin or stderr is none. */
export function askOnTerminal(
  say: Say,
  { stdin, stdout }: Pick<NodeJS.Process, "stdin" | "stdout">,
): ((known: Settings) => Promise<Settings | "cancelled">) | undefined {
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  return async (known) => {
    const bucket = await text({
      message: say("init.askBucket"),
      validate: (value) => (BUCKET.test(value ?? "") ? undefined : say("init.badBucket")),
    });
    if (isCancel(bucket)) return "cancelled";
    const region =
      known.region ??
      (await text({ message: say("init.askRegion"), placeholder: "ap-northeast-1" }));
    if (isCancel(region)) return "cancelled";
    const profile = known.profile ?? (await text({ message: say("init.askProfile") }));
    if (isCancel(profile)) return "cancelled";
    return { bucket, region: region || undefined, profile: profile || undefined };
  };
}
