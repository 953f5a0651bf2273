import { expect, test } from "@jest/globals";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";

test("a message is said in English with its plural, and in Japanese", () => {
  const values = { files: 1, bytes: "2 B", folder: "x" };
  expect(sayEnglish("fetch.done", values)).toBe("Fetched 1 file, 2 B, into x");
  expect(sayEnglish("fetch.done", { ...values, files: 2 })).toBe("Fetched 2 files, 2 B, into x");
  expect(sayIn(ja.messages)("fetch.done", values)).toBe("1 ファイル (2 B) を x に取得しました");
});
