import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";

/**
 * Checks what --json has printed against the schema that the package brings, by another validator than the one
 * that wrote it.
 *
 * @returns the objects
 */
export function outputValidator(packageFolder: string) {
  const path = join(packageFolder, "docs", "cli-output.schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8")) as { $id: string };
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(schema);
  return (definition: string, stdout: string): unknown[] => {
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line) => {
      const parsed: unknown = JSON.parse(line);
      if (!ajv.validate(`${schema.$id}#/$defs/${definition}`, parsed))
        throw new Error(`${definition}: ${ajv.errorsText()}: ${line}`);
      return parsed;
    });
  };
}
