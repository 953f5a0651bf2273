// Puts files of a split program together that are loaded together: looking for a file, reading and compiling it costs 0.3 ms
// and more, whatever is in it, and a verb needs a hundred.
import { createHash } from "node:crypto";
import { basename } from "node:path";

/**
 * @param {{ path: string, code: string }[]} files CommonJS
 * @param {import("esbuild").Metafile["outputs"]} outputs what went into them, by path from the root
 * @param {{ program: string, packs: Record<string, string[]> }} wanted the program's output, and, in the order in which they
 * take files, packs by name: modules whose files, and those that they need at once, go into it. All that the
 * program needs at once goes into `start`
 * @returns the files as they are shipped, see cli/start/parts.ts; `places` says which is in which of them
 */
export function packFiles(files, outputs, { program, packs }) {
  const taken = new Map();
  for (const [name, sources] of Object.entries({ start: [], ...packs })) {
    const roots = name === "start" ? [program] : sources.map((source) => outputOf(outputs, source));
    for (const path of roots.flatMap((root) => closureOf(outputs, root)))
      if (!taken.has(basename(path))) taken.set(basename(path), name);
  }
  const places = {};
  const shipped = files
    .filter(({ path }) => !taken.has(basename(path)))
    .map((file) => {
      places[basename(file.path)] = basename(file.path);
      return { path: file.path, code: asPart([file]) };
    });
  for (const name of new Set(taken.values())) {
    const inside = files.filter(({ path }) => taken.get(basename(path)) === name);
    const code = asPart(inside);
    const hash = createHash("sha256").update(code).digest("hex").slice(0, 12);
    const path = `${name}-${hash}.cjs`;
    for (const one of inside) places[basename(one.path)] = path;
    shipped.push({ path, code });
  }
  return { shipped, places };
}

/** A script that is an object with a function for each file. In parentheses, as these are, V8 compiles them at once. */
function asPart(files) {
  const functions = files.map(
    ({ path, code }) =>
      `${JSON.stringify(basename(path))}:(function(exports,require,module){${code}\n})`,
  );
  return `({${functions.join(",\n")}})`;
}

/** The file that a module is in. @throws Error when it is in none */
function outputOf(outputs, source) {
  const paths = Object.keys(outputs);
  const found =
    paths.find((path) => outputs[path].entryPoint === source) ??
    paths.find((path) => outputs[path].inputs[source]?.bytesInOutput > 0);
  if (found === undefined) throw new Error(`${source} is no part of the program`);
  return found;
}

/** A file, and all that it needs at once. */
function closureOf(outputs, path, found = new Set()) {
  if (found.has(path) || !outputs[path]) return found;
  found.add(path);
  for (const { kind, path: next } of outputs[path].imports)
    if (kind === "import-statement") closureOf(outputs, next, found);
  return [...found];
}
