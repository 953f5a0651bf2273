import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import * as z from "zod";
import { parseJson } from "../../../protocol/parse-json.ts";

const schema = z.object({ version: z.literal(1), name: z.string() });

test("is what the schema makes of it", () => {
  expect(parseJson(schema, '{"version":1,"name":"a","later":true}')).toEqual({
    version: 1,
    name: "a",
  });
});

test("no text makes it throw", () => {
  const text = fc.oneof(fc.string(), fc.json(), fc.constant('{"version":2,"name":"a"}'));
  fc.assert(fc.property(text, (one) => expect(parseJson(schema, one)).toBeUndefined()));
});
