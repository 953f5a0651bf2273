import { type Dependency, formatDependency } from "../../protocol/after.ts";
import type { Manifest } from "../../protocol/manifest.ts";

/** The runs that an open submission begins after: those of its status object and those of its manifest, each once. */
export function allWaitedFor(
  named: readonly Dependency[],
  sent: Pick<Manifest, "after"> | undefined,
): Dependency[] {
  const all = [...named, ...(sent?.after ?? [])];
  return [...new Map(all.map((one) => [formatDependency(one), one])).values()];
}
