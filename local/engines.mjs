// Brings the workflow engines that test/engines drives: Python packages into .local/engines, and Nextflow, where Maven and Java are there.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runQuietly, which } from "./run-step.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const requirements = join(checkout, "local", "requirements-engines.txt");
const pom = join(checkout, "local", "nextflow", "pom.xml");

/** The Python environment of the engines; cluster and workstation have the same, as where software is on both. */
export const ENGINES = join(checkout, ".local", "engines");
/** Nextflow's jars. */
export const NEXTFLOW = join(checkout, ".local", "nextflow");

/** Runs the steps unless they were finished for these very inputs. */
function once(folder, input, bring) {
  const stamp = join(folder, ".cloud-submit-hash");
  const hash = createHash("sha256").update(readFileSync(input)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  rmSync(folder, { recursive: true, force: true });
  bring();
  writeFileSync(stamp, hash);
}

/** Brings all of them; about two minutes the first time. */
export function bringEngines() {
  once(ENGINES, requirements, () => {
    runQuietly("Python environment of engines", "python3", ["-m", "venv", ENGINES]);
    const pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"];
    runQuietly("snakemake, submitit, qtoolkit, PSI/J, AiiDA", join(ENGINES, "bin", "python"), [
      ...pip,
      "-r",
      requirements,
    ]);
  });
  if (which("java") === undefined || which("mvn") === undefined) {
    console.log(
      "setup: without Java and Maven there is no Nextflow here; its test is counted as skipped",
    );
    return;
  }
  once(NEXTFLOW, pom, () =>
    runQuietly("Nextflow", "mvn", [
      "-q",
      "-B",
      "-f",
      pom,
      "dependency:copy-dependencies",
      `-DoutputDirectory=${NEXTFLOW}`,
      "-DincludeScope=runtime",
    ]),
  );
}
