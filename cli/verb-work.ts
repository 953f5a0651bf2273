import type * as z from "zod";
import type { Context } from "./context.ts";
import type { GlobalFlags } from "./global-flags.ts";
import type { AdminContext } from "./stack/admin-context.ts";
import type { Ui } from "./ui/ui.ts";
import type { ArgumentsOf, Flags, FlagsOf, VerbDescription } from "./verb.ts";

/** Context of a verb; nothing is loaded, or asked for, before it is used. */
export interface VerbContext {
  ui: Ui;
  /** The values of the global flags. */
  global: GlobalFlags;
  /** Every verb there is, and the flags of all, in the user's language. */
  verbs: readonly VerbDescription[];
  globalFlags: Flags;
  /** Version of this program. */
  version: string;
  /** For verbs that work on jobs. @throws CloudSubmitError `config` when no bucket is known */
  jobs: () => Promise<Context>;
  /** For verbs that work on a deployed stack. */
  admin: () => Promise<AdminContext>;
}

/** Implementation of a verb. */
export interface VerbWork<Described extends VerbDescription> {
  /** Schema of --json output; of lines, one line. */
  output: z.ZodType;
  /** @returns the exit code, if it is not 0 */
  run: (
    context: VerbContext,
    args: ArgumentsOf<Described>,
    flags: FlagsOf<Described>,
  ) => Promise<number | void>;
}

interface Callable {
  /** The schema of what --json prints. */
  outputSchema: () => Promise<z.ZodType>;
  /**
   * @param args by name, as the parser found them
   * @param flags likewise
   * @returns the exit code, if it is not 0
   * @throws CloudSubmitError `usage` when a flag's value does not fit
   */
  call: (context: VerbContext, args: object, flags: object) => Promise<number | void>;
}

/** A verb that can be called. */
export type Verb = VerbDescription & Callable;

/** A verb of its description and of what loads its work, which must fit. */
export function verbOf<const Described extends VerbDescription>(
  description: Described,
  load: () => Promise<{ work: VerbWork<NoInfer<Described>> }>,
): Described & Callable {
  return {
    ...description,
    outputSchema: async () => (await load()).work.output,
    call: async (context, args, flags) => {
      const { work } = await load();
      const { parseFlags } = await import("./parse-flags.ts");
      const { objectName } = await import("./jobs/object-name.ts");
      const { checkPrefix } = await import("./jobs/check-prefix.ts");
      const values = parseFlags(description.flags, flags) as FlagsOf<Described>;
      for (const [name, { as }] of Object.entries(description.arguments))
        if (as !== undefined)
          for (const named of [(args as Record<string, string | string[]>)[name] ?? []].flat())
            checkPrefix(as === "object" ? objectName(named).prefix : named);
      return work.run(context, args as ArgumentsOf<Described>, values);
    },
  };
}
