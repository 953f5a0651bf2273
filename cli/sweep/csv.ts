/** One field of a table. */
export interface Field {
  text: string;
  /** It stood in quotes. */
  quoted: boolean;
}

/** A row of a table, and the line of the text in which it begins, from 1. */
export interface TableRow {
  line: number;
  fields: Field[];
}

/** Why a text is no table. */
export interface TableProblem {
  line: number;
  problem: "unclosed" | "quote" | "return";
}

/**
 * The rows of a text of separated values. Source: RFC 4180; lines may also end with LF alone. Empty lines are none, and
 * what RFC 4180 does not have (quotes within a field, text after a quoted one, CR alone) is refused.
 *
 * @param text without a byte order mark, or with one, which is passed over
 * @param separator one character, a comma or a tab
 */
export function parseTable(text: string, separator: string): TableRow[] | TableProblem {
  const rows: TableRow[] = [];
  const end = text.length;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  while (at < end) {
    const row: TableRow = { line, fields: [] };
    for (let more = true; more; ) {
      let field: Field;
      if (text[at] === '"') {
        const close = closingQuote(text, at);
        if (close < 0) return { line: row.line, problem: "unclosed" };
        const inside = text.slice(at + 1, close);
        line += inside.split("\n").length - 1;
        field = { text: inside.replaceAll('""', '"'), quoted: true };
        at = close + 1;
      } else {
        const from = at;
        while (at < end && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at++;
        field = { text: text.slice(from, at), quoted: false };
        if (field.text.includes('"')) return { line, problem: "quote" };
      }
      row.fields.push(field);
      more = text[at] === separator;
      if (more) at += 1;
      else if (text[at] === "\r" && text[at + 1] !== "\n") return { line, problem: "return" };
      else if (at < end && text[at] !== "\r" && text[at] !== "\n")
        return { line, problem: "quote" };
    }
    at += text[at] === "\r" ? 2 : 1;
    line += 1;
    const [first] = row.fields;
    const isEmpty = row.fields.length === 1 && first?.text === "" && !first.quoted;
    if (!isEmpty) rows.push(row);
  }
  return rows;
}

/** Where the quoted field that begins at `open` ends; -1: nowhere. */
function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return -1;
}

/** The text of a table with commas and LF, which parseTable and every reader of RFC 4180 reads as these values. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((values) => `${values.map(quotedIfNeeded).join(",")}\n`).join("");
}

/** An empty value in a row of its own would be an empty line. */
function quotedIfNeeded(value: string): string {
  return value === "" || /[",\r\n\uFEFF]|^\s|\s$/.test(value)
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}
