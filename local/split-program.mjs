// Bundles a program into CommonJS files of which each is loaded when it is first needed: what is imported with
// import() gets a file of its own, and so does what several of these share. esbuild splits ES modules only,
// which load 8 to 19 ms slower; so each of its files is made CommonJS afterwards.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { build, transform } from "esbuild";
import { packFiles } from "./pack-files.mjs";

/** Loads a program's modules. */
const STARTER = "cli/start/main.ts";

/**
 * @param {import("esbuild").BuildOptions} options with the program as its one entry point
 * @param {string} program where the program goes; its other files go into the folder of its name, with -files
 * @param {Record<string, string[]>} packs which modules are shipped in one file, see packFiles
 * @param {boolean} isSingle whether the other files are assets of a single executable
 * @returns what went into each module's file (`metafile`), the text of each (`modules`), what is shipped (`files`), which is
 * written unless `write` is false, and which of these each module is in (`places`)
 */
export async function splitProgram(
  options,
  program,
  { packs = {}, write = true, isSingle = false } = {},
) {
  const root = options.absWorkingDir ?? process.cwd();
  const name = basename(program, ".cjs");
  const others = `${name}-files`;
  const { banner, minify, legalComments, target, ...common } = options;
  const split = await build({
    ...common,
    target,
    format: "esm",
    splitting: true,
    entryNames: name,
    chunkNames: `${others}/[name]-[hash]`,
    outExtension: { ".js": ".cjs" },
    outdir: dirname(program),
    metafile: true,
    write: false,
  });
  // Its names would be lost: an ES module only sees it as one default export.
  for (const [path, { entryPoint, exports }] of Object.entries(split.metafile.outputs))
    if (entryPoint?.includes("node_modules") && exports.join() === "default")
      throw new Error(
        `${path}: ${entryPoint} is CommonJS; import() a module of the project that imports it`,
      );
  const folder = join(root, dirname(program));
  const modules = await Promise.all(
    split.outputFiles.map(async ({ path, text }) => {
      const { code } = await transform(text, {
        format: "cjs",
        platform: "node",
        target,
        // require() is quicker, and needs no loader of ES modules.
        supported: { "dynamic-import": false },
        minify,
        legalComments,
      });
      return { path: relative(folder, path), code };
    }),
  );
  const { shipped, places } = packFiles(modules, split.metafile.outputs, {
    program: relative(root, join(folder, basename(program))),
    packs,
  });
  const first = await build({
    ...common,
    target,
    minify,
    legalComments,
    banner,
    format: "cjs",
    entryPoints: [STARTER],
    write: false,
    define: {
      PLACES: JSON.stringify(places),
      PROGRAM: JSON.stringify({ first: basename(program), folder: others }),
      IS_SINGLE: JSON.stringify(isSingle),
    },
  });
  const files = [
    { path: basename(program), code: first.outputFiles[0].text },
    ...shipped.map(({ path, code }) => ({ path: join(others, basename(path)), code })),
  ];
  if (write) {
    rmSync(join(folder, others), { recursive: true, force: true });
    mkdirSync(join(folder, others), { recursive: true });
    for (const { path, code } of files) writeFileSync(join(folder, path), code);
  }
  return { metafile: split.metafile, modules, files, places };
}
