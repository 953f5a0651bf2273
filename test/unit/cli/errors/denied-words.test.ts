import { expect, test } from "@jest/globals";
import { actionOf } from "../../../../bucket/s3/action-of.ts";
import { deniedWords } from "../../../../cli/errors/denied-words.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";

const upload = { uploadId: "1" };

test.each([
  [{ method: "GET", key: "k" }, true],
  [{ method: "HEAD", key: "k" }, true],
  [{ method: "GET", key: "k", query: { versionId: "1" } }, true],
  [{ method: "DELETE", key: "k" }, false],
  [{ method: "DELETE", key: "k", query: upload }, false],
  [{ method: "GET", key: "k", query: upload }, false],
  [{ method: "GET" }, false],
])(
  "a refusal of %j speaks of the right, and of KMS only where S3 decrypts: %s",
  (request, isKms) => {
    const action = actionOf(request);
    const error = Object.assign(new Error("m"), { name: "AccessDenied", action });
    for (const say of [sayEnglish, sayIn(ja.messages)]) {
      const words = deniedWords(say, error);
      expect(words).toContain(action);
      expect(words.includes("kms:")).toBe(isKms);
    }
  },
);
