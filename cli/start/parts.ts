import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import type { CodeCache } from "./code-cache.ts";

/** To compile a shorter text takes less than to look for its code. */
const KEPT_MIN_LENGTH = 32 << 10;

/** Loads what is not a part of this program. */
type Load = (name: string) => unknown;
/** The text of a module as a function, as CommonJS has it. */
type ModuleFunction = (exports: object, load: Load, module: { exports: object }) => void;
type Part = Readonly<Record<string, ModuleFunction>>;

export interface PartsOptions {
  /** Folder of the program's files. */
  folder: string;
  /** By a module's file name: the part that it is in. */
  places: Readonly<Record<string, string>>;
  /** For Node.js's own modules. */
  load: Load;
  /** undefined: all is compiled anew. */
  cache: CodeCache | undefined;
}

/** The modules of a program that lie in a few files, its parts, many in each. */
export class Parts {
  readonly #options: PartsOptions;
  readonly #parts = new Map<string, Part>();
  readonly #modules = new Map<string, { exports: object }>();
  /** Compiled just now, for want of what was kept. */
  readonly #fresh = new Map<string, Script>();

  constructor(options: PartsOptions) {
    this.#options = options;
  }

  /** The exports of a module, which runs at its first call. @param name as another module names it: `./file.cjs`, `node:fs` */
  load(name: string): unknown {
    const { places, load } = this.#options;
    const file = name.slice(name.lastIndexOf("/") + 1);
    const known = this.#modules.get(file);
    if (known) return known.exports;
    const place = places[file];
    if (place === undefined) return load(name);
    const run = this.#part(place)[file];
    const module = { exports: {} };
    this.#modules.set(file, module);
    run?.(module.exports, (next) => this.load(next), module);
    return module.exports;
  }

  /** Keeps the code of the parts that had to be compiled; to be called at the end, when it holds what was called. */
  keep(): void {
    for (const [name, script] of this.#fresh)
      this.#options.cache?.write(name, () => script.createCachedData());
  }

  #part(name: string): Part {
    const known = this.#parts.get(name);
    if (known) return known;
    const { folder, cache } = this.#options;
    const filename = join(folder, name);
    const text = readFileSync(filename, "utf8");
    const isKept = text.length >= KEPT_MIN_LENGTH;
    const cachedData = isKept ? cache?.read(name) : undefined;
    const script = new Script(text, { filename, cachedData });
    if (isKept && (!cachedData || script.cachedDataRejected)) this.#fresh.set(name, script);
    const part = script.runInThisContext() as Part;
    this.#parts.set(name, part);
    return part;
  }
}
