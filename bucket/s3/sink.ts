import type { Disk } from "../disk/disk.ts";
import { writeAt } from "../disk/files.ts";
import type { Write } from "./batched-write.ts";

/** Where bytes of answers go: of one answer after the other, until all have come. */
export interface Sink {
  /** An answer has come; its bytes follow. */
  begin: (headers: Readonly<Record<string, string>>) => void;
  write: Write;
  /** All has come. */
  end: () => void | Promise<void>;
  /** An answer is over. */
  rest: () => void | Promise<void>;
  /** Nothing more comes, or another one takes it. */
  abandon: () => void | Promise<void>;
}

const nothing = () => {};

/** Bytes that go into a file which is open, and stays so. */
export function openSink(disk: Disk, file: number): Sink {
  return {
    begin: () => {},
    write: (bytes, position) => writeAt(disk, file, bytes, position),
    end: nothing,
    rest: nothing,
    abandon: nothing,
  };
}
