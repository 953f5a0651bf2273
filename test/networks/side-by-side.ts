import { beforeAll, test } from "@jest/globals";

/** Runs cases that mostly wait all at once; each is a test of its own. */
export function sideBySide(cases: Record<string, () => Promise<void>>): void {
  const outcomes = new Map<string, Promise<{ failure: unknown } | undefined>>();
  beforeAll(() => {
    for (const [name, run] of Object.entries(cases))
      outcomes.set(
        name,
        run().then(
          () => undefined,
          (failure: unknown) => ({ failure }),
        ),
      );
  });
  test.each(Object.keys(cases))("%s", async (name) => {
    const outcome = await outcomes.get(name);
    if (outcome) throw outcome.failure;
  });
}
