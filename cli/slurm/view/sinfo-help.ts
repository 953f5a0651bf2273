/** `sinfo --usage`. */
export const SINFO_USAGE = `Usage: sinfo [-aehlNsv] [-n nodes] [-p partition] [-t states] [-o format] [-O format] [--usage]
`;

/** `sinfo --help`. */
export const SINFO_HELP = `Usage: sinfo [OPTIONS]
  -a, --all                  show all partitions
  -d, --dead                 show only non-responding nodes
  -e, --exact                group nodes only on exact match of configuration
  -h, --noheader             no headers on output
  -l, --long                 long output - displays more information
  -n, --nodes=NODES          report on specific node(s)
  -N, --Node                 Node-centric format
  -o, --format=format        format specification
  -O, --Format=format        long format specification
  -p, --partition=PARTITION  report on specific partition
  -r, --responding           report only responding nodes
  -s, --summarize            report state summary only
  -t, --states=node_state    specify the what states of nodes to view
  -V, --version              output version information and exit

Help options:
  --help                     show this help message
  --helpformat               print the letters of '--format='
  --helpFormat               print the names of '--Format='
  --helpstate                print the states of '--states='
  --usage                    display brief usage message

All options, and how each of them works with jobs that are sent through S3: docs/slurm-options.md of cloud-submit.
`;
