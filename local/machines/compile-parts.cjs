// node compile-parts.cjs PARTS INTO: writes V8's code of each script in a folder into another one, as <name>.code. It holds
// the functions that V8 compiles at once, which are those of the modules: see asPart of pack-files.mjs.
const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const [, , parts, into] = process.argv;
for (const name of readdirSync(parts)) {
  const script = new Script(readFileSync(join(parts, name), "utf8"), { filename: name });
  script.runInThisContext();
  writeFileSync(join(into, `${name}.code`), script.createCachedData());
}
