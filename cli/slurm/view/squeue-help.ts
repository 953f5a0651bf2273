import { squeueFields } from "./squeue-fields.ts";

/** `squeue --usage`. */
export const SQUEUE_USAGE = `Usage: squeue [-A account] [-j jobid] [-n name] [-o format] [-O format] [-p partitions]
              [-q qos] [-R reservation] [-S fields] [--start] [-t states] [-u user_name]
              [--usage] [-L licenses] [-w nodes] [--me] [--expand-patterns] [--json] [-ahlrv]
`;

/** Names that Slurm does not list. Source: FMT_FLAG_HIDDEN in src/squeue/opts.c. */
const HIDDEN: ReadonlySet<string> = new Set([
  "Gres",
  "PackJobId",
  "PackJobIdSet",
  "PackJobOffset",
  "Shared",
  "Tres",
  "tres-per-node",
]);

const FIELDS = squeueFields({
  now: new Date(0),
  noConvert: false,
  expandsPatterns: false,
  hasLongIds: false,
})
  .filter(({ name }) => !HIDDEN.has(name))
  .toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));

/** `squeue --helpformat`: the letters. */
export function helpFormat(): string {
  return inRows(
    FIELDS.flatMap(({ letter }) => (letter === undefined ? [] : [`%${letter.padEnd(5)}`])),
    8,
  );
}

/** `squeue --helpFormat`: the names. */
export function helpLongFormat(): string {
  return inRows(
    FIELDS.map(({ name }) => name.padEnd(20)),
    4,
  );
}

/** Cells, so many a line, and what is between those of a line. */
export function inRows(cells: readonly string[], each: number, between = ""): string {
  const lines: string[] = [];
  for (let at = 0; at < cells.length; at += each)
    lines.push(cells.slice(at, at + each).join(between));
  return `${lines.join("\n")}\n`;
}

/** `squeue --help`. */
export function squeueHelp(): string {
  return `Usage: squeue [OPTIONS]
  -A, --account=account(s)        comma separated list of accounts to view
  -h, --noheader                  no headers on output
  -j, --job=job(s)                comma separated list of jobs IDs to view
      --json                      produce JSON output, with the main fields
  -l, --long                      long report
  -L, --licenses=(license names)  comma separated list of license names to view
      --me                        the jobs of the calling user; other users have none here
  -n, --name=job_name(s)          comma separated list of job names to view
      --noconvert                 don't convert units from their original type
  -o, --format=format             format specification
  -O, --Format=format             format specification, by names
  -p, --partition=partition(s)    comma separated list of partitions to view
  -q, --qos=qos(s)                comma separated list of qos's to view
  -R, --reservation=name          reservation to view
  -r, --array                     display one job array element per line
  -S, --sort=fields               comma separated list of fields to sort on
      --start                     pending jobs
  -t, --states=states             comma separated list of states to view;
                                  '--states=all' reports all states
  -u, --user=user_name(s)         comma separated list of users to view
  -V, --version                   output version information and exit
  -w, --nodelist=hostlist         list of nodes to view

Help options:
  --help                          show this help message
  --helpformat                    print the letters of '--format='
  --helpFormat                    print the names of '--Format='
  --helpstate                     print the states of '--states='
  --usage                         display a brief summary of squeue options

All options, and how each of them works with jobs that are sent through S3: docs/slurm-options.md of cloud-submit.
`;
}
