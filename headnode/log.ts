/** Writes one structured line. */
export type Log = (level: "info" | "warn" | "error", message: string, fields?: object) => void;

/** A log of JSON lines, for journald or a file. */
export function jsonLog(write: (line: string) => void, now: () => Date): Log {
  return (level, message, fields) =>
    write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`);
}
