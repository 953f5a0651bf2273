import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import {
  SCANCEL_LETTERS,
  SCANCEL_OPTIONS,
  SCANCEL_REFUSED,
  SCANCEL_WHY_REFUSED,
} from "../../../cli/slurm/fetcher/scancel-args.ts";
import { SBATCH_TABLE, whyRefused } from "../../../cli/slurm/sbatch-table.ts";
import type { ViewOption } from "../../../cli/slurm/view/options.ts";
import { sacctFields } from "../../../cli/slurm/view/sacct-fields.ts";
import { SACCT_OPTIONS } from "../../../cli/slurm/view/sacct-options.ts";
import { SACCTMGR_OPTIONS } from "../../../cli/slurm/view/sacctmgr.ts";
import { REFUSED_KEYWORDS, SCONTROL_OPTIONS } from "../../../cli/slurm/view/scontrol-options.ts";
import { SINFO_FIELDS } from "../../../cli/slurm/view/sinfo-fields.ts";
import { SINFO_OPTIONS } from "../../../cli/slurm/view/sinfo-options.ts";
import { squeueFields } from "../../../cli/slurm/view/squeue-fields.ts";
import { SQUEUE_OPTIONS } from "../../../cli/slurm/view/squeue-options.ts";
import { NOW } from "../../support/slurm-view.ts";

const PAGE = readFileSync("docs/slurm-options.md", "utf8");

/** The rows of the tables below a heading, as cells. */
function rows(heading: string): string[][] {
  const [, below = ""] = PAGE.split(`\n${heading}\n`);
  const [section = ""] = below.split(/\n##+ /);
  return section
    .split("\n")
    .filter((line) => /^\| (?!---)/.test(line))
    .map((line) =>
      line
        .slice(2, -2)
        .split(" | ")
        .map((cell) => cell.trim()),
    );
}

const label = ({ letters = "", names }: ViewOption) =>
  [
    ...letters
      .split("")
      .filter(Boolean)
      .map((letter) => `\`-${letter}\``),
    ...names.map((name) => `\`--${name}\``),
  ].join(", ");

/** Options of a table of getopt, as those of the commands that show something. */
function viewOptions(
  names: Iterable<string>,
  letters: Readonly<Record<string, string>>,
  why: (name: string) => string | undefined,
): ViewOption[] {
  return [...names].toSorted().map((name) => {
    const own = Object.keys(letters).filter((letter) => letters[letter] === name);
    const refused = why(name);
    return { names: [name], letters: own.join(""), ...(refused !== undefined && { refused }) };
  });
}

const SBATCH = viewOptions(
  [...SBATCH_TABLE.long.keys()].filter((name) => !name.startsWith("cloud-")),
  SBATCH_TABLE.letters,
  whyRefused,
);
const SCANCEL = viewOptions(Object.keys(SCANCEL_OPTIONS), SCANCEL_LETTERS, (name) =>
  SCANCEL_REFUSED.some((one) => one === name) ? SCANCEL_WHY_REFUSED : undefined,
);

test.each([
  ["sbatch", SBATCH],
  ["scancel", SCANCEL],
  ["squeue", SQUEUE_OPTIONS],
  ["sacct", SACCT_OPTIONS],
  ["scontrol", SCONTROL_OPTIONS],
  ["sinfo", SINFO_OPTIONS],
  ["sacctmgr", SACCTMGR_OPTIONS],
])("the options of %s are those of its table", (command, options) => {
  const told = rows(`## ${command}`).filter(([first]) => first?.startsWith("`-"));
  expect(told.map(([first]) => first)).toEqual(options.map(label));
  expect(told.filter(([, how]) => how === "refused").map(([first, , why]) => [first, why])).toEqual(
    options.flatMap((option) =>
      option.refused === undefined ? [] : [[label(option), option.refused]],
    ),
  );
});

test.each([
  [
    "squeue",
    squeueFields({ now: NOW, noConvert: false, expandsPatterns: false, hasLongIds: false }),
  ],
  ["sinfo", SINFO_FIELDS],
])("the fields of %s are those of its table", (command, fields) => {
  const told = rows(`### Fields of ${command}`).filter(([first]) => first !== "letter");
  const names = (all: readonly (readonly string[])[]) => all.map((one) => one.join(" ")).toSorted();
  expect(names(told.map(([letter = "", name = ""]) => [letter, name]))).toEqual(
    names(
      fields.map(({ letter, name }) => [
        letter === undefined ? "" : `\`%${letter}\``,
        `\`${name}\``,
      ]),
    ),
  );
});

test("each row says same, partly and how, refused and why, or not told", () => {
  const all = PAGE.split("\n").filter((line) => /\| (same|partly|refused|not told) \|/.test(line));
  const options = rows("## sbatch").length + rows("## squeue").length;
  expect(all.length).toBeGreaterThan(options);
  expect(all.filter((line) => /\| partly \|\s*\|$/.test(line))).toEqual([]);
});

test("the page of the commands tells of each option that is our own", () => {
  const page = readFileSync("docs/slurm.md", "utf8");
  const own = [...SBATCH_TABLE.long.keys()].filter((name) => name.startsWith("cloud-"));
  expect(own.filter((name) => !page.includes(`\`--${name}`))).toEqual([]);
});

test("the fields of sacct are those of its table", () => {
  const told = rows("### Fields of sacct").flatMap(([first = ""]) => first.match(/`(\w+)`/g) ?? []);
  expect(told.toSorted()).toEqual(
    sacctFields({ now: NOW, expandsPatterns: false })
      .map(({ name }) => `\`${name}\``)
      .toSorted(),
  );
});

test("the commands of scontrol that are refused are those of its table", () => {
  const told = rows("## scontrol").flatMap(([first = "", how, why]) =>
    how === "refused" && /^`\w/.test(first)
      ? (first.match(/\w+/g) ?? []).map((word) => [word, why])
      : [],
  );
  expect(Object.fromEntries(told)).toEqual(REFUSED_KEYWORDS);
});
