import * as z from "zod";
import { ACTIONS } from "../../protocol/objects.ts";
import { PREFIX_PATTERN } from "../../protocol/prefix.ts";
import { SUBMISSION_PATTERN } from "../../protocol/submission.ts";
import type { MarkerId } from "./pending-markers.ts";

const one = (schema: z.ZodType<string>) =>
  z.union([schema, z.tuple([schema])]).transform((value) => [value].flat()[0] ?? "");

const parametersSchema = z.object({
  Action: one(z.enum(ACTIONS)),
  Prefix: one(z.string().regex(PREFIX_PATTERN)),
  Submission: one(z.string().regex(SUBMISSION_PATTERN)),
});

/** The request in a command's parameters, given as an object or as its JSON text; undefined when there is none. */
export function requestIn(parameters: unknown): MarkerId | undefined {
  const parsed = parametersSchema.safeParse(
    typeof parameters === "string" ? parseJson(parameters) : parameters,
  );
  if (!parsed.success) return undefined;
  const { Action, Prefix, Submission } = parsed.data;
  return { action: Action as MarkerId["action"], prefix: Prefix, submission: Submission };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
