import { formatCsv } from "./csv.ts";

/** The parameters of all rows, for programs and people. */
export const PARAMS_FILE = "sweep-params.csv";
/** The same for ROW_SCRIPT: a line for each value. */
export const VALUES_FILE = "sweep-values.txt";
/** Sets the parameters of a row in the shell that reads it. */
export const ROW_SCRIPT = "sweep-row.sh";

/** Files that a sweep adds to the files of its template. */
export const ROW_FILES: ReadonlySet<string> = new Set([PARAMS_FILE, VALUES_FILE, ROW_SCRIPT]);

/** The beginning of each ROW_SCRIPT: one that was fetched is told from a user's own by it. */
export const ROW_SCRIPT_BEGINNING = "# Made by cloud-submit.";

export interface Parameters {
  columns: readonly string[];
  /** In each, the value of each column. */
  rows: readonly (readonly string[])[];
}

/** The table with its header. */
export function paramsText({ columns, rows }: Parameters): string {
  return formatCsv([columns, ...rows]);
}

/**
 * A line for each value, row by row: printable ASCII, in which printf's `%b` makes every other byte of `\0ooo`. Nothing of it
 * is ever read as shell text.
 */
export function valuesText({ rows }: Parameters): string {
  return rows.map((values) => values.map((value) => `${escaped(value)}\n`).join("")).join("");
}

function escaped(value: string): string {
  return [...Buffer.from(value)]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\0${byte.toString(8).padStart(3, "0")}`,
    )
    .join("");
}

/**
 * The script that a job script reads with `. ./sweep-row.sh`, in any POSIX shell. The values stay in their file; nothing of the
 * parameters is in it but their names, which are those of variables (isParameterName).
 *
 * @param rows how many there are; undefined: the job's files hold one row, its own
 */
export function rowScript(columns: readonly string[], rows: number | undefined): string {
  const number =
    rows === undefined
      ? "_sweep_row=1"
      : `_sweep_row=\${SLURM_ARRAY_TASK_ID-}
case $_sweep_row in
'' | 0* | *[!0-9]* | ??????*) _sweep_row=0 ;;
esac
if [ "$_sweep_row" -lt 1 ] || [ "$_sweep_row" -gt ${rows} ]; then
  echo "${ROW_SCRIPT}: SLURM_ARRAY_TASK_ID is no row: it has to be a number from 1 to ${rows}" >&2
  exit 1
fi`;
  const set = columns.map(
    (name, at) => `_sweep_get ${at + 1}
${name}=$_sweep_value
export ${name}`,
  );
  return `${ROW_SCRIPT_BEGINNING} In the job script, before any cd: . ./${ROW_SCRIPT}
# It sets the parameters of this row of ${PARAMS_FILE} as environment variables.
if [ ! -r ./${VALUES_FILE} ]; then
  echo "${ROW_SCRIPT}: there is no ${VALUES_FILE} here: read it in the job's folder, before any cd" >&2
  exit 1
fi
${number}
_sweep_get() {
  _sweep_line=$(((_sweep_row - 1) * ${columns.length} + $1))
  _sweep_value=$(printf '%b.' "$(sed -n "\${_sweep_line}{p;q;}" ./${VALUES_FILE})")
  _sweep_value=\${_sweep_value%.}
}
${set.join("\n")}
unset -f _sweep_get
unset _sweep_row _sweep_line _sweep_value
`;
}
