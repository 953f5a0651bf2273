import { expect, test } from "@jest/globals";
import { languageOf } from "../../../../cli/messages/language.ts";

test.each([
  [[], {}, "en-US", "en"],
  [[], {}, "ja-JP", "ja"],
  [[], { LANG: "ja_JP.UTF-8" }, "en-US", "ja"],
  [[], { LANG: "ja_JP.UTF-8", LC_MESSAGES: "C" }, "ja-JP", "en"],
  [[], { LANG: "C", LC_MESSAGES: "C", LC_ALL: "ja_JP.eucJP" }, "en-US", "ja"],
  [[], { LANG: "de_DE.UTF-8" }, "ja-JP", "en"],
  [["status", "x", "--lang", "ja"], { LANG: "C" }, "en-US", "ja"],
  [["--lang=en", "status"], { LANG: "ja" }, "en-US", "en"],
  [["run", "x", "--", "--lang", "ja"], { LANG: "C" }, "en-US", "en"],
])("%j with %j on a system in %s speaks %s", (args, env, system, language) => {
  expect(languageOf(args, env, () => system)).toBe(language);
});
