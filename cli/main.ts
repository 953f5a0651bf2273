import { Command, CommanderError, InvalidArgumentError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { CloudSubmitError } from "../protocol/error.ts";
import { realAdminContext } from "./admin-context.ts";
import { awsError } from "./aws-error.ts";
import type { ConfigFlags } from "./config.ts";
import { type Context, realContext } from "./context.ts";
import { EXIT, exitCodeOf, exitCodeOfError } from "./exit-code.ts";
import { type AuditFlags, audit } from "./verbs/audit.ts";
import { type ClusterConfigFlags, printClusterConfig } from "./verbs/cluster-config.ts";
import { type FetchFlags, fetchJob } from "./verbs/fetch.ts";
import { type HeadNodeFlags, onHeadNode, publishAgent } from "./verbs/headnode.ts";
import { type LogsFlags, logs } from "./verbs/logs.ts";
import { type RunFlags, run } from "./verbs/run.ts";
import { type StatusFlags, status } from "./verbs/status.ts";
import { type SubmitFlags, submit } from "./verbs/submit.ts";
import { type WaitFlags, wait } from "./verbs/wait.ts";

/** The job whose state to name when the user interrupts. */
let waitingFor: string | undefined;

const program = new Command("cloud-submit")
  .description("Send Slurm jobs to a cloud cluster, with nothing but S3 in between.")
  .version(packageJson.version)
  .option("--bucket <name>", "job bucket (or CLOUD_SUBMIT_BUCKET, or cloud-submit.json)")
  .option("--region <name>", "AWS region (or as the AWS tools take it)")
  .option("--profile <name>", "AWS profile (or as the AWS tools take it)")
  .showHelpAfterError("(cloud-submit --help shows every verb)")
  .exitOverride();

const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("give a number of seconds.");
  return value;
};

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("give a whole number.");
  return Number(text);
};

const SBATCH_HELP = `
Options for sbatch, after --:
  cloud-submit run ./work -- --nodes=2 --time=1:00:00`;

const context = (): Context => realContext(program.opts<ConfigFlags>());

/** Ends quietly when nobody reads any more, as in `cloud-submit logs job0001 | head`. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.ok);
});

program
  .command("run <dir> [sbatch-options...]")
  .description("submit a folder, wait for its job and fetch the results into it")
  .option(
    "--prefix <name>",
    "name of the job in the bucket (default: made from the folder and the time)",
  )
  .option("--to <dir>", "fetch into this folder instead")
  .option("--timeout <seconds>", "stop waiting after so long; the job goes on", seconds)
  .addHelpText("after", SBATCH_HELP)
  .action(async (dir: string, sbatchOptions: string[], flags: RunFlags) => {
    const record = await run(context(), dir, { ...flags, sbatchOptions }, (prefix) => {
      waitingFor = prefix;
    });
    process.exitCode = exitCodeOf(record);
  });

program
  .command("submit <dir> [sbatch-options...]")
  .description("upload a folder with its job-aws-run.sh and ask for it to be run")
  .option(
    "--prefix <name>",
    "name of the job in the bucket (default: made from the folder and the time)",
  )
  .addHelpText("after", SBATCH_HELP)
  .action(async (dir: string, sbatchOptions: string[], flags: SubmitFlags) => {
    await submit(context(), dir, { ...flags, sbatchOptions });
  });

program
  .command("status <prefix>")
  .description("show what is known of a job")
  .option("--json", "as JSON, with the whole record")
  .action((prefix: string, flags: StatusFlags) => status(context(), prefix, flags));

program
  .command("wait <prefix>")
  .description("wait until a job has ended; the exit code tells how")
  .option("--timeout <seconds>", "give up after so long; the job goes on", seconds)
  .action(async (prefix: string, flags: WaitFlags) => {
    waitingFor = prefix;
    process.exitCode = exitCodeOf(await wait(context(), prefix, flags));
  });

program
  .command("logs <prefix>")
  .description("print what a job has printed so far")
  .option("-f, --follow", "go on until the job has ended")
  .option("--err", "stderr instead of stdout")
  .option("--task <id>", "which task of a job array", whole)
  .action(async (prefix: string, flags: LogsFlags) => {
    const record = await logs(context(), prefix, flags);
    if (record?.state === "JOB_ERROR") process.exitCode = EXIT.jobError;
  });

program
  .command("fetch <prefix>")
  .description("fetch a job's files")
  .option("--to <dir>", "into this folder (default: one named after the prefix)")
  .action((prefix: string, flags: FetchFlags) => fetchJob(context(), prefix, flags));

program
  .command("audit [prefix]")
  .description("show the state changes of a job, or of all jobs, from the audit log")
  .option("--since <when>", "30m, 12h, 7d or 2w ago, or a date (default: 7d)")
  .option("--stage <name>", "the stage it was deployed with (default: prod)")
  .option("--log-group <name>", "the log group (default: /aws/lambda/cloud-submit-STAGE-audit)")
  .option("--json", "as JSON, one object a line")
  .action((prefix: string | undefined, flags: AuditFlags) =>
    audit(realAdminContext(program.opts<ConfigFlags>()), prefix, flags),
  );

/** Options of every verb that works on a deployed stack. */
const onStack = (command: Command): Command =>
  command
    .option("--stage <name>", "the stage it was deployed with (default: prod)")
    .option("--stack <name>", "the stack's name (default: cloud-submit-STAGE)")
    .option("--packages <dir>", "the agent's packages (default: what npm run build:headnode made)");

onStack(program.command("cluster-config"))
  .description("print a ParallelCluster configuration for a deployed stack")
  .option(
    "--os <name>",
    "ubuntu2404 (default), ubuntu2204, alinux2023, rhel9, rhel8, rocky9, rocky8",
  )
  .option("--key <name>", "EC2 key pair for SSH (default: no SSH, only SSM)")
  .option("--ssh-from <cidr>", "addresses that may use SSH")
  .option("--head-node-type <type>", "instance type of the Head Node (default: m7i.large)")
  .option("--compute-type <type...>", "instance types of compute nodes (default: c7i.xlarge)")
  .option("--queue <name>", "name of the queue (default: compute)")
  .option("--min-count <n>", "compute nodes of each type that are always up (default: 0)", whole)
  .option("--max-count <n>", "most compute nodes of each type (default: 10)", whole)
  .option("--elastic-ip [id]", "an Elastic IP for the Head Node: a new one, or this")
  .option("--public-ips", "public addresses for compute nodes")
  .option("--placement-group", "compute nodes near each other")
  .option("--spot", "spot instances as compute nodes")
  .option("--subnet <id>", "subnet of the Head Node (default: the stack's)")
  .option("--compute-subnet <id...>", "subnets of compute nodes (default: the Head Node's)")
  .option("--root-volume <gib>", "size of the Head Node's disk, which holds /home", whole)
  .action((flags: ClusterConfigFlags) =>
    printClusterConfig(realAdminContext(program.opts<ConfigFlags>()), flags),
  );

const headnode = program
  .command("headnode")
  .description("the agent on the Head Node: publish, install, update, status, uninstall");

onStack(headnode.command("publish"))
  .description("put the agent's packages into the job bucket")
  .action((flags: HeadNodeFlags) =>
    publishAgent(realAdminContext(program.opts<ConfigFlags>()), flags),
  );

for (const [action, description] of [
  ["install", "install the agent on a cluster that is up, and publish it if need be"],
  ["update", "the same for a Head Node that has an older agent"],
  ["status", "show what is installed and whether it runs"],
  ["uninstall", "remove the agent; its journal and work folders stay"],
] as const) {
  const command = onStack(headnode.command(action))
    .description(description)
    .option("--cluster-name <name>", "find the Head Node by its ParallelCluster's name")
    .option("--instance-id <id>", "the Head Node itself");
  if (action === "uninstall")
    command.option("--purge", "remove the journal and the work folders, too");
  command.action((flags: HeadNodeFlags) =>
    onHeadNode(realAdminContext(program.opts<ConfigFlags>()), action, flags),
  );
}

program.addHelpText(
  "after",
  `
Examples:
  cloud-submit run ./work
  cloud-submit submit ./work --prefix job0001
  cloud-submit wait job0001 --timeout 3600 && cloud-submit fetch job0001 --to ./work

Exit codes:
  0 done, the job completed   1 the job failed        2 wrong usage or settings
  3 the job did not run       4 --timeout is over     5 the job was cancelled
  6 a transfer or AWS failed  130 interrupted`,
);

process.once("SIGINT", () => {
  if (waitingFor !== undefined)
    process.stderr.write(
      `\nThe job goes on; go on waiting with: cloud-submit wait ${waitingFor}\n`,
    );
  process.exit(EXIT.interrupted);
});

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return;
  }
  const known = error instanceof CloudSubmitError ? error : awsError(error);
  process.stderr.write(`cloud-submit: ${known.message}\n`);
  process.exitCode = exitCodeOfError(known.code);
});
