import { stringify } from "yaml";

/** A configuration as ParallelCluster reads it; no line is folded. */
export function yamlText(configuration: object): string {
  return stringify(configuration, { lineWidth: 0 });
}
