import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "@jest/globals";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import { downloadFolder } from "../../transfer/download.ts";
import { uploadFolder } from "../../transfer/upload.ts";
import { GuardedS3, type Guards } from "./guarded-s3.ts";
import { s3Over } from "./s3-over.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const servers: GuardedS3[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** A bucket, and folders of users with what their machines remember of them. */
export async function guardedFolders(guards: Guards = { kms: true }) {
  const server = new GuardedS3(guards);
  servers.push(server);
  server.pageSize = 1000;
  const store = s3Over(await server.start()).store("b");
  const user = (root = temporaryFolder()) => {
    const states = temporaryFolder();
    const withCopies = async <T>(work: (copies: LocalCopies) => Promise<T>): Promise<T> => {
      const copies = await LocalCopies.open(states, root);
      const done = await work(copies);
      await copies.save(Date.now());
      return done;
    };
    return {
      root,
      write: (path: string, content: string | Buffer) => writeFileSync(join(root, path), content),
      send: () =>
        withCopies((copies) =>
          uploadFolder(store, root, "j", {
            outsideLinks: "follow",
            insideLinks: "keep",
            copies,
            onCopy: ({ path, stats }, etag, sum) => copies.note(path, etag, stats, sum),
          }),
        ),
      fetch: () =>
        withCopies((copies) =>
          downloadFolder(store, "j", root, { outsideLinks: "follow", keep: { copies } }),
        ),
    };
  };
  /** Requests since the last time, without listings. */
  const requests = () => {
    const seen = server.seen.splice(0).filter(({ key }) => key !== "");
    const count = (method: string) => seen.filter((one) => one.method === method).length;
    return { put: count("PUT") + count("POST"), get: count("GET"), head: count("HEAD") };
  };
  return { server, user, requests };
}

/** The same folder on another machine. */
export function copyOf(root: string): string {
  const copy = temporaryFolder();
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
