import { join } from "node:path";
import { optimizeLate } from "../quick-engine.ts";
import { codeCache } from "./config.ts";
import { Parts } from "./parts.ts";

// The one file that Node.js compiles at each start: it loads the program's modules, whose compiled code is kept.
/** By a module's file name: the part that it is in. The build puts it here. */
declare const PLACES: Readonly<Record<string, string>>;
/** The file name of the program's first module, and of the folder of its others. */
declare const PROGRAM: { readonly first: string; readonly folder: string };

// V8 takes compiled code only if it was made with the same settings.
optimizeLate(process.versions.v8, (flag) =>
  (require("node:v8") as typeof import("node:v8")).setFlagsFromString(flag),
);
const parts = new Parts({
  folder: join(__dirname, PROGRAM.folder),
  places: PLACES,
  load: (name) => require(name) as unknown,
  cache: codeCache(),
});
process.once("exit", () => parts.keep());
parts.load(`./${PROGRAM.first}`);
