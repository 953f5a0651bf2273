/** `sacct --usage`. */
export const SACCT_USAGE = "Usage: sacct [options]\n\tUse --help for help\n";

/** `sacct --help`. */
export const SACCT_HELP = `sacct [<OPTION>]
    Valid <OPTION> values are:
     -a, --allusers       the jobs of all users; others have none here
     -A, --accounts       jobs of these accounts
         --array          each task of a job array on a line of its own
     -b, --brief          --format=jobid,state,exitcode
         --delimiter      what stands between the fields with -p or -P
     -e, --helpformat     list the fields of --format
     -E, --endtime        jobs that were there before this time
     -i, --nnodes         jobs with so many nodes, N or N-M
     -I, --ncpus          jobs with so many cpus, N or N-M
     -j, --jobs           jobs with these ids: ID, ID_TASK, ID.batch
         --json           JSON, with the main fields
     -l, --long           many fields
     -n, --noheader       no header
     -N, --nodelist       jobs that ran on any of these nodes
         --name           jobs with these names
     -o, --format         comma separated list of fields
     -p, --parsable       with | between the fields and at the end
     -P, --parsable2      with | between the fields
     -q, --qos            jobs with these qos
     -r, --partition      jobs of these partitions
     -s, --state          jobs that were in one of these states
     -S, --starttime      jobs that had not ended before this time;
                          midnight, or with -j any time, unless it is given
     -u, --user           jobs of these users; others have none here
         --units          K, M, G, T or P
     -V, --version        print the version
     -X, --allocations    jobs without their steps

     Valid times are
                HH:MM[:SS] [AM|PM]
                MMDD[YY] or MM/DD[/YY] or MM.DD[.YY]
                MM/DD[/YY]-HH:MM[:SS]
                YYYY-MM-DD[THH:MM[:SS]]
                now[{+|-}count[seconds(default)|minutes|hours|days|weeks]]

     All options, and how each of them works with jobs that are sent through S3: docs/slurm-options.md of cloud-submit.
`;
