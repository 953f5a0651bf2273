import { describe, expect, test } from "@jest/globals";
import { en } from "../../../cli/messages/en.ts";
import { ja } from "../../../cli/messages/ja.ts";
import { LANGUAGES } from "../../../cli/messages/say.ts";
import { speechIn } from "../../../cli/messages/speech.ts";
import { VERBS } from "../../../cli/registry.ts";
import { type Argument, type Flag, helpOf, type VerbDescription } from "../../../cli/verb.ts";
import { ERROR_CODES } from "../../../protocol/error.ts";

const names = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name))].toSorted();

describe("the catalogues", () => {
  test("have the same messages", () => {
    expect(Object.keys(ja.messages).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test("have places for the same values", () => {
    const places = (all: Record<string, string>) =>
      Object.fromEntries(Object.entries(all).map(([key, text]) => [key, names(text)]));
    expect(places(ja.messages)).toEqual(places(en));
  });

  test("know every error code", () => {
    for (const code of ERROR_CODES) {
      expect(en).toHaveProperty([`error.${code}`]);
      expect(ja.messages[`error.${code}`]).not.toBe("");
    }
  });
});

describe.each(LANGUAGES)("help in %s", (language) => {
  test("has a text for each verb, and for each of its arguments and flags", async () => {
    const { verbs, globalFlags } = await speechIn(language, VERBS);
    expect(verbs.map(({ name }) => name)).toEqual(VERBS.map(({ name }) => name));
    const texts = verbs.flatMap((verb) => [
      verb.summary,
      ...Object.values<Argument>(verb.arguments).map(({ help }) => help),
      ...Object.values<Flag>(verb.flags).map(helpOf),
    ]);
    texts.push(...Object.values(globalFlags).map(helpOf));
    for (const text of texts) {
      expect(text).toMatch(language === "ja" ? /[\u3040-\u30ff\u4e00-\u9fff]|sbatch|OS/ : /\S/);
      expect(text).not.toMatch(/[{}]|undefined/);
    }
  });

  test("names each default that its English words name", async () => {
    const { verbs } = await speechIn(language, VERBS);
    const named = (all: readonly VerbDescription[]) =>
      all.flatMap(({ name, flags }) =>
        Object.entries(flags)
          .filter(([, { help }]) => help.includes("{default}"))
          .map(([flag]) => `${name} ${flag}`),
      );
    expect(named(verbs)).toEqual(named(VERBS));
    expect(named(VERBS)).toContain("list limit");
  });
});
