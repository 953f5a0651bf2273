import { writeFile } from "node:fs/promises";
import { VERBS } from "../registry.ts";
import { cliMarkdown, SCHEMA_FILE } from "./cli-markdown.ts";
import { outputSchema } from "./output-schema.ts";

await writeFile("docs/cli.md", cliMarkdown(VERBS));
await writeFile(`docs/${SCHEMA_FILE}`, `${JSON.stringify(await outputSchema(VERBS), null, 2)}\n`);
