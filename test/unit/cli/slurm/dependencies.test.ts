import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { dependenciesOf, runsOf } from "../../../../cli/slurm/dependencies.ts";
import { exportedVariables } from "../../../../cli/slurm/export-variables.ts";
import { type JobFile, RESULTS } from "../../../../cli/slurm/job-file.ts";
import { AFTER_IN_MANIFEST_MAX, CONDITIONS, isMet } from "../../../../protocol/after.ts";
import { OUTCOMES } from "../../../../protocol/outcome.ts";

/** Ids of jobs that were sent from here: the even ones. */
const find = async (id: string) => (/^\d*[02468]$/.test(id) ? ({ id } as JobFile) : undefined);

/** Those that singleton waits for. */
const same = async () => [{ id: "8" }, { id: "6" }] as JobFile[];

test.each([
  ["afterok:2:3,singleton", ["2 ok", "8 any", "6 any"], "afterok:3,singleton"],
  ["afterany:2,afternotok:4", ["2 any", "4 failed"], undefined],
  ["2", ["2 any"], undefined],
  ["after:2+5,after:4", [], "after:2+5,after:4"],
  // Slurm judges tasks; the files of all of them come.
  ["aftercorr:4:5", ["4 any"], "aftercorr:4:5"],
  ["afterok:2_1:2_7:3_1", ["2 any"], "afterok:2_1:2_7:3_1"],
  ["afternotok:2_1,afterok:2", ["2 any", "2 ok"], "afternotok:2_1"],
  ["afterok:2_*", ["2 ok"], undefined],
  ["afterok:8,singleton", ["8 ok", "6 any"], "singleton"],
  ["2_3", ["2 any"], "afterany:2_3"],
  ["singleton,afterok:2", ["8 any", "6 any", "2 ok"], "singleton"],
  ["afterok:1?afterok:3", [], "afterok:1?afterok:3"],
])("%s", async (text, own, rest) => {
  const found = await dependenciesOf(text, find, same);
  expect(found.own.map(({ job, condition }) => `${job.id} ${condition}`)).toEqual(own);
  expect(found.rest).toBe(rest);
});

test("one of several that are enough cannot be ours", async () => {
  for (const text of ["afterok:2?afterok:3", "afterok:2_1?afterok:3", "afterok:3?singleton"])
    await expect(dependenciesOf(text, find, same)).rejects.toThrow(/separate them by commas/);
});

const type = fc.constantFrom("afterok", "afterany", "afternotok", "after");
test("every id is waited for by one of the two", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(type, fc.array(fc.nat(99), { minLength: 1 })), { minLength: 1 }),
      async (parts) => {
        const text = parts.map(([one, ids]) => [one, ...ids].join(":")).join(",");
        const { own, rest = "" } = await dependenciesOf(text, find, same);
        const ids = [...own.map(({ job }) => job.id), ...(rest.match(/\d+/g) ?? [])];
        expect(new Set(ids)).toEqual(new Set(parts.flatMap(([, some]) => some.map(String))));
      },
    ),
  );
});

const WORDS = { ok: "afterok", any: "afterany", failed: "afternotok" } as const;
test("a job that has ended as it was to, with its results here, is left out; any other one is waited for", async () => {
  const job = fc.record({
    outcome: fc.constantFrom(undefined, ...OUTCOMES),
    results: fc.constantFrom(...RESULTS),
    condition: fc.constantFrom(...CONDITIONS),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(job, { minLength: 1, maxLength: 40 }), async (jobs) => {
      const file = async (id: string) => {
        const { outcome, results } = jobs[Number(id)]!;
        const [prefix, submission, state] = [`p${id}`, `s${id}`, "COMPLETED"];
        const last = { submission, state, final: true, outcome };
        return { id, prefix, submission, results, last } as JobFile;
      };
      const text = jobs.map(({ condition }, id) => `${WORDS[condition]}:${id}`).join(",");
      const { own, rest } = await dependenciesOf(text, file, same);
      expect(rest).toBeUndefined();
      const left = jobs.flatMap(({ outcome, results, condition }, id) => {
        const isKnown = condition === "any" || outcome !== undefined;
        const isOver = results === "fetched" && isKnown && isMet(condition, outcome);
        return isOver ? [] : [{ prefix: `p${id}`, submission: `s${id}`, condition }];
      });
      expect(runsOf(own)).toEqual(left);
    }),
  );
});

test("more than a job can wait for are refused in Slurm's words, with what to do", async () => {
  const text = (count: number) =>
    `afterok:${Array.from({ length: count }, (_, at) => 2 * at).join(":")}`;
  const { own } = await dependenciesOf(text(AFTER_IN_MANIFEST_MAX), find, same);
  expect(own).toHaveLength(AFTER_IN_MANIFEST_MAX);
  await expect(dependenciesOf(text(AFTER_IN_MANIFEST_MAX + 1), find, same)).rejects.toThrow(
    "sbatch: error: --dependency: 2001 of the jobs that were sent from here have not ended, and a job can wait for 2000 of them: send jobs that wait for some of them each, and wait for those",
  );
});

test.each([
  ["ALL", "ALL"],
  ["none", "NONE"],
  ["A,B=2", "A=1,B=2"],
  ["ALL,C", "ALL,C='x,y'"],
  ["MISSING", "NONE"],
  ["D='a,b',A", "D='a,b',A=1"],
])("--export=%s is sent as %s", (text, sent) => {
  expect(exportedVariables(text, { A: "1", C: "x,y" })).toBe(sent);
});

test("a value that cannot be written is refused by its name", () => {
  expect(() => exportedVariables("A", { A: "1\n2" })).toThrow(/the value of A has a quote/);
});
