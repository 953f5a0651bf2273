import * as z from "zod";
import { flagError } from "./errors/flag-error.ts";
import { type Flag, type Flags, type ValuesOf } from "./verb.ts";

/**
 * Checks what was given for a verb's flags, and adds the defaults. Its schema is made of their descriptions.
 *
 * @throws CloudSubmitError `usage`, naming the flag and what was expected
 */
export function parseFlags<All extends Flags>(flags: All, given: unknown): ValuesOf<All> {
  const schema = z.strictObject(
    Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, schemaOf(flag)])),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data as ValuesOf<All>;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? "");
  const { pattern, min = 0 } = flags[name] ?? {};
  throw flagError(name, (say) => {
    if (issue?.code === "too_small") return say("problem.atLeast", { min });
    return issue?.message === pattern?.[1] && pattern ? say(pattern[1]) : (issue?.message ?? "");
  });
}

function schemaOf(flag: Flag): z.ZodType {
  if (flag.value === undefined) return z.boolean().optional();
  const one = schemaOfOne(flag);
  const error = flag.pattern?.[1];
  const whole = flag.many ? z.array(one) : flag.bare ? z.union([z.literal(true), one], error) : one;
  return flag.default === undefined ? whole.optional() : whole.default(flag.default);
}

function schemaOfOne({ as, choices, pattern, min = 0 }: Flag): z.ZodType {
  if (as === "seconds") return z.number().positive();
  if (as === "whole") return z.int().min(min);
  if (choices) return z.enum(choices);
  return pattern ? z.string().regex(...pattern) : z.string();
}
