import type { ViewOption } from "./options.ts";
import { NO_RELOAD } from "./refusals.ts";

const NO_JSON = "give a --format, such as '%P|%a|%l|%D|%T|%N'";

/** Options of sinfo. Source: `long_options` in src/sinfo/opts.c, 24.05. */
export const SINFO_OPTIONS: readonly ViewOption[] = [
  { names: ["all"], letters: "a" },
  { names: ["dead"], letters: "d" },
  { names: ["exact"], letters: "e" },
  { names: ["federation"] },
  { names: ["future"], letters: "F" },
  { names: ["help"] },
  { names: ["helpformat"] },
  { names: ["helpFormat"] },
  { names: ["helpstate"] },
  { names: ["hide"] },
  { names: ["iterate"], letters: "i", value: "yes", refused: NO_RELOAD },
  { names: ["local"] },
  { names: ["long"], letters: "l" },
  { names: ["clusters", "cluster"], letters: "M", value: "yes" },
  { names: ["nodes"], letters: "n", value: "yes" },
  { names: ["noconvert"] },
  { names: ["noheader"], letters: "h" },
  { names: ["Node"], letters: "N" },
  { names: ["format"], letters: "o", value: "yes" },
  { names: ["Format"], letters: "O", value: "yes" },
  { names: ["partition"], letters: "p", value: "yes" },
  { names: ["responding"], letters: "r" },
  {
    names: ["list-reasons"],
    letters: "R",
    refused: "reasons of nodes are not told; ask an administrator of the cluster",
  },
  { names: ["summarize"], letters: "s" },
  { names: ["sort"], letters: "S", value: "yes", refused: "sort the lines with sort(1)" },
  { names: ["states"], letters: "t", value: "yes" },
  {
    names: ["reservation"],
    letters: "T",
    refused: "reservations are not told; ask an administrator of the cluster",
  },
  { names: ["usage"] },
  { names: ["verbose"], letters: "v" },
  { names: ["version"], letters: "V" },
  { names: ["json"], value: "maybe", refused: NO_JSON },
  { names: ["yaml"], value: "maybe", refused: NO_JSON },
];
