import { exitCodeMeanings } from "../errors/exit-code.ts";
import { GLOBAL_FLAGS } from "../global-flags.ts";
import { sayEnglish as say } from "../messages/say.ts";
import { dashed, type Flags, GROUPS, helpOf, usageOf, type VerbDescription } from "../verb.ts";

/** Where the JSON Schema of what --json prints is, from docs/. */
export const SCHEMA_FILE = "cli-output.schema.json";

/** docs/cli.md, made from the descriptions of the verbs. */
export function cliMarkdown(verbs: readonly VerbDescription[]): string {
  const lines = [
    "# The command line",
    "",
    "Made by `npm run docs:cli` from the descriptions in `cli/verbs/*/description.ts`; a test fails when it is out of date.",
    "",
    say("help.tagline"),
    "",
    "| verb | what it does |",
    "|---|---|",
    ...verbs.map(({ name, summary }) => `| [\`${name}\`](#${anchor(name)}) | ${summary} |`),
    "",
    "## Options of every verb",
    "",
    ...flagTable(GLOBAL_FLAGS),
    "",
    "Results go to stdout, everything else to stderr. On a terminal, long transfers show their progress and waiting",
    "shows where the job is; NO_COLOR is obeyed. Errors are one line; with `--json`, an object on stderr:",
    '`{"error": {"code", "message", "skipped"}, "exitCode", "resume"}`; `skipped` names files that could not be uploaded, and why.',
    "",
    "A transfer, or a wait, that fails or is interrupted (Ctrl-C, SIGTERM, SIGHUP) ends with a line that says how to go on:",
    "the command, as a POSIX shell reads it, with the job's prefix and the options that were given. With `--json` it is",
    "`resume`. It sends or fetches only what is missing.",
    "",
    "`wait`, `run` while it waits, `cancel --wait` and `logs --follow` do not end because the line to S3 does: they look",
    "again, every 20 s at most, until S3 answers or `--timeout` has passed, and say so on stderr. When the credentials have",
    "expired they end with exit code 7 and the command to run after a sign-in. The job goes on.",
    "",
    "The event of a FILE_UPLOAD or JOB_CANCEL can be lost. While a job is waited for, such a request without an answer is",
    "made once more after 2 min, 10 min and 1 h, by writing the same status object again, and a line on stderr says so.",
    "`status` does it once, if nobody has in the last 2 min (`askedAgain` with `--json`). The submission stays the same, so",
    "that the job starts once. A FILE_UPLOAD without the metadata `submission`, as other tools write it, is left alone: each",
    "write of it is a submission of its own. Those who may only read are told once that it could not be written.",
    "",
    "## Environment",
    "",
    "The settings of the AWS tools are obeyed, in the environment and in the profile: [networks.md](networks.md#settings).",
    "Variables of the command line's own:",
    "",
    "| variable | meaning |",
    "|---|---|",
    "| `CLOUD_SUBMIT_BUCKET` | the job bucket, where `--bucket` is not given |",
    "| `CLOUD_SUBMIT_LIMIT_RATE` | as `--limit-rate`, also for `sbatch` and what brings its results back ([networks.md](networks.md#sharing-the-line)) |",
    "| `CLOUD_SUBMIT_REQUEST_PAYER` | `requester`: you pay for requests and transfers, as a Requester Pays bucket wants it |",
    "| `CLOUD_SUBMIT_EXPECTED_BUCKET_OWNER` | 12 digits of an AWS account: S3 refuses every request if the bucket is another one's |",
    "",
    "## Exit codes",
    "",
    "| code | meaning |",
    "|---|---|",
    ...exitCodeMeanings(say).map(([code, text]) => `| ${code} | ${text} |`),
    "",
    "For several jobs (`wait`, `submit`) it is the worst of theirs, in the order 2, 7, 6, 4, 3, 1, 5, 0. When `submit` has submitted",
    "some of several folders, 6 stands in place of 2.",
    "",
    "## JSON",
    "",
    `[${SCHEMA_FILE}](${SCHEMA_FILE}) is a JSON Schema (2020-12) with one definition for each verb.`,
  ];
  for (const group of GROUPS) {
    lines.push("", `## ${say(`help.group.${group}`).replace(/:$/, "")}`);
    for (const verb of verbs.filter((one) => one.group === group)) lines.push("", ...section(verb));
  }
  return `${lines.join("\n")}\n`;
}

function section(verb: VerbDescription): string[] {
  const { name, summary, details, flags, examples } = verb;
  const args = Object.entries(verb.arguments);
  const hasFlags = Object.keys(flags).length > 0;
  const usage = [
    `cloud-submit ${name}`,
    ...(hasFlags ? ["[options]"] : []),
    ...args.map(([argument, { optional, many, afterDashes }]) => {
      const shown = `${dashed(argument)}${many ? "..." : ""}`;
      if (afterDashes) return `[-- ${shown}]`;
      return optional ? `[${shown}]` : `<${shown}>`;
    }),
  ].join(" ");
  const lines = [`### ${name}`, "", sentence(summary)];
  if (details !== undefined) lines.push("", details);
  lines.push("", "```", usage, "```");
  if (args.length > 0)
    lines.push(
      "",
      "| argument | meaning |",
      "|---|---|",
      ...args.map(
        ([argument, one]) => `| \`${dashed(argument)}\` | ${one.help}${choicesOf(one)} |`,
      ),
    );
  if (hasFlags) lines.push("", ...flagTable(flags));
  lines.push("", "```", ...examples.map((example) => `cloud-submit ${example}`), "```");
  const form = verb.output === "object" ? "one object" : "one object on each line";
  lines.push("", `\`--json\` prints ${form}: \`#/$defs/${definitionName(name)}\`.`);
  return lines;
}

/** The name of a verb's definition in the schema. */
export function definitionName(verb: string): string {
  return verb.replaceAll(" ", "-");
}

function flagTable(flags: Flags): string[] {
  const rows = Object.entries(flags).map(
    ([name, flag]) => `| \`${usageOf(name, flag)}\` | ${helpOf(flag)}${choicesOf(flag)} |`,
  );
  return ["| option | meaning |", "|---|---|", ...rows];
}

function choicesOf({ choices }: { choices?: readonly string[] }): string {
  return choices ? `: ${choices.join(", ")}` : "";
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function anchor(name: string): string {
  return name.replaceAll(" ", "-");
}
