import { beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { documentsOf } from "../../local/aws/compiled-template.ts";
import { type CommandDocument, commandDocument } from "../../local/ssm/document.ts";
import { askRe2 } from "../support/ask-re2.ts";
import { patternValue } from "../support/pattern-values.ts";
import { packageStack } from "../support/stack-template.ts";

let documents: [string, CommandDocument][];
beforeAll(() => {
  const { file } = packageStack({ stage: "prod", params: { clusterName: "mycluster" } });
  documents = Object.entries(documentsOf(file)).map(([name, content]) => [
    name,
    commandDocument.parse(content),
  ]);
});

/** Every pattern of every document, with what it is for. */
function patterns() {
  return documents.flatMap(([name, { parameters }]) =>
    Object.entries(parameters).map(([parameter, { allowedPattern }]) => ({
      of: `${name} ${parameter}`,
      pattern: allowedPattern ?? "",
    })),
  );
}

test("RE2 refuses what SSM agents refuse", () => {
  const nested = "^(/\\.?[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}){2,32}$";
  expect(askRe2([[nested, []]])).toEqual([expect.stringMatching(/repe/)]);
  expect(askRe2([["^a+$", ["a", "b", "a\n"]]])).toEqual([[true, false, false]]);
});

test("every parameter has a pattern, which RE2 compiles: SSM agents check nothing else", () => {
  expect(documents.map(([name]) => name).toSorted()).toEqual([
    "cloud-submit-prod-install",
    "cloud-submit-prod-request",
  ]);
  expect(patterns().filter(({ pattern }) => !/^\^.+\$$/.test(pattern))).toEqual([]);
  const answers = askRe2(patterns().map(({ pattern }) => [pattern, []]));
  const refused = patterns().flatMap(({ of }, at) =>
    typeof answers[at] === "string" ? [`${of}: ${answers[at]}`] : [],
  );
  expect(refused).toEqual([]);
});

test("every default and every allowed value passes its pattern", () => {
  const wrong = documents.flatMap(([name, { parameters }]) =>
    Object.entries(parameters).flatMap(([parameter, { allowedPattern = "", ...rest }]) => {
      const values = [...[rest.default ?? []].flat(), ...(rest.allowedValues ?? [])];
      const [tried] = askRe2([[allowedPattern, values]]);
      return values.flatMap((value, at) =>
        tried?.[at] === true ? [] : [`${name} ${parameter}: ${value}`],
      );
    }),
  );
  expect(wrong).toEqual([]);
});

describe("on random values", () => {
  test("RE2, its port in the local cloud, and JavaScript agree about every pattern", () => {
    const values = fc.sample(patternValue, 3000);
    const asked = patterns().map(({ pattern }) => [pattern, values] as const);
    const answers = askRe2(asked);
    for (const [at, [pattern]] of asked.entries()) {
      const port = RE2JS.compile(pattern);
      const script = new RegExp(pattern, "u");
      const differ = values.filter((value, each) => {
        const re2 = (answers[at] as boolean[])[each];
        return re2 !== script.test(value) || re2 !== port.matcher(value).find();
      });
      expect([pattern, differ]).toEqual([pattern, []]);
    }
    // Otherwise it would say little.
    for (const answer of answers) expect(new Set<unknown>(answer)).toEqual(new Set([true, false]));
  });
});
