import type { HelpText } from "./help-text.ts";

const PREFIX_OPTION = "name of the job in the bucket (default: made from the name and the time)";
const SBATCH = "options for sbatch, after --";
const STACK_OPTIONS = {
  stage: "the stage it was deployed with (default: prod)",
  stack: "the stack's name (default: cloud-submit-STAGE)",
  packages: "the agent's packages (default: what npm run build:headnode made)",
};
const HEAD_NODE_OPTIONS = {
  ...STACK_OPTIONS,
  "cluster-name": "find the Head Node by its ParallelCluster's name",
  "instance-id": "the Head Node itself",
};

/** The words of help in English. */
export const helpEn: HelpText = {
  tagline: "Send Slurm jobs to a cloud cluster, with nothing but S3 in between.",
  groups: {
    jobs: "Jobs:",
    looking: "Looking at jobs:",
    setup: "Setting up:",
    administration: "For administrators:",
  },
  titles: {
    usage: "Usage:",
    arguments: "Arguments:",
    options: "Options:",
    globalOptions: "Global options:",
    commands: "Verbs:",
    examples: "Examples:",
    exitCodes: "Exit codes:",
    more: "More:",
  },
  globals: {
    bucket: "job bucket (or CLOUD_SUBMIT_BUCKET, or cloud-submit.json)",
    region: "AWS region (or as the AWS tools take it)",
    profile: "AWS profile (or as the AWS tools take it)",
    json: "print results as JSON: one object, or one on each line",
    quiet: "print results and errors only",
    lang: "language of messages (default: of LC_ALL, LC_MESSAGES, LANG)",
  },
  help: "show help",
  version: "show the version",
  helpVerb: "show the help of a verb",
  headnode: "the agent on the Head Node: publish, install, update, status, uninstall",
  verbs: {
    run: {
      summary: "submit a folder or a script, wait for its job and fetch the results",
      details:
        "The results come into the folder itself; those of a script into a folder beside it that is named after it.",
      arguments: {
        path: "a folder with job-aws-run.sh in it, or a job script",
        "sbatch-options": SBATCH,
      },
      options: {
        prefix: PREFIX_OPTION,
        delete: "remove objects whose files are gone from the folder",
        to: "fetch into this folder instead",
        timeout: "stop waiting after so long; the job goes on",
      },
    },
    submit: {
      summary: "upload a folder or a script and ask for it to be run",
      details: "Files that are the same in the bucket already are not sent again.",
      arguments: {
        path: "a folder with job-aws-run.sh in it, or a job script",
        "sbatch-options": SBATCH,
      },
      options: {
        prefix: PREFIX_OPTION,
        delete: "remove objects whose files are gone from the folder",
      },
    },
    wait: {
      summary: "wait until jobs have ended; the exit code tells how",
      details: "For several jobs the exit code is the worst of theirs, in the order 2 6 4 3 1 5 0.",
      arguments: { prefix: "names of jobs in the bucket" },
      options: {
        any: "until the first of them has ended; its exit code is told",
        all: "until all of them have ended (default)",
        timeout: "give up after so long; the jobs go on",
      },
    },
    fetch: {
      summary: "fetch a job's files",
      details: "Files that are the same in the folder already are left alone.",
      arguments: { prefix: "name of the job in the bucket" },
      options: {
        to: "into this folder (default: one named after the prefix)",
        delete: "remove files of the folder that are not among the job's",
      },
    },
    cancel: {
      summary: "cancel jobs",
      details: "Jobs that have ended stay as they are.",
      arguments: { prefix: "names of jobs in the bucket" },
      options: {
        wait: "until the jobs have ended",
        timeout: "with --wait: give up after so long",
      },
    },
    status: {
      summary: "show what is known of a job",
      arguments: { prefix: "name of the job in the bucket" },
      options: { explain: "say in plain words why it is where it is, and what happens next" },
    },
    list: {
      summary: "list the newest jobs",
      arguments: {
        pattern: "names, with * and ? as in shells; without them the beginning of names",
      },
      options: {
        state: "only jobs in this state, such as JOB_SUBMIT",
        since: "30m, 12h, 7d or 2w ago, or a date",
        limit: "so many at most (default: 50)",
      },
    },
    logs: {
      summary: "print what a job has printed so far",
      arguments: { prefix: "name of the job in the bucket" },
      options: {
        follow: "go on until the job has ended",
        err: "stderr instead of stdout",
        task: "which task of a job array",
      },
    },
    audit: {
      summary: "show the state changes of a job, or of all jobs, from the audit log",
      arguments: { prefix: "name of the job in the bucket (default: all)" },
      options: {
        since: "30m, 12h, 7d or 2w ago, or a date (default: 7d)",
        stage: STACK_OPTIONS.stage,
        "log-group": "the log group (default: /aws/lambda/cloud-submit-STAGE-audit)",
      },
    },
    init: {
      summary: "write cloud-submit.json, asking for what it needs",
      details: "Without a terminal nothing is asked: give --bucket, --region and --profile.",
      options: { force: "write over a file that is there" },
    },
    doctor: {
      summary: "check everything that a job needs, and say what to do about what is wrong",
      details: "Exit code 1 when something is broken.",
      options: {
        deep: "also ask SSM about the Head Node, send a job that does nothing the whole way, and tell the times",
        prefix: "where to write for trial (default: one made for it)",
        timeout: "with --deep: give up after so long (default: 300)",
      },
    },
    completion: {
      summary: "print a script that completes verbs and options in a shell",
      arguments: { shell: "which shell" },
    },
    "cluster-config": {
      summary: "print a ParallelCluster configuration for a deployed stack",
      options: {
        ...STACK_OPTIONS,
        os: "ubuntu2404 (default), ubuntu2204, alinux2023, rhel9, rhel8, rocky9, rocky8",
        key: "EC2 key pair for SSH (default: no SSH, only SSM)",
        "ssh-from": "addresses that may use SSH",
        "head-node-type": "instance type of the Head Node (default: m7i.large)",
        "compute-type": "instance types of compute nodes (default: c7i.xlarge)",
        queue: "name of the queue (default: compute)",
        "min-count": "compute nodes of each type that are always up (default: 0)",
        "max-count": "most compute nodes of each type (default: 10)",
        "elastic-ip": "an Elastic IP for the Head Node: a new one, or this",
        "public-ips": "public addresses for compute nodes",
        "placement-group": "compute nodes near each other",
        spot: "spot instances as compute nodes",
        subnet: "subnet of the Head Node (default: the stack's)",
        "compute-subnet": "subnets of compute nodes (default: the Head Node's)",
        "root-volume": "size of the Head Node's disk, which holds /home",
      },
    },
    "headnode publish": {
      summary: "put the agent's packages into the job bucket",
      options: STACK_OPTIONS,
    },
    "headnode install": {
      summary: "install the agent on a cluster that is up, and publish it if need be",
      options: HEAD_NODE_OPTIONS,
    },
    "headnode update": {
      summary: "the same for a Head Node that has an older agent",
      options: HEAD_NODE_OPTIONS,
    },
    "headnode status": {
      summary: "show what is installed and whether it runs",
      options: HEAD_NODE_OPTIONS,
    },
    "headnode uninstall": {
      summary: "remove the agent; its journal and work folders stay",
      options: { ...HEAD_NODE_OPTIONS, purge: "remove the journal and the work folders, too" },
    },
  },
  exitCodes: [
    [0, "done; the job completed"],
    [1, "the job failed, ran out of time or memory, or was lost; doctor: something is broken"],
    [2, "wrong usage or settings; nothing was submitted"],
    [3, "JOB_ERROR: the job did not run"],
    [4, "--timeout is over; the job goes on"],
    [5, "the job was cancelled"],
    [6, "a transfer or AWS failed, or some results could not be brought back"],
    [130, "interrupted"],
  ],
};
