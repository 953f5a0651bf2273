import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { errorResponse } from "../../../../bucket/s3/error-response.ts";
import { children, childText, escapeText, parseResponse } from "../../../../bucket/s3/xml.ts";

test("no entity is expanded but XML's own", () => {
  const text = `<?xml version="1.0"?>
<!DOCTYPE Result [<!ENTITY big "x"><!ENTITY file SYSTEM "file:///etc/passwd">]>
<Result><Key>&lt;a&amp;b&gt;&quot;&#x41;&#66;</Key><Bad>&big;&file;</Bad></Result>`;
  const result = parseResponse(text, "Result");
  expect(childText(result, "Key")).toBe('<a&b>"AB');
  expect(childText(result, "Bad")).toBe("");
});

test("children are read, be they one, many or none", () => {
  const result = parseResponse("<R><A>1</A><B>1</B><B>2</B></R>", "R");
  expect([children(result, "A"), children(result, "B"), children(result, "C")]).toEqual([
    ["1"],
    ["1", "2"],
    [],
  ]);
  expect(childText(result, "toString")).toBeUndefined();
  expect(children("", "A")).toEqual([]);
});

test.each([
  ["nothing", ""],
  ["half a response", "<R><A>1</A>"],
  ["another response", "<Other></Other>"],
])("%s is worth another try", (_, text) => {
  expect(() => parseResponse(text, "R")).toThrow(
    expect.objectContaining({ name: "MalformedResponse" }),
  );
});

test("what does not begin as XML is not S3's, and is named with what it came with", () => {
  const start = fc
    .string({ unit: "grapheme", minLength: 1 })
    .filter((text) => /^[^<\s]/.test(text));
  const blank = fc.constantFrom("", " ", "\n\t");
  fc.assert(
    fc.property(blank, start, fc.constantFrom("", "<R><A>1</A></R>"), (space, text, rest) => {
      const answered = { status: 200, headers: { server: "portal/1" } };
      expect(() => parseResponse(space + text + rest, "R", answered)).toThrow(
        expect.objectContaining({
          name: "NotFromS3",
          message: expect.stringContaining('status 200, server "portal/1"'),
        }),
      );
    }),
  );
});

test("a response that is cut anywhere is told of in words of this project", () => {
  const whole = "<R><A>1</A><B>&lt;</B></R>";
  for (let length = 0; length < whole.length; length++)
    expect(() => parseResponse(whole.slice(0, length), "R")).toThrow(
      expect.objectContaining({
        name: "MalformedResponse",
        message: expect.stringMatching(/^S3's response is no (XML, or it is cut off|R)$/),
      }),
    );
});

test("an error without a body, or with a page of a proxy, has a name too", () => {
  expect(errorResponse({ status: 404, headers: {} }, "", false)).toMatchObject({
    name: "NotFound",
  });
  expect(
    errorResponse({ status: 502, headers: {} }, "<html>Bad Gateway</html>", true),
  ).toMatchObject({ name: "Http502" });
  expect(errorResponse({ status: 503, headers: {} }, "<Error><Cod", false)).toMatchObject({
    name: "ServiceUnavailable",
  });
  const region = errorResponse(
    { status: 400, headers: {} },
    "<Error><Code>A</Code><Region>eu-west-1</Region></Error>",
    false,
  );
  expect(region).toMatchObject({ name: "A", region: "eu-west-1" });
});

test("text is escaped", () => expect(escapeText("a<b>&c")).toBe("a&lt;b&gt;&amp;c"));
