/** Bytes of a text, by which Slurm counts widths. */
export function width(text: string): number {
  return Buffer.byteLength(text);
}

/** A text cut to so many bytes, never within a character. */
export function cutTo(text: string, bytes: number): string {
  if (width(text) <= bytes) return text;
  let cut = "";
  let left = bytes;
  for (const char of text) {
    left -= width(char);
    if (left < 0) break;
    cut += char;
  }
  return cut;
}

/** A text with blanks before it, up to so many bytes. */
export function padBefore(text: string, bytes: number): string {
  return `${" ".repeat(Math.max(0, bytes - width(text)))}${text}`;
}

/** A text with blanks after it, up to so many bytes. */
export function padAfter(text: string, bytes: number): string {
  return `${text}${" ".repeat(Math.max(0, bytes - width(text)))}`;
}
