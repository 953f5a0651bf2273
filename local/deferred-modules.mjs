// Splits a CommonJS program in two files, which esbuild does for ES modules only: what is imported with
// import() goes into a second file, and each of its modules is evaluated when it is first asked for. Showing
// help then reads a tenth of the code.
import { dirname, relative, resolve } from "node:path";
import { build } from "esbuild";

/**
 * @param {import("esbuild").BuildOptions} options of the first file
 * @param {string} outfile the second file; it must lie beside the first
 * @param {string} name how the first file requires the second
 */
export async function buildInTwo(options, outfile, name) {
  const root = options.absWorkingDir ?? process.cwd();
  const deferred = new Set();
  const first = await build({ ...options, plugins: [deferImports(root, deferred, name)] });
  const keys = [...deferred].map(String).toSorted();
  const contents = `module.exports = {\n${keys
    .map((key) => `${JSON.stringify(key)}: () => require(${JSON.stringify(`./${key}`)}),`)
    .join("\n")}\n};\n`;
  const { entryPoints: _, outfile: __, banner: ___, ...common } = options;
  const second = await build({ ...common, stdin: { contents, resolveDir: root }, outfile });
  return { first, second };
}

/** Replaces import() of the project's own modules by a look into the second file. */
function deferImports(root, deferred, name) {
  return {
    name: "deferred-modules",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const key = relative(root, resolve(resolveDir, path)).replaceAll("\\", "/");
        deferred.add(key);
        return { path: key, namespace: "deferred" };
      });
      onResolve({ filter: /./, namespace: "deferred" }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /./, namespace: "deferred" }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(name)})[${JSON.stringify(path)}]();`,
        resolveDir: dirname(resolve(root, path)),
      }));
    },
  };
}
