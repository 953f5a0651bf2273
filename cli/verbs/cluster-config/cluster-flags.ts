import type { PlainKey } from "../../messages/say.ts";
import { flagError } from "../../parse-flags.ts";
import type { FlagsOf } from "../../verb.ts";
import type { clusterConfigVerb } from "./description.ts";

/** What a site may decide about its cluster. */
export type ClusterFlags = FlagsOf<typeof clusterConfigVerb>;

/**
 * Looks whether the flags fit each other.
 *
 * @throws CloudSubmitError `usage`, naming the flag and what was expected
 */
export function checkClusterFlags(flags: ClusterFlags): void {
  const { queue, minCount, maxCount, computeType, computeSubnet, key, sshFrom } = flags;
  const problems: [keyof ClusterFlags, PlainKey, boolean][] = [
    ["queue", "problem.queueDefault", queue === "default"],
    ["minCount", "problem.minCount", minCount > maxCount],
    ["computeType", "problem.typeTwice", new Set(computeType).size < computeType.length],
    [
      "placementGroup",
      "problem.placement",
      flags.placementGroup === true && (computeSubnet?.length ?? 1) > 1,
    ],
    ["sshFrom", "problem.sshWithoutKey", sshFrom !== undefined && key === undefined],
  ];
  const wrong = problems.find(([, , applies]) => applies);
  if (wrong) throw flagError(wrong[0], (say) => say(wrong[1]));
}
