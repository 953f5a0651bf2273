import { expect, test } from "@jest/globals";
import { requestHead } from "../../../../bucket/s3/request-head.ts";

test("a head is a request line, the headers and an empty line", () => {
  expect(requestHead("PUT", "/b/k?x=", { host: "h", "x-amz-meta-a": "\t~" })).toBe(
    "PUT /b/k?x= HTTP/1.1\r\nhost: h\r\nx-amz-meta-a: \t~\r\n\r\n",
  );
});

test.each([
  ["a value with a line end", "/k", { a: "1\r\nx-amz-acl: public-read" }],
  ["a value with a lone CR", "/k", { a: "1\r2" }],
  ["a value with a lone LF", "/k", { a: "1\n2" }],
  ["a value with NUL", "/k", { a: "\0" }],
  ["a value that one byte a character cannot hold", "/k", { a: "日" }],
  ["a value that is signed in UTF-8 and sent in one byte a character", "/k", { a: "é" }],
  ["a name with a space", "/k", { "a b": "1" }],
  ["a name with a line end", "/k", { "a\r\nb": "1" }],
  ["a path with a space", "/a b", {}],
  ["a path with a line end", "/a\r\nx: 1", {}],
  ["a path that is not encoded", "/日", {}],
])("%s is refused: it could be read as more than it is", (_, target, headers) => {
  expect(() => requestHead("GET", target, headers as Record<string, string>)).toThrow(
    expect.objectContaining({ code: "transfer" }),
  );
});
