/** The job that an argument names, and of JOB:PATH the object's path; undefined: the job as a whole. */
export function objectName(text: string): { prefix: string; path: string | undefined } {
  // A URL begins so, and is refused as that.
  const at = text.startsWith("s3://") ? -1 : text.indexOf(":");
  if (at < 0) return { prefix: text, path: undefined };
  return { prefix: text.slice(0, at), path: text.slice(at + 1) };
}

/** A path as the keys of files have it: without `./`, which shells and people put before names, and without doubled slashes. */
export function plainPath(path: string): string {
  return path.replaceAll(/\/(?:\.?\/)+/g, "/").replace(/^\.\//, "");
}
