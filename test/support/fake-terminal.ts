/** A terminal that tells what one would see on it. */
export function fakeTerminal(columns = 80) {
  const written: string[] = [];
  const stream = { columns, write: (text: string) => void written.push(text) };
  const seen = () =>
    written
      .join("")
      .split("\n")
      .map((line) => line.slice(line.lastIndexOf("\u001b[2K") + 1).replace(/^\[2K/, ""));
  return { written, stream, seen };
}
