import { join } from "node:path";
import { beginThreadsAsUsual, optimizeAsUsual, optimizeLate } from "../quick-engine.ts";
import { codeCache } from "./config.ts";
import { partAssets, partFiles } from "./part-source.ts";
import { Parts } from "./parts.ts";
import { useOf } from "./use-of.ts";

// The one file that Node.js compiles at each start: it loads the program's modules, whose compiled code is kept.
/** By a module's file name: the part that it is in. The build puts it here. */
declare const PLACES: Readonly<Record<string, string>>;
/** The file name of the program's first module, and of the folder of its others. */
declare const PROGRAM: { readonly first: string; readonly folder: string };
/** Whether the others are assets of a single executable. */
declare const IS_SINGLE: boolean;

const setFlag = (flag: string) =>
  (require("node:v8") as typeof import("node:v8")).setFlagsFromString(flag);
const folder = join(__dirname, PROGRAM.folder);
const parts = new Parts({
  source: IS_SINGLE
    ? partAssets(folder, require("node:sea") as typeof import("node:sea"))
    : partFiles(folder),
  places: PLACES,
  load: (name) => require(name) as unknown,
  cache: codeCache(),
  use: useOf(process.argv),
  onLoading: (isLoading) =>
    (isLoading ? optimizeAsUsual : optimizeLate)(process.versions.v8, setFlag),
});
beginThreadsAsUsual(process.versions.v8, setFlag);
process.once("exit", (code) => parts.keep(code === 0));
parts.load(`./${PROGRAM.first}`);
