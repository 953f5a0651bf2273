import { expect, test } from "@jest/globals";
import { Deletions } from "../../../../cli/ui/deletions.ts";
import { testUi } from "../../../support/test-ui.ts";

test.each([
  [3, 3, undefined],
  [100, 100, undefined],
  [205, 101, "and 105 more: 205 in all"],
])("of %i deletions %i lines are written", (count, lines, last) => {
  const { ui, err } = testUi();
  const deletions = new Deletions(ui);
  for (let at = 1; at <= count; at++) deletions.listener.onDeleted?.(`a/${at}`);
  deletions.end();
  deletions.end();
  expect([err.length, err[0]]).toEqual([lines, 'deleted "a/1"']);
  if (last !== undefined) expect(err.at(-1)).toBe(last);
});
