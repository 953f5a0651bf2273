/** The versions of Node.js that tests use on this machine: those that npm has for it. */
export const TESTED_NODES: string[];
/** The version that the agent's packages and the programs for machines without Node.js bring. */
export const AGENTS_NODE: string;
/** The program of one of these versions, once it was brought. */
export function nodeProgram(version: string): string;
