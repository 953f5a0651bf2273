import { expect, test } from "@jest/globals";
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
  ["no XML", "not found"],
  ["half a response", "<R><A>1</A>"],
  ["another response", "<Other></Other>"],
])("%s is worth another try", (_, text) => {
  expect(() => parseResponse(text, "R")).toThrow(
    expect.objectContaining({ name: "MalformedResponse" }),
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
