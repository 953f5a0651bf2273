import { helpEn } from "../messages/help-en.ts";
import { GLOBAL_OPTIONS, GROUPS, type Option, optionName, type VerbDescription } from "../verb.ts";

/** Where the JSON Schema of what --json prints is, from docs/. */
export const SCHEMA_FILE = "cli-output.schema.json";

/** docs/cli.md, made from the descriptions of the verbs. */
export function cliMarkdown(verbs: readonly VerbDescription[]): string {
  const { groups, globals, exitCodes, tagline } = helpEn;
  const lines = [
    "# The command line",
    "",
    "Made by `npm run docs:cli` from the descriptions in `cli/verbs/*/description.ts`; a test fails when it is out of date.",
    "",
    tagline,
    "",
    "| verb | what it does |",
    "|---|---|",
    ...verbs.map(({ name }) => `| [\`${name}\`](#${anchor(name)}) | ${textOf(name).summary} |`),
    "",
    "## Options of every verb",
    "",
    ...optionTable(GLOBAL_OPTIONS, globals),
    "",
    "Results go to stdout, everything else to stderr. On a terminal, long transfers show their progress and waiting",
    "shows where the job is; NO_COLOR is obeyed. Errors are one line; with `--json`, an object on stderr:",
    '`{"error": {"code", "message", "skipped"}, "exitCode"}`; `skipped` names files that could not be uploaded, and why.',
    "",
    "## Exit codes",
    "",
    "| code | meaning |",
    "|---|---|",
    ...exitCodes.map(([code, text]) => `| ${code} | ${text} |`),
    "",
    "For several jobs (`wait`) it is the worst of theirs, in the order 2, 6, 4, 3, 1, 5, 0.",
    "",
    "## JSON",
    "",
    `[${SCHEMA_FILE}](${SCHEMA_FILE}) is a JSON Schema (2020-12) with one definition for each verb.`,
  ];
  for (const group of GROUPS) {
    lines.push("", `## ${groups[group].replace(/:$/, "")}`);
    for (const verb of verbs.filter((one) => one.group === group)) lines.push("", ...section(verb));
  }
  return `${lines.join("\n")}\n`;
}

function section(verb: VerbDescription): string[] {
  const { summary, details, arguments: texts = {}, options = {} } = textOf(verb.name);
  const usage = [
    `cloud-submit ${verb.name}`,
    ...(verb.options.length > 0 ? ["[options]"] : []),
    ...verb.arguments.map(({ name, required, variadic }) => {
      const shown = `${name}${variadic ? "..." : ""}`;
      if (name === "sbatch-options") return `[-- ${shown}]`;
      return required ? `<${shown}>` : `[${shown}]`;
    }),
  ].join(" ");
  const lines = [`### ${verb.name}`, "", sentence(summary)];
  if (details !== undefined) lines.push("", details);
  lines.push("", "```", usage, "```");
  if (verb.arguments.length > 0)
    lines.push(
      "",
      "| argument | meaning |",
      "|---|---|",
      ...verb.arguments.map(
        ({ name, choices }) =>
          `| \`${name}\` | ${texts[name] ?? ""}${choices ? `: ${choices.join(", ")}` : ""} |`,
      ),
    );
  if (verb.options.length > 0) lines.push("", ...optionTable(verb.options, options));
  lines.push("", "```", ...verb.examples.map((example) => `cloud-submit ${example}`), "```");
  const form = verb.output.form === "object" ? "one object" : "one object on each line";
  lines.push("", `\`--json\` prints ${form}: \`#/$defs/${definitionName(verb.name)}\`.`);
  return lines;
}

/** The name of a verb's definition in the schema. */
export function definitionName(verb: string): string {
  return verb.replaceAll(" ", "-");
}

function textOf(name: string) {
  return helpEn.verbs[name] ?? { summary: "" };
}

function optionTable(
  options: readonly Option[],
  texts: Readonly<Record<string, string>>,
): string[] {
  return [
    "| option | meaning |",
    "|---|---|",
    ...options.map((option) => {
      const choices = option.choices ? `: ${option.choices.join(", ")}` : "";
      return `| \`${option.flags}\` | ${texts[optionName(option)] ?? ""}${choices} |`;
    }),
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function anchor(name: string): string {
  return name.replaceAll(" ", "-");
}
