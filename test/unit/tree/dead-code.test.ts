import { basename } from "node:path";
import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

const sources = projectFiles().filter((path) => /\.(ts|mts|mjs|cjs)$/.test(path));
const texts = new Map(sources.map((path) => [path, projectText(path)]));
/** Settings that start programs and load plugins without an import. */
const settings = projectFiles()
  .filter((path) => /\.(yml|json)$/.test(path) && !path.startsWith("package"))
  .map(projectText)
  .concat(projectText("package.json").replace(/"devDependencies": \{.*?\}/s, ""))
  .join("\n");

/** How often a word stands in a text. */
const count = (word: string, text: string) =>
  text.match(new RegExp(`\\b${word}\\b`, "g"))?.length ?? 0;

test("nothing is exported that nobody names", () => {
  const unused = sources.flatMap((path) =>
    [
      ...(texts.get(path) ?? "").matchAll(
        /^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm,
      ),
    ]
      .map(([, name = ""]) => name)
      .filter((name) => {
        const own = count(name, texts.get(path) ?? "");
        return own < 2 && ![...texts].some(([other, text]) => other !== path && count(name, text));
      })
      .map((name) => `${path}: ${name}`),
  );
  expect(unused).toEqual([]);
});

test("there is no file that nobody imports, builds or runs", () => {
  const named = (path: string) => {
    const name = basename(path).replace(/\.d\.mts$/, ".mjs");
    return (
      settings.includes(name) ||
      [...texts].some(([other, text]) => other !== path && text.includes(name))
    );
  };
  const alone = sources.filter((path) => !/\.test\.ts$|jest\.config\.mjs$/.test(path));
  expect(alone.filter((path) => !named(path))).toEqual([]);
});

test("package.json brings nothing that nobody names", () => {
  const { devDependencies } = JSON.parse(projectText("package.json")) as {
    devDependencies: Record<string, string>;
  };
  // The compiler, the linters and what they load: run by their commands, or found by their names.
  const commands: Record<string, string> = {
    "@biomejs/biome": "biome ",
    oxlint: "oxlint ",
    "oxlint-tsgolint": "--type-aware",
    typescript: "tsc ",
    serverless: "service: cloud-submit",
    "@swc/core": "@swc/jest",
    "@types/node": '"node"',
    "@types/aws-lambda": "aws-lambda",
  };
  const all = [...texts.values(), settings].join("\n");
  const named = (name: string) =>
    [`"${name}"`, `"${name}/`, `- ${name}\n`, `node_modules/${name}/`].some((word) =>
      all.includes(word),
    );
  expect(
    Object.keys(devDependencies).filter(
      (name) => !named(name) && !all.includes(commands[name] ?? `no command of ${name}`),
    ),
  ).toEqual([]);
});
