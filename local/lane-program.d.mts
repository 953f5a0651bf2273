/** The program of the threads that carry files, as a text. */
export function laneProgram(): Promise<string>;
