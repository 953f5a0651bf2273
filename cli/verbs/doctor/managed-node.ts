/** A machine as SSM knows it. */
export interface ManagedNode {
  instanceId: string;
  /** The machine's own name, with or without its domain. */
  computerName: string;
  /** SSM's word: Online, ConnectionLost or Inactive. */
  pingStatus: string;
  /** Version of its SSM agent. */
  agentVersion: string;
}

/** The version from which on an SSM agent hands parameters over as environment variables (`interpolationType: ENV_VAR`). */
export const ENV_VAR_VERSION = "3.3.2746.0";

/** Whether a version is lower than another one, part by part; a part that is no number counts as 0. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => text.split(".").map((part) => Number(part) || 0);
  const [mine, others] = [parts(version), parts(than)];
  for (const at of Array(Math.max(mine.length, others.length)).keys()) {
    const difference = (mine[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
