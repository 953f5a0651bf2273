import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { errorResponse } from "../../../../bucket/s3/error-response.ts";
import { s3Scene } from "../../../support/s3-over.ts";

const s3 = s3Scene();
const id = { "x-amz-request-id": "1" };

test.each([
  ["", "Http307", "S3 answered 307"],
  [
    "<Error><Code>TemporaryRedirect</Code><Message>Go there</Message></Error>",
    "TemporaryRedirect",
    "Go there",
  ],
])("a redirection that goes on for ever says where to: %j", async (body, name, words) => {
  s3.server.intercept = (_, response) => {
    response.writeHead(307, { ...id, location: `${s3.url}/b/k` }).end(body);
    return true;
  };
  const message = `${words}, location "${s3.url}/b/k"`;
  await expect(s3.store.put("k", "x")).rejects.toMatchObject({ name, message });
});

test("a location is told in short, and without a terminal's commands", () => {
  const wild = fc.string({
    unit: fc.constantFrom("a", "\u001b[31m", "\n", "\u0085", "\u202e", '"', "\t"),
    maxLength: 900,
  });
  fc.assert(
    fc.property(wild, fc.integer({ min: 300, max: 399 }), (text, status) => {
      const location = `http://h/${text}`;
      const { message } = errorResponse({ status, headers: { ...id, location } }, "", false);
      expect(message).toContain('location "http://h/');
      expect(message).not.toMatch(/\p{C}/u);
      expect(message.length).toBeLessThan(450);
    }),
  );
});

test("an answer that leads nowhere, or is no redirection, names no place", () => {
  const said = (status: number, headers: Record<string, string>) =>
    errorResponse({ status, headers: { ...id, ...headers } }, "", false).message;
  expect(said(307, {})).toBe("S3 answered 307");
  expect(said(404, { location: "http://h/" })).toBe("S3 answered 404");
});
