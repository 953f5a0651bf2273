import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { shortAfter } from "../../../../cli/jobs/short-after.ts";
import {
  AFTER_MAX,
  AFTER_METADATA,
  AFTER_METADATA_MAX_BYTES,
  CONDITIONS,
  formatAfter,
  parseAfter,
} from "../../../../protocol/after.ts";

const word = (most: number) =>
  fc.stringMatching(new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${most}}$`));
const run = fc.record({
  prefix: word(40),
  condition: fc.constantFrom(...CONDITIONS),
  submission: word(20),
});

test("a list is written if it can be read, beside what else takes the room", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(run, { maxLength: 60, selector: (one) => JSON.stringify(one) }),
      fc.nat(AFTER_METADATA_MAX_BYTES),
      (all, used) => {
        const text = shortAfter(all, used);
        const whole = formatAfter(all) ?? "";
        const fits = all.length <= AFTER_MAX && used + whole.length <= AFTER_METADATA_MAX_BYTES;
        expect(text ?? "").toBe(fits ? whole : "");
        if (text !== undefined) expect(parseAfter({ [AFTER_METADATA]: text })).toEqual(all);
      },
    ),
  );
});
