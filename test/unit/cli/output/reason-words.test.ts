import { describe, expect, test } from "@jest/globals";
import { wordsOf } from "../../../../cli/errors/command-error.ts";
import { en } from "../../../../cli/messages/en.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";
import { notesOf, reasonWords } from "../../../../cli/output/reason-words.ts";
import { FileError } from "../../../../protocol/file-error.ts";
import { REASONS, type ReasonCode, reason, reasonText } from "../../../../protocol/reason.ts";
import { projectFiles, projectText } from "../../../support/project-files.ts";

const sayJapanese = sayIn(ja.messages);
const KANA_OR_KANJI = /[\u3040-\u30ff\u4e00-\u9fff]/;
const CODES = Object.keys(REASONS) as ReasonCode[];

function placesOf(text: string): string[] {
  return [...text.matchAll(/\{"?(\w+)"?\}/g)].map(([, name = ""]) => name).toSorted();
}

/** A reason as a record has it, with a value of its own for each place. */
function written(code: ReasonCode) {
  const names = placesOf(REASONS[code]);
  const why = { code, values: Object.fromEntries(names.map((name) => [name, `<${name}>`])) };
  return { ...why, reason: reasonText(why) };
}

describe("every code", () => {
  test.each(CODES)("%s has words in both languages, which use every value", (code) => {
    const key = `code.${code}` as const;
    expect([placesOf(en[key]), placesOf(ja.messages[key])]).toEqual([
      placesOf(REASONS[code]),
      placesOf(REASONS[code]),
    ]);
    const told = written(code);
    const [english, japanese] = [reasonWords(sayEnglish, told), reasonWords(sayJapanese, told)];
    expect(english).toBe(told.reason);
    expect(japanese).toMatch(KANA_OR_KANJI);
    for (const value of Object.values(told.values))
      expect([english, japanese]).toEqual([
        expect.stringContaining(value),
        expect.stringContaining(value),
      ]);
  });

  test("there are no words of a code that is not in the set", () => {
    const keys = Object.keys({ ...en, ...ja }).filter((key) => key.startsWith("code."));
    expect(keys.toSorted()).toEqual(CODES.map((code) => `code.${code}`).toSorted());
  });
});

describe("words are made from the code alone", () => {
  test("the text of an older agent is shown as it is, whatever it says", () => {
    for (const code of CODES) {
      const { reason: text } = written(code);
      expect(reasonWords(sayJapanese, { reason: text })).toBe(text);
    }
  });

  test("the code counts, not the text beside it", () => {
    const told = { ...written("link-out"), reason: REASONS["not-a-file"] };
    expect(reasonWords(sayEnglish, told)).toBe(REASONS["link-out"]);
  });

  test("a code that is not known here is told by its text; as a note, not at all", () => {
    for (const code of ["of-tomorrow", "__proto__", "constructor", ""]) {
      const told = { code, values: { a: "b" }, reason: "its words" };
      expect(reasonWords(sayJapanese, told)).toBe("its words");
      expect(notesOf(sayJapanese, { notes: [told] })).toEqual([]);
    }
  });

  test("no file of the command line holds a sentence that an agent writes", () => {
    // Every run of words between two values.
    const sentences = Object.values(REASONS)
      .flatMap((text) => text.split(/\{[^}]*\}/))
      .map((part) => part.replaceAll(/^\W+|\W+$/g, ""))
      .filter((part) => part.split(" ").length > 3);
    expect(sentences.length).toBeGreaterThan(25);
    const found = projectFiles("cli/")
      .filter((path) => path.endsWith(".ts"))
      .flatMap((path) => {
        const text = projectText(path);
        return sentences.filter((one) => text.includes(one)).map((one) => `${path}: ${one}`);
      });
    expect(found).toEqual([]);
  });
});

test("the error about a file says in the user's language what is wrong with it", () => {
  const error = new FileError("a", reason("kept-changing"));
  expect(wordsOf(sayEnglish, error)).toBe("a: kept changing while it was read");
  expect(wordsOf(sayJapanese, error)).toBe(
    "ファイルを転送できません: a: 読んでいる間に変わり続けました",
  );
});
