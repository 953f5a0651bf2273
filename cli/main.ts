import { CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { EXIT } from "./errors/exit-code.ts";
import { systemWords } from "./errors/system-words.ts";
import { languageOf } from "./messages/language.ts";
import type { Say } from "./messages/say.ts";
import { speechIn } from "./messages/speech.ts";
import { buildProgram } from "./program.ts";
import { VERBS } from "./registry.ts";
import { lineText } from "./ui/line.ts";
import { realUi } from "./ui/real-ui.ts";
import { PLAIN } from "./ui/style.ts";
import type { Verb } from "./verb-work.ts";

const args = process.argv.slice(2);
const isJson = args.includes("--json");

const language = languageOf(
  args,
  process.env,
  () => Intl.DateTimeFormat().resolvedOptions().locale,
);
const spoken = speechIn<Verb>(language, VERBS);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as head, is no error.
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  void end(import("./errors/output-error.ts").then(({ outputError }) => outputError(error)));
});
// It cannot be reported.
process.stderr.on("error", ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === "EPIPE" ? EXIT.ok : EXIT.transfer),
);
process.on("uncaughtException", (error) => void end(error));

/** Ends at once, wherever the program is, with what is to be told of an error. */
async function end(error: unknown): Promise<void> {
  const { say } = await spoken;
  try {
    await fail(await error, say);
    process.exit();
  } catch (failure) {
    // Files of this program that are not loaded need a free descriptor.
    const line = `cloud-submit: ${systemWords(say, failure as Error)}`;
    process.stderr.write(`${lineText(line, PLAIN)}\n`, () => process.exit(EXIT.transfer));
  }
}

async function main(): Promise<void> {
  const speech = await spoken;
  const { version } = packageJson;
  const program = buildProgram({
    ...speech,
    version,
    json: isJson,
    onCall: async (verb, args, flags, global) => {
      const ui = realUi(process, speech.say, global);
      const context = {
        ...speech,
        ui,
        global,
        version,
        jobs: async () => (await import("./context.ts")).realContext(global, ui),
        admin: async () => (await import("./stack/admin-context.ts")).realAdminContext(global, ui),
      };
      try {
        process.exitCode = (await verb.call(context, args, flags)) ?? EXIT.ok;
      } finally {
        ui.live.clear();
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
  const isUsage = error instanceof CommanderError;
  if (isUsage) {
    // commander has said it already, but not to programs.
    process.exitCode = error.exitCode ? EXIT.usage : EXIT.ok;
    if (!isJson || !error.exitCode) return;
  }
  const { reportError, usageError } = await import("./errors/report-error.ts");
  process.exitCode = reportError(isUsage ? usageError(error.message) : error, say, {
    json: isJson,
    write: (line) => process.stderr.write(`${lineText(line, PLAIN)}\n`),
  });
}

main().catch(end);
