import * as z from "zod";
import type { VerbDescription } from "../verb.ts";
import { definitionName } from "./cli-markdown.ts";

/** JSON Schema of what each verb prints with --json; of those with many lines, of one line. */
export async function outputSchema(verbs: readonly VerbDescription[]): Promise<object> {
  const definitions: Record<string, unknown> = {};
  for (const { name, output } of verbs) {
    const { $schema: _, ...schema } = z.toJSONSchema(await output.schema(), { io: "output" });
    definitions[definitionName(name)] = schema;
  }
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "cli-output.schema.json",
    title: "What cloud-submit prints with --json",
    $defs: definitions,
  };
}
