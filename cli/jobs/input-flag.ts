import { PROTOCOL_FILES, SCRIPT_FILE } from "../../protocol/objects.ts";
import { isPrefix } from "../../protocol/prefix.ts";
import { writtenReason } from "../../protocol/reason.ts";
import { pathProblem } from "../../transfer/names/key-path.ts";
import { CommandError } from "../errors/command-error.ts";
import { reasonWords } from "../output/reason-words.ts";
import { plainPath } from "./object-name.ts";

/** An input that is declared: of a data set, or of another job's results. */
export interface DeclaredInput {
  /** As it was given. */
  text: string;
  kind: "data" | "job";
  /** Of the data set, or the job. */
  prefix: string;
  /** A file or a folder below it; "": all of a data set. */
  path: string;
  /** Where it is to be in the job's folder: a file, or what is to be below it. */
  where: string;
}

/** Names at the top of a job's folder that no input may take. */
const KEPT: ReadonlySet<string> = new Set([SCRIPT_FILE, ...PROTOCOL_FILES]);

/**
 * Reads `NAME[/PATH][=WHERE]` or `JOB:PATH[=WHERE]`. The last `=` divides, so that a path with one in it needs `=WHERE`.
 *
 * @throws CloudSubmitError `usage` when it is neither, or a path leaves its folder, or takes a name of the protocol's
 */
export function parseInputFlag(text: string): DeclaredInput {
  const [, source = "", place] = /^(.*?)(?:=([^=]*))?$/s.exec(text) ?? [];
  const [, prefix = "", divider = "", rest = ""] = /^([^/:]*)([/:]?)(.*)$/s.exec(source) ?? [];
  const kind = divider === ":" ? "job" : "data";
  // Shells complete folders with / at their end.
  const path = withoutSlash(plainPath(rest));
  if (!isPrefix(prefix) || (kind === "job" && path === ""))
    throw new CommandError("usage", (say) => say("input.syntax", { input: JSON.stringify(text) }));
  const where = place === undefined ? lastSegment(path || prefix) : withoutSlash(plainPath(place));
  for (const one of [path || prefix, where]) checkPath(text, one);
  if (KEPT.has(where))
    throw new CommandError("usage", (say) =>
      say("input.keptName", { input: JSON.stringify(text), where: JSON.stringify(where) }),
    );
  return { text, kind, prefix, path, where };
}

/**
 * Reads all of them.
 *
 * @throws CloudSubmitError `usage` also when two would be at one place, or one inside another
 */
export function parseInputFlags(texts: readonly string[]): DeclaredInput[] {
  const all = texts.map(parseInputFlag);
  const byPlace = new Map<string, DeclaredInput>();
  for (const one of all) {
    const other = byPlace.get(one.where);
    if (other) throw samePlace(one, other);
    byPlace.set(one.where, one);
  }
  for (const one of all)
    for (const folder of foldersOf(one.where)) {
      const other = byPlace.get(folder);
      if (other) throw samePlace(one, other);
    }
  return all;
}

/** The folders that a path is in, the outermost first: `a` and `a/b` for `a/b/c`. */
export function foldersOf(path: string): string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join("/"));
}

function samePlace({ text, where }: DeclaredInput, other: DeclaredInput): CommandError {
  return new CommandError("usage", (say) =>
    say("input.samePlace", {
      input: JSON.stringify(text),
      other: JSON.stringify(other.text),
      where: JSON.stringify(where),
    }),
  );
}

function checkPath(text: string, path: string): void {
  const problem = pathProblem(path);
  if (problem === undefined) return;
  const written = { path, ...writtenReason(problem) };
  throw new CommandError("usage", (say) =>
    say("input.badPath", {
      input: JSON.stringify(text),
      path: JSON.stringify(path),
      reason: reasonWords(say, written),
    }),
  );
}

function withoutSlash(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : path;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
