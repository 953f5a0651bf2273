import { SlurmError, slurmError } from "../slurm-error.ts";
import { loadJobs } from "./load-jobs.ts";
import { lastValue, listOf, type ParsedOptions, parseOptions, type ViewOption } from "./options.ts";
import { type PrintField, printFields } from "./print-fields.ts";
import { inView } from "./real-world.ts";
import { NO_YAML } from "./refusals.ts";
import { SLURM_VERSION } from "./slurm-version.ts";
import type { ViewCommand } from "./view-world.ts";

/** Options of sacctmgr. Source: `long_options` in src/sacctmgr/sacctmgr.c, 24.05. */
export const SACCTMGR_OPTIONS: readonly ViewOption[] = [
  { names: ["associations"], letters: "s" },
  { names: ["help", "usage"], letters: "h" },
  { names: ["immediate"], letters: "i" },
  { names: ["json"], value: "maybe", refused: "give --parsable2" },
  { names: ["noheader"], letters: "n" },
  { names: ["oneliner"], letters: "o" },
  { names: ["parsable"], letters: "p" },
  { names: ["parsable2"], letters: "P" },
  { names: ["quiet"], letters: "Q" },
  { names: ["readonly"], letters: "r" },
  { names: ["verbose"], letters: "v" },
  { names: ["version"], letters: "V" },
  { names: ["yaml"], value: "maybe", refused: NO_YAML },
];

/** An association of the user with an account. */
interface Association {
  user: string;
  account: string | undefined;
}

/** The cluster's name, where Slurm's own is not told. */
const CLUSTER = "cloud-submit";

/** Fields, their widths, and what they show. Source: src/sacctmgr/common.c, 24.05. */
const FIELDS: readonly PrintField<Association>[] = [
  { name: "Account", width: 10, kind: "text", text: ({ account }) => account },
  { name: "AdminLevel", width: 9, kind: "text", text: () => "None" },
  { name: "Cluster", width: 10, kind: "text", text: () => CLUSTER },
  { name: "DefaultAccount", width: 10, kind: "text", text: ({ account }) => account },
  { name: "DefaultQOS", width: 9, kind: "text", text: () => undefined },
  { name: "Description", width: 20, kind: "text", text: ({ account }) => account },
  { name: "GrpTRES", width: 13, kind: "text", text: () => undefined },
  { name: "MaxJobs", width: 7, kind: "number", text: () => undefined },
  { name: "MaxSubmitJobs", width: 9, kind: "number", text: () => undefined },
  { name: "MaxTRES", width: 13, kind: "text", text: () => undefined },
  { name: "MaxWall", width: 11, kind: "number", text: () => undefined },
  { name: "Organization", width: 20, kind: "text", text: ({ account }) => account },
  { name: "ParentName", width: 10, kind: "text", text: () => undefined },
  { name: "Partition", width: 10, kind: "text", text: () => undefined },
  { name: "QOS", width: 20, kind: "text", text: () => undefined },
  { name: "Share", width: 9, kind: "number", text: () => "1" },
  { name: "User", width: 10, kind: "text", text: ({ user }) => user },
];

/** Headers that are shorter than the names of their fields. */
const HEADERS: Readonly<Record<string, string>> = {
  AdminLevel: "Admin",
  DefaultAccount: "Def Acct",
  DefaultQOS: "Def QOS",
  Description: "Descr",
  MaxSubmitJobs: "MaxSubmit",
  Organization: "Org",
  ParentName: "Par Name",
};

/** Fields where none are asked for, by what is listed. */
const USUAL: Readonly<Record<string, string>> = {
  account: "account,description,organization",
  association:
    "cluster,account,user,partition,share,grptres,maxjobs,maxtres,maxsubmitjobs,maxwall,qos,defaultqos",
  user: "user,defaultaccount,adminlevel",
  userWith:
    "user,defaultaccount,adminlevel,cluster,account,partition,share,maxjobs,maxsubmitjobs,maxwall,qos,defaultqos",
};

/** `sacctmgr list user|account|association`, of the calling user alone: the accounts that this user's jobs have had. */
export const sacctmgr: ViewCommand = async (args, world) => {
  const options = parseOptions(args, { command: "sacctmgr", options: SACCTMGR_OPTIONS });
  const { values, rest } = options;
  if (values.has("version") || rest[0] === "version") {
    world.out(`${SLURM_VERSION}\n`);
    return 0;
  }
  if (values.has("help") || rest[0] === "help") {
    world.out(
      "sacctmgr [<OPTION>] list user|account|association [user=NAME] [format=FIELDS] [WithAssoc]\n",
    );
    return 0;
  }
  const [verb = "", entity = "", ...words] = rest;
  if (!/^(?:list|show)$/i.test(verb))
    throw slurmError(
      "sacctmgr",
      `${verb === "" ? "without a command it" : verb} cannot work here: accounts are the cluster's, and its administrator changes them; list user, account and association work`,
    );
  const kind = kindOf(entity);
  if (kind === undefined)
    throw slurmError(
      "sacctmgr",
      `list ${entity} cannot work here: give user, account or association`,
    );
  const { user } = world;
  const asked = new Map(
    words.map((word) => [
      word.split("=")[0]?.toLowerCase() ?? "",
      word.split("=").slice(1).join("="),
    ]),
  );
  const users = listOf(
    asked.get("user") ?? asked.get("users") ?? asked.get("name") ?? asked.get("names"),
  );
  // A name alone, as in `list user NAME`, is that of what is listed.
  const bare = words.filter((word) => !word.includes("=") && !/^(?:with|wo|where)/i.test(word));
  const isMine =
    kind === "account" ||
    [...(users ?? []), ...(kind === "user" ? bare : [])].every((name) => name === user.name);
  const accounts = [
    ...new Set(
      (await loadJobs(world))
        .toReversed()
        .flatMap(({ account }) => (account === undefined ? [] : [account])),
    ),
  ];
  const rows = (accounts.length > 0 ? accounts : [undefined]).map((account) => ({
    user: user.name,
    account,
  }));
  const withAll =
    values.has("associations") || [...asked.keys()].some((word) => word.startsWith("withassoc"));
  const usual = USUAL[kind === "user" && withAll ? "userWith" : kind] ?? "";
  const fields = fieldsOf(asked.get("format") ?? asked.get("fields") ?? usual);
  const shown = kind === "user" && !withAll ? rows.slice(0, 1) : rows;
  world.out(printFields(fields, isMine ? shown : [], styleOf(options)));
  return 0;
};

function kindOf(entity: string): "user" | "account" | "association" | undefined {
  const word = entity.toLowerCase().replace(/s$/, "");
  if (word.length < 2) return undefined;
  return (["user", "account", "association"] as const).find((one) => one.startsWith(word));
}

function fieldsOf(list: string): PrintField<Association>[] {
  return (listOf(list) ?? []).map((word) => {
    const [name = "", size] = word.toLowerCase().split("%");
    const field = FIELDS.find((one) => one.name.toLowerCase().startsWith(name));
    if (!field) throw new SlurmError([` Unknown field '${word}'`]);
    return {
      ...field,
      name: HEADERS[field.name] ?? field.name,
      width: size === undefined ? field.width : Number.parseInt(size, 10) || 0,
    };
  });
}

function styleOf(options: ParsedOptions) {
  const { values } = options;
  const isParsable = lastValue(options, "parsable") !== undefined || values.has("parsable2");
  return {
    hasHeader: !values.has("noheader"),
    ...(isParsable && {
      delimiter: "|",
      endsWithDelimiter: values.has("parsable") && !values.has("parsable2"),
    }),
  };
}

/** The command of this name, with the real world. */
export const run = inView(sacctmgr);
