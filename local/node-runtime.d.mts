/** The versions of Node.js that tests use on this machine: those that npm has for it. */
export const TESTED_NODES: string[];
/** The program of one of these versions, once it was brought. */
export function nodeProgram(version: string): string;
