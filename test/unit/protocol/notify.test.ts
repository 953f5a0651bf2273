import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { isAllowedAddress, notifyMetadata, notifyOf } from "../../../protocol/notify.ts";

test.each(["taro@example.org", "t.a+x_y-z@mail-1.example.co.jp", "1@2.3"])(
  "%s is one",
  (address) => {
    expect(notifyOf(notifyMetadata(address.toUpperCase()))).toBe(address);
  },
);

test.each([
  "",
  "taro",
  "taro@example",
  "taro@@example.org",
  ".taro@example.org",
  'a"b@example.org',
  "taro@example.org,hanako@example.org",
  "taro@example.org\nBcc: x@y.z",
  "<taro@example.org>",
  `${"a".repeat(65)}@example.org`,
  `a@${"b".repeat(64)}.org`,
  `a@${"b.".repeat(130)}org`,
])("%j is none, and nobody is told", (text) => {
  expect(notifyOf({ notify: text })).toBeUndefined();
});

test("without one there is none", () => {
  expect([notifyOf({}), notifyMetadata(undefined)]).toEqual([undefined, {}]);
});

test("whatever is taken has no character that means something elsewhere", () => {
  const text = fc.oneof(fc.emailAddress(), fc.string());
  fc.assert(
    fc.property(text, (given) => {
      const address = notifyOf({ notify: given });
      if (address !== undefined) expect(address).toMatch(/^[a-z0-9._+-]+@[a-z0-9.-]+$/);
    }),
  );
});

const ALLOWED = ["taro@example.org", "@lab.example.jp"];

test.each(["taro@example.org", "hanako@lab.example.jp", "a.b+c@lab.example.jp"])(
  "%s is allowed",
  (address) => {
    expect(isAllowedAddress(address, ALLOWED)).toBe(true);
  },
);

test.each([
  "hanako@example.org",
  "xtaro@example.org",
  "taro@example.org.evil.com",
  "hanako@sub.lab.example.jp",
  "hanako@evil-lab.example.jp",
  "evil@x.com@lab.example.jp",
  "evil@x.com,@lab.example.jp",
  "evil@x.com\n@lab.example.jp",
  '"evil@x.com"@lab.example.jp',
  "@lab.example.jp",
  "*@lab.example.jp",
  "",
])("%j is not allowed", (address) => {
  expect(isAllowedAddress(address, ALLOWED)).toBe(false);
});

test("where nothing is allowed, nobody is told", () => {
  fc.assert(fc.property(fc.emailAddress(), (address) => !isAllowedAddress(address, [])));
});
