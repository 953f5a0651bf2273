import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";

/** A new empty folder that goes when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloud-submit-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
