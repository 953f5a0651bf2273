/** The program, once it was built. */
export const VERSITYGW: string;
