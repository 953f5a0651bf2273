/**
 * Text for a terminal: control characters, line ends and what turns the direction of writing (Unicode UAX 9) are shown as
 * escapes, never obeyed. What is JSON stays the same JSON, because the escapes are those of JSON strings.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
