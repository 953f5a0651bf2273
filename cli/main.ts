import { CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import type { ConfigFlags } from "./config.ts";
import { EXIT } from "./errors/exit-code.ts";
import { loadHelp } from "./messages/help-text.ts";
import { languageOf } from "./messages/language.ts";
import { loadMessages, type Say, sayIn } from "./messages/say.ts";
import { buildProgram } from "./program.ts";
import { VERBS } from "./registry.ts";
import { realUi, type UiFlags } from "./ui/real-ui.ts";
import type { Surroundings } from "./verb.ts";

const args = process.argv.slice(2);
const isJson = args.includes("--json");

// A reader that has seen enough, such as head, is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    throw error;
  });

async function main(): Promise<void> {
  const language = languageOf(
    args,
    process.env,
    () => Intl.DateTimeFormat().resolvedOptions().locale,
  );
  const [messages, help] = await Promise.all([loadMessages(language), loadHelp(language)]);
  const say = sayIn(messages);
  const program = buildProgram({
    verbs: VERBS,
    version: packageJson.version,
    help,
    say,
    json: isJson,
    onCall: async (verb, call, global) => {
      const flags = global as ConfigFlags & UiFlags;
      const ui = realUi(process, say, flags);
      const around: Surroundings = {
        ui,
        global: flags,
        verbs: VERBS,
        help,
        version: packageJson.version,
        jobs: async () => (await import("./context.ts")).realContext(flags, ui),
        admin: async () => (await import("./stack/admin-context.ts")).realAdminContext(flags, ui),
      };
      try {
        process.exitCode = (await verb.run(around, call)) ?? EXIT.ok;
      } finally {
        ui.live.clear();
      }
    },
  });
  try {
    await program.parseAsync();
  } catch (error) {
    await fail(error, say);
  }
}

async function fail(error: unknown, say: Say): Promise<void> {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!isJson || error.exitCode === 0) return;
    const { message } = error;
    const told = { error: { code: "usage", message }, exitCode: EXIT.usage };
    process.stderr.write(`${JSON.stringify(told)}\n`);
    return;
  }
  const { reportError } = await import("./errors/report-error.ts");
  process.exitCode = reportError(error, say, {
    json: isJson,
    write: (line) => process.stderr.write(`${line}\n`),
  });
}

void main();
