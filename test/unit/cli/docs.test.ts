import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { cliMarkdown, SCHEMA_FILE } from "../../../cli/docs/cli-markdown.ts";
import { outputSchema } from "../../../cli/docs/output-schema.ts";
import { EXIT } from "../../../cli/errors/exit-code.ts";
import { VERBS } from "../../../cli/registry.ts";

const doc = (name: string) =>
  readFileSync(join(fileURLToPath(new URL("../../../docs", import.meta.url)), name), "utf8");

describe("docs (npm run docs:cli makes them)", () => {
  test("cli.md is up to date", () => {
    expect(doc("cli.md")).toBe(cliMarkdown(VERBS));
  });

  test("the schema is up to date", async () => {
    expect(JSON.parse(doc(SCHEMA_FILE))).toEqual(await outputSchema(VERBS));
  });

  test("every exit code is told", () => {
    for (const code of Object.values(EXIT))
      expect(doc("cli.md")).toMatch(new RegExp(`^\\| ${code} \\| \\S`, "m"));
  });
});
