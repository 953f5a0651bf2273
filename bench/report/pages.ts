/** The pages that have blocks, from the checkout. */
export const PAGES = ["docs/benchmarks.md", "docs/benchmarks/tables.md"];
