import { ALLOWED } from "../../protocol/sbatch-option-table.ts";
import { wrapWords } from "./wrap-words.ts";

/** `sbatch --usage`. */
export function sbatchUsage(): string {
  return "Usage: sbatch [OPTIONS...] [script [args...]]";
}

/** Options that this machine sees to. */
const OWN = `      --parsable              print the job's id alone
  -D, --chdir=folder          the folder that is sent, and that results come back to
                              (default: where sbatch is called)
  -d, --dependency=type:id    afterok, afterany, afternotok also hand on the files of
                              jobs that were sent from the same folder
  -o, --output=out, -e, --error=err, -i, --input=in
                              also outside of that folder
      --export=names          NAME takes its value from here; ALL is the cluster's
  -W, --wait                  until the results are in the folder
      --wrap=command          a script of this one command
  -Q, --quiet, -v, --verbose, -V, --version, -h, --help, --usage
      --cloud-input=path      send this, and nothing else of the folder; may be repeated
      --cloud-results=glob    bring back only results that fit this; may be repeated
      --cloud-no-results=glob do not bring back those; may be repeated
      --cloud-limit=size      send so much at most, such as 50G (default: 10G, 20,000 files)
      --cloud-prefix=name     how the job's prefix begins, such as alice--
      --cloud-yes             send the folder whatever it is`;

/** `sbatch --help`. */
export function sbatchHelp(): string {
  return [
    sbatchUsage(),
    "",
    "Sends the folder to the cluster in the cloud with the script, and brings the results back to it.",
    "",
    OWN,
    "",
    "Options for the cluster's sbatch, see there:",
    ...wrapWords([...ALLOWED.keys()].map((name) => `--${name}`)),
  ].join("\n");
}
