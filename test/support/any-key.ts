import * as fc from "fast-check";
import { STATUS_FILE } from "../../protocol/objects.ts";

const segment = fc.oneof(
  fc.constantFrom(
    "a",
    "a-b",
    "a.b",
    "a0",
    "A",
    "job1",
    "job10",
    "",
    ".cloud-submit",
    "a\u0001",
    "é",
  ),
  fc.constantFrom("\u{1F600}", "\uffee", "z~", "a b", "+", "%2F", "\r", "\u{10FFFF}"),
);
const file = fc.oneof(
  fc.constantFrom(STATUS_FILE, STATUS_FILE, STATUS_FILE.slice(0, -1), `${STATUS_FILE}0`),
  fc.constantFrom("a", "job-aws-run.sh", "job-aws-stat.tx!", "job-aws-stat.txs\u{10FFFF}", "z"),
);

/** Keys of few names, which are next to one another in every order, and of bytes that are seldom. */
export const anyKey: fc.Arbitrary<string> = fc.oneof(
  segment.filter((name) => name !== ""),
  fc.tuple(segment, file).map((parts) => parts.join("/")),
  fc.tuple(segment, segment, file).map((parts) => parts.join("/")),
);
