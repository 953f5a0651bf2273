import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ERROR_CODES } from "../../../protocol/error.ts";
import { OUTCOMES } from "../../../protocol/outcome.ts";
import { projectText } from "../../support/project-files.ts";

/** The rows of a section's table: what each is about, and its other cells. */
function entries(section: string): Map<string, string[]> {
  const page = projectText("docs/runbook.md");
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? "";
  const rows = [...text.matchAll(/^\| `([\w-]+)` \|(.*)\|$/gm)];
  return new Map(
    rows.map(([, name = "", rest = ""]) => [
      name,
      rest.split(/(?<!\\)\|/).map((cell) => cell.trim()),
    ]),
  );
}

const alarms = () => {
  // CloudFormation's own tags stand for what is not looked at here.
  const { Resources } = parse(projectText("resources/alarms.yml"), {
    logLevel: "silent",
    merge: true,
  }) as {
    Resources: Record<string, { Type: string; Properties: { AlarmName: string } }>;
  };
  return Object.values(Resources)
    .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
    .map(({ Properties }) => Properties.AlarmName.replace(/^.*\}-/, ""));
};

test.each([
  ["Alarms", alarms()],
  ["Error codes", ERROR_CODES],
  ["Outcomes", OUTCOMES],
])("the runbook has an entry for each of its %s, and no other", (section, names) => {
  const found = entries(section);
  expect([...found.keys()].toSorted()).toEqual([...names].toSorted());
  for (const [name, cells] of found)
    expect([name, cells]).toEqual([name, cells.map(() => expect.stringMatching(/\S/))]);
});

test("there are alarms", () => {
  expect(alarms()).toContain("stuck-requests");
});
