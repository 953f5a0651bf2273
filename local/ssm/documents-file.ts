import { readFileSync, statSync } from "node:fs";
import { type CommandDocument, commandDocument } from "./document.ts";

/**
 * The deployed documents, `{ "<name>": <content> }`, read anew whenever the file has changed: a
 * deployment takes effect without a restart.
 */
export function documentsFile(file: string): () => ReadonlyMap<string, CommandDocument> {
  let seen = "";
  let documents: ReadonlyMap<string, CommandDocument> = new Map();
  return () => {
    const stat = statSync(file, { throwIfNoEntry: false });
    const now = stat === undefined ? "" : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    if (now !== seen) {
      const content = now === "" ? {} : (JSON.parse(readFileSync(file, "utf8")) as object);
      documents = new Map(
        Object.entries(content).map(([name, document]) => [name, commandDocument.parse(document)]),
      );
      seen = now;
    }
    return documents;
  };
}
