import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { RE2JS } from "re2js";
import { parse } from "yaml";
import { type CommandDocument, commandDocument } from "../../local/ssm/document.ts";
import { INSTALL_SECONDS, REQUEST_SECONDS } from "../../protocol/ssm-command.ts";
import { patternValue } from "../support/pattern-values.ts";

function document(file: string, id: string): CommandDocument {
  const text = readFileSync(new URL(`../../resources/${file}`, import.meta.url), "utf8");
  return commandDocument.parse(parse(text, { logLevel: "error" }).Resources[id].Properties.Content);
}
const documents = {
  request: document("request-document.yml", "RequestDocument"),
  install: document("install-document.yml", "InstallDocument"),
};

describe.each(Object.entries(documents))("the %s document", (name, { parameters, mainSteps }) => {
  test.each(Object.entries(parameters))("%s has a pattern that SSM agents compile", (_, one) => {
    const pattern = one.allowedPattern ?? "";
    expect(pattern).toMatch(/^\^.+\$$/);
    const compiled = RE2JS.compile(pattern);
    const script = new RegExp(pattern, "u");
    fc.assert(
      fc.property(patternValue, (value) => compiled.matcher(value).find() === script.test(value)),
    );
  });

  test("its time-out is the one that the rest reckons with", () => {
    const seconds = { request: REQUEST_SECONDS, install: INSTALL_SECONDS }[name];
    expect(mainSteps.map(({ inputs }) => inputs.timeoutSeconds)).toEqual([seconds]);
  });
});

test("RE2's port refuses nested repeats as RE2 does", () => {
  expect(() => RE2JS.compile("^(/[a-z]{0,63}){2,32}$")).toThrow(/invalid repeat count/);
});
