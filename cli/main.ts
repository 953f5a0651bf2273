import packageJson from "../package.json" with { type: "json" };
import { EXIT } from "./errors/exit-code.ts";
import { systemWords } from "./errors/system-words.ts";
import { languageOf } from "./messages/language.ts";
import type { Say } from "./messages/say.ts";
import { sayFor } from "./messages/say-for.ts";
import { SLURM_CHANGING, slurmCall } from "./slurm/names.ts";
import { lineText } from "./ui/line.ts";
import { PLAIN } from "./ui/style.ts";
import type { Ui } from "./ui/ui.ts";
import { wayOnLine } from "./ui/way-on.ts";

const args = process.argv.slice(2);
/** Called as one of Slurm's commands, the program is nothing else. */
const asSlurm = slurmCall(process.argv);
const isJson = !asSlurm && args.includes("--json");

const language = languageOf(
  args,
  process.env,
  () => Intl.DateTimeFormat().resolvedOptions().locale,
);
const spoken = sayFor(language);
/** Of the verb that runs. */
let ui: Ui | undefined;

/** Whether what runs is more than output: then it goes on without readers, and its exit code is its own. */
let isWork = SLURM_CHANGING.test(asSlurm?.name ?? "");

/** A reader that has seen enough, such as head, is no error. */
function hasLeft({ code }: NodeJS.ErrnoException): boolean {
  if (code !== "EPIPE") return false;
  if (!isWork) process.exit();
  return true;
}

process.stdout.on("error", (error) => {
  if (hasLeft(error)) return;
  void end(import("./errors/output-error.ts").then(({ outputError }) => outputError(error)));
});
// It cannot be reported.
process.stderr.on("error", (error) => {
  if (!hasLeft(error)) process.exit(EXIT.transfer);
});
process.on("uncaughtException", (error) => void end(error));

/** Ends at once, wherever the program is, with what is to be told of an error. */
async function end(error: unknown): Promise<void> {
  const say = await spoken;
  try {
    await fail(await error, say);
    process.exit();
  } catch (failure) {
    // Files of this program that are not loaded need a free descriptor.
    const message = systemWords(say, failure as Error);
    const wayOn = ui?.interrupt.wayOn;
    const exitCode = EXIT.transfer;
    const lines = isJson
      ? [JSON.stringify({ error: { code: "transfer", message }, exitCode, resume: wayOn?.command })]
      : [`cloud-submit: ${message}`, ...(wayOn ? [wayOnLine(say, wayOn)] : [])];
    const text = lines.map((line) => `${lineText(line, PLAIN)}\n`).join("");
    process.stderr.write(text, () => process.exit(exitCode));
  }
}

/** Ends when all output is written, whatever is still under way: a look at the bucket may wait out an outage. */
function leave(): void {
  process.stdout.write("", (error) => {
    if (!error || hasLeft(error)) process.stderr.write("", () => process.exit());
  });
}

async function main(): Promise<void> {
  if (asSlurm) {
    const { callSlurm } = await import("./slurm/call-slurm.ts");
    const { speakIn } = await import("./slurm/spoken.ts");
    speakIn(await spoken);
    process.exitCode = await callSlurm(asSlurm, process);
    return;
  }
  const { buildProgram, VERBS, speechIn } = await import("./verbs-and-parser.ts");
  const speech = await speechIn(language, VERBS);
  const { version } = packageJson;
  const program = buildProgram({
    ...speech,
    version,
    json: isJson,
    onCall: async (verb, args, flags, global) => {
      const { onlyPrints, realUi } = await import("./ui/real-ui.ts");
      isWork = !onlyPrints(verb, args, flags);
      const itsUi = (ui = realUi(process, speech.say, global));
      const context = {
        ...speech,
        ui: itsUi,
        global,
        version,
        jobs: async () => (await import("./context.ts")).realContext(global, itsUi),
        admin: async () =>
          (await import("./stack/admin-context.ts")).realAdminContext(global, itsUi),
      };
      try {
        process.exitCode = (await verb.call(context, args, flags)) ?? EXIT.ok;
      } finally {
        itsUi.live.clear();
      }
    },
  });
  try {
    await program.parseAsync();
  } catch (error) {
    await fail(error, speech.say);
  }
}

async function fail(error: unknown, say: Say): Promise<void> {
  if (isUsage(error)) {
    // commander has said it already, but not to programs.
    process.exitCode = error.exitCode ? EXIT.usage : EXIT.ok;
    if (!isJson || !error.exitCode) return;
  }
  const { reportError, usageError } = await import("./errors/report-error.ts");
  process.exitCode = reportError(isUsage(error) ? usageError(error.message) : error, say, {
    json: isJson,
    wayOn: ui?.interrupt.wayOn,
    write: (line) => process.stderr.write(`${lineText(line, PLAIN)}\n`),
  });
}

/** Of the parser, which Slurm's commands do not load. */
function isUsage(error: unknown): error is Error & { exitCode: number } {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return typeof error.code === "string" && error.code.startsWith("commander.");
}

main().then(leave, end);
