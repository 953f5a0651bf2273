import { describe, expect, test } from "@jest/globals";
import { en } from "../../../cli/messages/en.ts";
import { helpEn } from "../../../cli/messages/help-en.ts";
import { helpJa } from "../../../cli/messages/help-ja.ts";
import type { HelpText } from "../../../cli/messages/help-text.ts";
import { ja } from "../../../cli/messages/ja.ts";
import { VERBS } from "../../../cli/registry.ts";
import { GLOBAL_OPTIONS, optionName } from "../../../cli/verb.ts";
import { ERROR_CODES } from "../../../protocol/error.ts";

const names = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name))].toSorted();

describe("the catalogues", () => {
  test("have the same messages", () => {
    expect(Object.keys(ja).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  test("have places for the same values", () => {
    const places = (all: Record<string, string>) =>
      Object.fromEntries(Object.entries(all).map(([key, text]) => [key, names(text)]));
    expect(places(ja)).toEqual(places(en));
  });

  test("know every error code", () => {
    for (const code of ERROR_CODES) {
      expect(en).toHaveProperty([`error.${code}`]);
      expect(ja[`error.${code}`]).not.toBe("");
    }
  });
});

describe.each([
  ["English", helpEn],
  ["Japanese", helpJa],
])("help in %s", (_language, help: HelpText) => {
  test.each(VERBS.map((verb) => [verb.name, verb] as const))("has words for %s", (name, verb) => {
    const text = help.verbs[name];
    expect(text?.summary).toMatch(/\S/);
    expect(Object.keys(text?.arguments ?? {})).toEqual(verb.arguments.map((one) => one.name));
    expect(Object.keys(text?.options ?? {}).toSorted()).toEqual(
      verb.options.map(optionName).toSorted(),
    );
    expect(verb.examples.length).toBeGreaterThan(0);
  });

  test("has words for what all verbs have, and nothing else", () => {
    expect(Object.keys(help.globals)).toEqual(GLOBAL_OPTIONS.map(optionName));
    expect(Object.keys(help.verbs).toSorted()).toEqual(VERBS.map(({ name }) => name).toSorted());
  });
});
