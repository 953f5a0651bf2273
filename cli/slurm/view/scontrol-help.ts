/** `scontrol --help`. */
export const SCONTROL_HELP = `scontrol [<OPTION>] [<COMMAND>]
    Valid <OPTION> values are:
     -d or --details: show DerivedExitCode, too
     --json: jobs as JSON, with the main fields
     -o or --oneliner: report output one record per line
     -Q or --quiet, -v or --verbose
     -V or --version: report version number

    Valid <COMMAND> values are:
     ping                     whether agent and slurmctld of the cluster answer
     show job [ID[_TASK]]     jobs that were sent from here
     show partition [NAME]    partitions of the cluster
     show node [NAMES]        nodes of the cluster
     show config              the cluster's version and host
     show hostnames LIST      the names of a list of nodes
     show hostlist NAMES      the list of names of nodes
     version                  report version number

All commands, and how each of them works with jobs that are sent through S3: docs/slurm-options.md of cloud-submit.
`;
