/** Why options cannot work, and what to do in their place; for several commands. */
export const NO_RELOAD = "call the command again, as with `watch -n 30`";
export const ALL_CLUSTERS_ARE_ONE = "there is one cluster; leave it out";
export const NO_YAML = "give --json";
