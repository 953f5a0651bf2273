/** Characters of a plugin's output that ListCommandInvocations shows. */
const OUTPUT_LIMIT = 2500;

const ERROR_TITLE = "\n----------ERROR-------\n";
const STDOUT_CUT = "\n---Output truncated---";
const STDERR_CUT = "\n---Error truncated----";

/** The SSM agent's addition to the stderr of a script that failed. */
export function failureLine(exitCode: number): string {
  return `\nfailed to run commands: exit status ${exitCode}`;
}

/** A plugin's output as the SSM agent sends it: stdout, a title, stderr, each cut where they are too long together. */
export function pluginOutput(stdout: string, stderr: string): string {
  const title = stderr === "" ? "" : ERROR_TITLE;
  const room = OUTPUT_LIMIT - title.length;
  if (stdout.length + stderr.length < room) return `${stdout}${title}${stderr}`;
  const isStdoutLong = stdout.length > room / 2;
  if (isStdoutLong && stderr.length > room / 2) {
    const half = Math.floor((room - STDOUT_CUT.length - STDERR_CUT.length) / 2);
    return `${stdout.slice(0, half)}${STDOUT_CUT}${title}${stderr.slice(0, half)}${STDERR_CUT}`;
  }
  if (isStdoutLong) {
    const kept = room - STDOUT_CUT.length - stderr.length;
    return `${stdout.slice(0, kept)}${STDOUT_CUT}${title}${stderr}`;
  }
  const kept = room - STDERR_CUT.length - stdout.length;
  return `${stdout}${title}${stderr.slice(0, kept)}${STDERR_CUT}`;
}
