// Of every verb, but not of Slurm's commands: the parser, and all that is known of each verb.
export { speechIn } from "./messages/speech.ts";
export { buildProgram } from "./program.ts";
export { VERBS } from "./registry.ts";
