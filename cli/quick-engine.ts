/**
 * Lets V8 compile only what runs long. A command line lives for a second: with its own settings, Node.js 20 spends
 * a third of that on optimizing code which is then hardly used (2,000 files of 4 KiB: 0.75 s of CPU against 0.49).
 * Later versions of V8 have a quicker compiler in between, and do not know the setting.
 */
export function optimizeLate(v8Version: string, setFlag: (flag: string) => void): void {
  // As many bytes of bytecode as a function must have run; its own is a tenth.
  if (v8Version.startsWith("11.")) setFlag("--interrupt-budget=600000");
}
