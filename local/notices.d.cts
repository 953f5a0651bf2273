/** The notices of every package of which something is in a bundle, from paths as in esbuild's metafile. */
export function noticesOf(inputs: Iterable<string>): string;

/** For esbuild: puts the notices at the end of each bundle, as a comment. */
export const noticesPlugin: import("esbuild").Plugin;
