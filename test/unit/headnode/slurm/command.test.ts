import { slurmCommand } from "../../../../headnode/slurm/command.ts";
import { slurmCommandContract } from "../../../support/slurm-command-contract.ts";

slurmCommandContract(slurmCommand);
