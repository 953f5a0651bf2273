import type * as z from "zod";
import { MANIFEST_MAX_BYTES, manifestSchema } from "./manifest.ts";

/** A longer name of a field is not shown: it could be a read key, which has 22 characters or more. */
const FIELD_SHOWN = /^[\w-]{1,21}$/;

/**
 * The first thing that is wrong with what is no manifest, in plain English: where, and of which kind. Nothing of its values
 * is in the words.
 *
 * @param text of something that parseManifest refuses; undefined: it is longer than a manifest may be
 */
export function manifestProblem(text: string | undefined): string {
  if (text === undefined) return `it has more than ${MANIFEST_MAX_BYTES} bytes`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return "it is no JSON";
  }
  const { data, error } = manifestSchema.safeParse(json);
  const [issue] = error?.issues ?? [];
  if (issue) return `${placeOf(issue.path)} ${issueWords(issue)}`;
  const seen = new Set<string>();
  const twice = data?.inputs.findIndex(({ path }) => seen.size === seen.add(path).size) ?? -1;
  return `${placeOf(["inputs", twice, "path"])} is that of another input, too`;
}

/** The rest of a sentence that begins with the field. */
function issueWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys": {
      const [field = ""] = issue.keys;
      return FIELD_SHOWN.test(field)
        ? `has the unknown field \`${field}\``
        : "has an unknown field";
    }
    case "invalid_type":
      return `is missing or not of the type ${issue.expected}`;
    case "invalid_value":
      return `is not ${issue.values.join(" or ")}`;
    case "too_big":
      return `has more than ${issue.maximum} ${unitOf(issue.origin)}`;
    case "too_small":
      return `has less than ${issue.minimum} ${unitOf(issue.origin)}`;
    default:
      return "is not in the form that docs/protocol.md tells";
  }
}

/** Only names of fields that the schema knows, and numbers, can be in it. */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "it";
  const parts = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  return `\`${parts.join("").slice(1)}\``;
}

function unitOf(origin: string): string {
  if (origin === "array") return "items";
  return origin === "string" ? "characters" : "as its value";
}
