import { expect, test } from "@jest/globals";
import { CloudSubmitError } from "../../../protocol/error.ts";
import { FileError, reasonOf } from "../../../protocol/file-error.ts";
import { reason } from "../../../protocol/reason.ts";

test("a file's error has its reason, and says it in one line", () => {
  const error = new FileError("a/b", reason("became-shorter"));
  expect(error).toBeInstanceOf(CloudSubmitError);
  expect([error.code, error.message]).toEqual([
    "transfer",
    "a/b: became shorter while it was read",
  ]);
  expect(reasonOf(error)).toEqual({ code: "became-shorter", values: {} });
});

test.each([
  [new Error("EACCES: permission denied"), "EACCES: permission denied"],
  [new CloudSubmitError("aws", "no"), "CloudSubmitError: no"],
  ["text", "text"],
])("anything else that was thrown, such as %s, is what the system said", (thrown, error) => {
  expect(reasonOf(thrown)).toEqual({ code: "system-error", values: { error } });
});

test.each(["ENOENT", "ESTALE"])("%s of a file that was found says that it is gone", (code) => {
  const error = Object.assign(new Error(code), { code, syscall: "open", path: "a" });
  expect(reasonOf(error)).toEqual({ code: "file-removed", values: {} });
});

test("a name or a path that is too long is one, with what to do", () => {
  const error = Object.assign(new Error("ENAMETOOLONG"), { code: "ENAMETOOLONG", path: "a" });
  expect(reasonOf(error)).toEqual({ code: "path-too-long", values: {} });
});

test.each(["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"])(
  "%s is no reason of a file: it is thrown on",
  (code) => {
    const error = Object.assign(new Error(code), { code, syscall: "open", path: "a" });
    expect(() => reasonOf(error)).toThrow(error);
  },
);
