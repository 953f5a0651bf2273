// The notices of what is bundled: licences want to go with every copy. Made from what went into a bundle.
const { appendFileSync, readdirSync, readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const checkout = dirname(__dirname);

/** The folder of the package that a file of a bundle is from, as esbuild names it. */
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** Files with licences and notices, in a package. */
const NOTICE = /^(licen[cs]e|copying|notice)/i;

/** Licences that ask nothing of those who give copies on. Source: spdx.org/licenses. */
const ASKS_NOTHING = new Set(["MIT-0", "0BSD", "CC0-1.0", "Unlicense"]);

/** The title of the terms of the Apache License ... */
const TERMS = "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION";
/** ... and the line after them; copyrights come after it. Some copies of the licence end before it. */
const TERMS_END = "END OF TERMS AND CONDITIONS";

const termsOf = (name) => `Apache License. Its terms are those of ${name} above, word for word.`;

/**
 * The notices of every package of which something is in a bundle. Packages with the same licence, word for word,
 * stand together; terms that are the same but for white space stand once.
 *
 * @param {Iterable<string>} inputs paths relative to the checkout, as in esbuild's metafile
 * @returns {string}
 * @throws Error when a package has no licence that could be given on
 */
function noticesOf(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const [folder] = PACKAGE.exec(input.replaceAll("\\", "/")) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  const packages = [...folders].map(read);
  const byText = new Map();
  for (const one of packages) {
    const text = one.text || textOfSiblings(one, packages) || shortNotice(one);
    byText.set(text, [...(byText.get(text) ?? []), `${one.name} ${one.version} (${one.license})`]);
  }
  const entries = [...byText]
    .map(([text, names]) => ({ text, names: names.toSorted() }))
    .toSorted((one, other) => (one.names[0] < other.names[0] ? -1 : 1));
  const line = `\n\n${"-".repeat(80)}\n\n`;
  return `Packages of others in this program, and their licences.${line}${termsOnce(entries).join(line)}\n`;
}

/**
 * The entries as they are printed: terms that an earlier entry has, but for white space, are only referred to.
 *
 * @param {{ text: string, names: string[] }[]} entries a licence, and the packages that have it
 * @returns {string[]}
 */
function termsOnce(entries) {
  const bare = entries.map(({ text }) => bareTerms(text));
  return entries.map(({ text, names }, at) => {
    const first = bare[at] === undefined ? at : bare.indexOf(bare[at]);
    const own =
      first === at
        ? text
        : `${termsOf(entries[first].names[0])}\n\n${text.slice(endOfTerms(text)).trim()}`.trim();
    return `${names.join("\n")}\n\n${own}`;
  });
}

/** The words of the terms, without what comes after them; undefined: it is another licence. */
function bareTerms(text) {
  if (!text.includes(TERMS)) return undefined;
  return text.slice(0, endOfTerms(text)).replaceAll(/\s+/g, " ").trim();
}

function endOfTerms(text) {
  const end = text.indexOf(TERMS_END);
  return end < 0 ? text.length : end;
}

function read(folder) {
  const path = join(checkout, folder);
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(path, "package.json"), "utf8"),
  );
  const files = readdirSync(path).filter((file) => NOTICE.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(path, file), "utf8"));
  const text = texts.map((one) => one.replaceAll("\r\n", "\n").trim()).join("\n\n");
  const [readme] = readdirSync(path).filter((file) => /^readme/i.test(file));
  return {
    name,
    version,
    license,
    author: author?.name ?? author,
    text,
    // Links take room and say nothing of the licence.
    readme: readme
      ? readFileSync(join(path, readme), "utf8").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      : "",
  };
}

/** The file was left out of the package; others of the same project, under the same licence, have it. */
function textOfSiblings({ name, license }, packages) {
  const scope = name.startsWith("@") ? `${name.split("/")[0]}/` : undefined;
  const sibling = packages.find(
    (one) => scope && one.name.startsWith(scope) && one.license === license && one.text,
  );
  return sibling?.text;
}

/** Of a project without any file: the words that its licence is known by, with the copyright as it tells it. */
function shortNotice({ name, version, license, author, readme }) {
  const [copyright = `Copyright (c) ${author ?? name}`] = /copyright \(c\).*/i.exec(readme) ?? [];
  if (ASKS_NOTHING.has(license)) return `${copyright}\n\nLicence: ${license}`;
  // The project's own has the same words.
  if (license === "MIT")
    return readFileSync(join(checkout, "LICENSE"), "utf8")
      .trim()
      .replace(/^Copyright .*$/m, copyright);
  throw new Error(`${name} ${version} (${license}) has no licence file that could be given on`);
}

/** For esbuild: puts the notices at the end of each bundle, as a comment. */
const noticesPlugin = {
  name: "notices",
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile, outputFiles }) => {
      for (const [output, { inputs }] of Object.entries(metafile?.outputs ?? {})) {
        if (!output.endsWith(".js")) continue;
        const comment = `\n/*\n${noticesOf(Object.keys(inputs)).replaceAll("*/", "* /")}*/\n`;
        const held = outputFiles?.find(({ path }) => path.endsWith(output));
        if (held) held.contents = Buffer.concat([held.contents, Buffer.from(comment)]);
        else
          appendFileSync(
            join(build.initialOptions.absWorkingDir ?? process.cwd(), output),
            comment,
          );
      }
    });
  },
};

module.exports = { noticesOf, noticesPlugin };
