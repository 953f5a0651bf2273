import * as z from "zod";
import { parseJson } from "../../protocol/parse-json.ts";
import { type RequestId, requestSchema } from "../../protocol/request.ts";

const one = z.union([z.string(), z.tuple([z.string()])]).transform((value) => [value].flat()[0]);

const parametersSchema = z.object({ Action: one, Prefix: one, Submission: one });

/** The request in a command's parameters, given as an object or as its JSON text; undefined when there is none. */
export function requestIn(parameters: unknown): RequestId | undefined {
  const given =
    typeof parameters === "string"
      ? parseJson(parametersSchema, parameters)
      : parametersSchema.safeParse(parameters).data;
  if (!given) return undefined;
  const { Action: action, Prefix: prefix, Submission: submission } = given;
  return requestSchema.safeParse({ action, prefix, submission }).data;
}
