/** The Python environment of the engines; cluster and workstation have the same, as where software is on both. */
export declare const ENGINES: string;
/** Nextflow's jars. */
export declare const NEXTFLOW: string;
/** Brings all of them; about two minutes the first time. */
export declare function bringEngines(): void;
