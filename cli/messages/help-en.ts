import type { HelpText } from "./help-text.ts";

const PREFIX_OPTION =
  "name of the job in the bucket (default: generated from the name and the time)";
const SBATCH = "options for sbatch, after --";
const STACK_OPTIONS = {
  stage: "the stage it was deployed with (default: prod)",
  stack: "the stack's name (default: cloud-submit-STAGE)",
  packages: "the agent's packages (default: those built by npm run build:headnode)",
};
const HEAD_NODE_OPTIONS = {
  ...STACK_OPTIONS,
  "cluster-name": "find the Head Node by the name of its ParallelCluster",
  "instance-id": "the instance id of the Head Node",
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
    region: "AWS region (default: the setting of the AWS tools)",
    profile: "AWS profile (default: the setting of the AWS tools)",
    json: "print results as JSON: one object, or one on each line",
    quiet: "print results and errors only",
    lang: "language of messages (default: from LC_ALL, LC_MESSAGES or LANG)",
  },
  help: "show help",
  version: "show the version",
  helpVerb: "show the help of a verb",
  headnode: "the agent on the Head Node: publish, install, update, status, uninstall",
  verbs: {
    run: {
      summary: "submit a folder or a script, wait for its job and fetch the results",
      details:
        "The results are fetched into the folder itself, and those of a script into a folder beside it that is named after it.",
      arguments: {
        path: "a folder with job-aws-run.sh in it, or a job script",
        "sbatch-options": SBATCH,
      },
      options: {
        prefix: PREFIX_OPTION,
        delete: "remove objects whose files are gone from the folder",
        to: "fetch into this folder instead",
        timeout: "stop waiting after this time; the job continues",
      },
    },
    submit: {
      summary: "upload a folder or a script and request that it be run",
      details: "Files that are already in the bucket and unchanged are not sent again.",
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
      summary: "wait until jobs have ended; the exit code says how they ended",
      details: "For several jobs the exit code is the worst of theirs, in the order 2 6 4 3 1 5 0.",
      arguments: { prefix: "names of jobs in the bucket" },
      options: {
        any: "until the first of them has ended; returns its exit code",
        all: "until all of them have ended (default)",
        timeout: "stop waiting after this time; the jobs continue",
      },
    },
    fetch: {
      summary: "fetch a job's files",
      details: "Files that are already in the folder and unchanged are not fetched again.",
      arguments: { prefix: "name of the job in the bucket" },
      options: {
        to: "into this folder (default: one named after the prefix)",
        delete: "remove files from the folder that the job does not have",
      },
    },
    cancel: {
      summary: "cancel jobs",
      details: "Jobs that have ended stay as they are.",
      arguments: { prefix: "names of jobs in the bucket" },
      options: {
        wait: "until the jobs have ended",
        timeout: "with --wait: stop waiting after this time",
      },
    },
    status: {
      summary: "show the status of a job",
      arguments: { prefix: "name of the job in the bucket" },
      options: { explain: "explain why it is in this state, and what happens next" },
    },
    list: {
      summary: "list the newest jobs",
      arguments: {
        pattern: "names, with * and ? as in a shell; without them, the beginning of names",
      },
      options: {
        state: "only jobs in this state, such as JOB_SUBMIT",
        since: "30m, 12h, 7d or 2w ago, or a date",
        limit: "at most this many (default: 50)",
      },
    },
    logs: {
      summary: "print what a job has printed so far",
      arguments: { prefix: "name of the job in the bucket" },
      options: {
        follow: "continue until the job has ended",
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
      details: "Without a terminal it asks nothing: give --bucket, --region and --profile.",
      options: { force: "overwrite an existing file" },
    },
    doctor: {
      summary: "check everything that a job needs, and say how to fix problems",
      details: "Exit code 1 when something is broken.",
      options: {
        deep: "also query SSM about the Head Node, run a job that does nothing, and report the times",
        prefix: "where to write test objects (default: a generated prefix)",
        timeout: "with --deep: stop waiting after this time (default: 300)",
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
        "min-count": "minimum number of compute nodes of each type, always up (default: 0)",
        "max-count": "maximum number of compute nodes of each type (default: 10)",
        "elastic-ip": "an Elastic IP for the Head Node: a new one, or this one",
        "public-ips": "public IP addresses for compute nodes",
        "placement-group": "a placement group for the compute nodes",
        spot: "Spot Instances as compute nodes",
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
      summary: "install the agent on an existing cluster, and publish it if necessary",
      options: HEAD_NODE_OPTIONS,
    },
    "headnode update": {
      summary: "the same, for a Head Node with an older agent",
      options: HEAD_NODE_OPTIONS,
    },
    "headnode status": {
      summary: "show what is installed and whether it runs",
      options: HEAD_NODE_OPTIONS,
    },
    "headnode uninstall": {
      summary: "remove the agent; its journal and work folders are kept",
      options: { ...HEAD_NODE_OPTIONS, purge: "also remove the journal and the work folders" },
    },
  },
  exitCodes: [
    [0, "done; the job completed"],
    [1, "the job failed, ran out of time or memory, or was lost; doctor: something is broken"],
    [2, "wrong usage or settings; nothing was submitted"],
    [3, "JOB_ERROR: the job did not run"],
    [4, "--timeout has passed; the job continues"],
    [5, "the job was cancelled"],
    [6, "a transfer or AWS failed, or some results could not be returned"],
    [130, "interrupted"],
  ],
};
