import type { Option } from "../verb.ts";

/** Options of every verb that works on a deployed stack. */
export const ON_STACK: readonly Option[] = [
  { flags: "--stage <name>" },
  { flags: "--stack <name>" },
  { flags: "--packages <dir>" },
];
