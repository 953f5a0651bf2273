import * as z from "zod";
import type { Verb } from "../verb-work.ts";
import { definitionName } from "./cli-markdown.ts";

/** JSON Schema of what each verb prints with --json; of those with many lines, of one line. */
export async function outputSchema(verbs: readonly Verb[]): Promise<object> {
  const definitions: Record<string, unknown> = {};
  for (const { name, outputSchema: schemaOf } of verbs) {
    const { $schema: _, ...schema } = z.toJSONSchema(await schemaOf(), { io: "output" });
    definitions[definitionName(name)] = schema;
  }
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "cli-output.schema.json",
    title: "What cloud-submit prints with --json",
    $defs: definitions,
  };
}
