import * as fc from "fast-check";

/** Parts of which values are made that are near what the patterns of SSM documents are about. */
const PARTS = [
  "/",
  ".",
  "..",
  "-",
  "_",
  "a",
  "Z",
  "0",
  "opt",
  "cloud-submit",
  "eu",
  "west",
  "1",
  "run",
  "cancel",
  "check",
  "install",
  "yes",
  "no",
  "default",
  "0".repeat(64),
  "a".repeat(62),
  " ",
  "\n",
  "\r",
  "\0",
  "$(id)",
  ";",
  "'",
  "é",
  "ü",
  "٣",
  "K",
  "\u{1f600}",
  "a".repeat(127),
];

/** Values that one or the other pattern takes. */
const GOOD = [
  "run",
  "install",
  "yes",
  "/opt/cloud-submit",
  "/a/.b/c-d",
  "job-1",
  "s.1",
  "123456789012",
  "my-bucket",
  "eu-west-1",
  "us-gov-east-1",
  "1.2.3-beta+4",
  "0f".repeat(32),
  "default",
  "",
];

/** Values that a pattern of an SSM document may be tried with: good ones, nearly good ones, and any text. */
export const patternValue = fc.oneof(
  fc.constantFrom(...GOOD),
  fc.array(fc.constantFrom(...PARTS), { maxLength: 8 }).map((parts) => parts.join("")),
  fc
    .array(fc.constantFrom("/", "/.", "a", "-", "_", "."), { maxLength: 40 })
    .map((p) => p.join("")),
  fc.string({ unit: "grapheme-ascii", maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 40 }),
);
