/** Below the agent's home, as the hooks know them: where each of them leaves its files. */
export const SPOOL_FOLDERS = { requests: "spool/requests", endings: "spool/endings" } as const;
