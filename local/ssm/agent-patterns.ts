import { RE2JS } from "re2js";
import type { CommandDocument, Parameters } from "./document.ts";

/**
 * An SSM agent's objection to a document and its values: it compiles every `allowedPattern`, those of
 * defaults too, with Go's RE2, and looks at nothing else (seen on 3.3.1142: neither allowedValues nor maxChars).
 *
 * @returns undefined when there is nothing
 */
export function agentRefusal(
  document: CommandDocument,
  parameters: Parameters,
): string | undefined {
  for (const [name, { allowedPattern }] of Object.entries(document.parameters)) {
    if (allowedPattern === undefined) continue;
    try {
      const compiled = RE2JS.compile(allowedPattern);
      const bad = (parameters[name] ?? []).some((value) => !compiled.matcher(value).find());
      if (bad) return `parameter ${name} does not match its pattern`;
    } catch (error) {
      return `parameter ${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}
