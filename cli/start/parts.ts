import { Script } from "node:vm";
import { type CodeCache, useBit } from "./code-cache.ts";
import type { PartSource } from "./part-source.ts";

/** To compile a shorter text takes less than to look for its code. */
const KEPT_MIN_LENGTH = 32 << 10;

/** Loads what is not a part of this program. */
type Load = (name: string) => unknown;
/** The text of a module as a function, as CommonJS has it. */
type ModuleFunction = (exports: object, load: Load, module: { exports: object }) => void;
type Part = Readonly<Record<string, ModuleFunction>>;

export interface PartsOptions {
  source: PartSource;
  /** By a module's file name: the part that it is in. */
  places: Readonly<Record<string, string>>;
  /** For Node.js's own modules. */
  load: Load;
  /** undefined: nothing is kept. */
  cache: CodeCache | undefined;
  /** The use that the program is called for, such as a verb: each calls other functions of a part. */
  use: string;
  /** Called before something is loaded or kept, and after that. */
  onLoading: (isLoading: boolean) => void;
}

/** The modules of a program that lie in a few files, its parts, many in each. */
export class Parts {
  readonly #options: PartsOptions;
  readonly #parts = new Map<string, Part>();
  readonly #modules = new Map<string, { exports: object }>();
  /** Modules that are no parts of this program, as far as they were asked for. */
  readonly #others = new Map<string, unknown>();
  /** How many loads are under way, one within another. */
  #depth = 0;
  /** Parts whose code is to be kept: it was compiled just now, or lacks what this use calls. */
  readonly #lacking = new Map<string, { script: Script; uses: number; isNew: boolean }>();

  constructor(options: PartsOptions) {
    this.#options = options;
  }

  /** The exports of a module, which runs at its first call. @param name as another module names it: `./file.cjs`, `node:fs` */
  load(name: string): unknown {
    const file = name.slice(name.lastIndexOf("/") + 1);
    const place = this.#options.places[file];
    if (place === undefined) return this.#other(name);
    const known = this.#modules.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    this.#loading(() => {
      const run = this.#part(place)[file];
      this.#modules.set(file, module);
      run?.(module.exports, (next) => this.load(next), module);
    });
    return module.exports;
  }

  #other(name: string): unknown {
    if (!this.#others.has(name))
      this.#loading(() => this.#others.set(name, this.#options.load(name)));
    return this.#others.get(name);
  }

  #loading(run: () => void): void {
    const { onLoading } = this.#options;
    if (this.#depth === 0) onLoading(true);
    this.#depth += 1;
    try {
      run();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) onLoading(false);
    }
  }

  /**
   * Keeps the code of the parts that had to be compiled, as a whole or for this use; to be called at the end, when it holds
   * what was called.
   *
   * @param isDone whether the program has done what it was called for; else it has not called all that this takes
   */
  keep(isDone: boolean): void {
    const { cache, use } = this.#options;
    for (const [name, { script, uses, isNew }] of this.#lacking) {
      const all = isDone ? (uses | useBit(use)) >>> 0 : uses;
      if (isNew || isDone)
        this.#loading(() => cache?.write(name, all, () => script.createCachedData()));
    }
  }

  #part(name: string): Part {
    const known = this.#parts.get(name);
    if (known) return known;
    const { source, cache, use } = this.#options;
    const text = source.text(name);
    const isKept = text.length >= KEPT_MIN_LENGTH;
    const kept = isKept ? cache?.read(name) : undefined;
    const cachedData = kept?.code ?? (isKept ? source.code(name) : undefined);
    const script = new Script(text, { filename: source.path(name), cachedData });
    const isNew = !kept || script.cachedDataRejected === true;
    const uses = isNew ? 0 : kept.uses;
    if (isKept && (isNew || (uses & useBit(use)) === 0))
      this.#lacking.set(name, { script, uses, isNew });
    const part = script.runInThisContext() as Part;
    this.#parts.set(name, part);
    return part;
  }
}
