import { dirname, resolve } from "node:path";
import { literalPath, literalPattern } from "../../protocol/output-pattern.ts";
import { type SbatchCall, type SbatchOptions, withoutOptions } from "./args.ts";
import type { Dependencies } from "./dependencies.ts";
import { exportedVariables } from "./export-variables.ts";
import type { JobFile } from "./job-file.ts";
import { checkOutputFolders } from "./output-folders.ts";
import type { Places } from "./places.ts";
import type { GivenScript } from "./script-text.ts";

/** Options that are not sent as they are: this machine does them, or sends them in another way. */
const TAKEN: readonly string[] = [
  "chdir",
  "cloud-input",
  "cloud-limit",
  "cloud-no-results",
  "cloud-prefix",
  "cloud-results",
  "cloud-yes",
  "comment",
  "dependency",
  "error",
  "export",
  "help",
  "input",
  "output",
  "parsable",
  "quiet",
  "usage",
  "verbose",
  "version",
  "wait",
  "wrap",
];

/** Options whose value is a file. */
const FILES = ["output", "error", "input"] as const;

/** Nothing comes back of it, and it is the same everywhere. */
const NOWHERE = "/dev/null";

/** Plan of a call of sbatch. */
export interface Plan {
  /** The job script, without the options that are sent in another way. */
  script: string;
  /** How that becomes bytes. */
  encoding: "latin1" | "utf8";
  /** Options for sbatch. */
  options: string[];
  /** Places of folders that Slurm writes to, and that must be there. */
  folders: string[];
  /** A file that Slurm reads, as an absolute path. */
  stdin: string | undefined;
  asked: JobFile["asked"];
}

/**
 * Plans what is to be sent for a call of sbatch.
 *
 * @param places gets the folders of files that are elsewhere
 * @throws SlurmError for an option that cannot be handed on
 */
export function planOf(
  call: SbatchCall,
  { given, inScript, dropped }: SbatchOptions,
  {
    script,
    places,
    dependencies,
    env,
    user,
  }: {
    script: GivenScript;
    places: Places;
    dependencies: Dependencies | undefined;
    env: NodeJS.ProcessEnv;
    user: string;
  },
): Plan {
  const value = optionsOf({ given, inScript });
  const root = places.roots[0] ?? "";
  const sent = new Map([...given].filter(([name]) => !TAKEN.includes(name)));
  /** Options of the script that stay in it. */
  const stays = new Set<string>();
  const send = (name: string, text: string | undefined) => {
    if (text !== undefined && !given.has(name) && inScript.get(name) === text) stays.add(name);
    else if (text !== undefined) sent.set(name, text);
  };
  const folders = new Set<string>();
  for (const name of FILES) {
    const path = value(name);
    if (path === undefined) continue;
    if (path === NOWHERE) {
      send(name, path);
      continue;
    }
    const literal = literalPath(path);
    const at = places.placeOf(literal ?? path);
    const place = literal === undefined ? at : literalPattern(at);
    send(name, place);
    if (name === "input") continue;
    checkOutputFolders({ option: name, path, place }, { root, array: value("array") });
    // Of a folder with a pattern of sbatch in its name, the part before it; the agent makes the rest.
    const isPattern = literal === undefined && at.includes("%");
    const folder = dirname(isPattern ? `${at.slice(0, at.indexOf("%"))}x` : at);
    if (folder !== ".") folders.add(folder);
  }
  const exported = value("export");
  if (exported !== undefined) send("export", exportedVariables(exported, env));
  if (dependencies?.rest !== undefined) sent.set("dependency", dependencies.rest);
  const name = value("job-name") ?? script.name;
  if (!given.has("job-name") && !inScript.has("job-name")) sent.set("job-name", name);
  const gone: ReadonlySet<string> = new Set([
    ...TAKEN.filter((one) => !stays.has(one)),
    ...dropped,
  ]);
  const options = [...sent].map(textOf);
  const kept = [...inScript].filter(([one]) => !gone.has(one) && !sent.has(one));
  const absolute = (path: string) => resolve(root, path);
  const array = value("array");
  const [stderr, stdin] = [value("error"), value("input")];
  const dependency = value("dependency");
  const [comment, partition] = [value("comment"), value("partition")];
  return {
    script: withoutOptions(script.raw ?? script.text, gone),
    encoding: script.raw === undefined ? "utf8" : "latin1",
    options,
    folders: [...folders],
    stdin:
      stdin === undefined || stdin === NOWHERE ? undefined : absolute(literalPath(stdin) ?? stdin),
    asked: {
      name,
      user,
      options: [...kept.map(textOf), ...options],
      ...(comment !== undefined && { comment }),
      ...(array !== undefined && { array }),
      ...(partition !== undefined && { partition }),
      command: script.path === undefined ? "(null)" : [script.path, ...call.args].join(" "),
      workDir: root,
      stdout: absolute(
        value("output") ?? (array === undefined ? "slurm-%j.out" : "slurm-%A_%a.out"),
      ),
      ...(stderr !== undefined && { stderr: absolute(stderr) }),
      ...(stdin !== undefined && { stdin: absolute(stdin) }),
      ...(dependency !== undefined && { dependency }),
    },
  };
}

/** The value that counts of each option. */
export function optionsOf({
  given,
  inScript,
}: Pick<SbatchOptions, "given" | "inScript">): (name: string) => string | undefined {
  return (name) => (given.has(name) ? given.get(name) : inScript.get(name));
}

function textOf([name, value]: readonly [string, string | undefined]): string {
  return value === undefined ? `--${name}` : `--${name}=${value}`;
}
