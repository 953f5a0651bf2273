import getWidth from "fast-string-width";

/** `text` and spaces up to `width` columns; Chinese and Japanese characters take two. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - getWidth(text)));
}

/** `text` within `width` columns: where something is cut off, `…` stands. Meant for text without colours. */
export function cut(text: string, width: number): string {
  if (getWidth(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += getWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}
