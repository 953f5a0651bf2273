import type { Flags, ValuesOf } from "../verb.ts";

/** Says which stage of a stack. */
export const STAGE_FLAG = {
  value: "name",
  default: "prod",
  help: "the stage it was deployed with (default: {default})",
} as const;

/** Flags of every verb that works on a deployed stack. */
export const STACK_FLAGS = {
  stage: STAGE_FLAG,
  stack: { value: "name", help: "the stack's name (default: cloud-submit-STAGE)" },
  packages: {
    value: "dir",
    help: "the agent's packages (default: those built by npm run build:headnode)",
  },
} as const satisfies Flags;

export type StackFlags = ValuesOf<typeof STACK_FLAGS>;
