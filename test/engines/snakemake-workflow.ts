import type { Ended, Researcher, Started } from "./researcher.ts";

/** Five jobs in three levels, and one of them fails while data/b.txt has a word that is no number. */
const SNAKEFILE = `
rule all:
    input: "results/summary.txt"

rule prepare:
    input: "data/{sample}.txt"
    output: "prepared/{sample}.txt"
    shell: "sort {input} > {output}"

rule count:
    input: "prepared/{sample}.txt"
    output: "counts/{sample}.txt"
    log: "logs/{sample}.log"
    script: "scripts/count.py"

rule summary:
    input: expand("counts/{sample}.txt", sample=["a", "b"])
    output: "results/summary.txt"
    shell: "cat {input} > {output}"
`;

const COUNT = `
with open(snakemake.log[0], "w") as log:
    lines = open(snakemake.input[0]).read().split()
    log.write(f"{len(lines)} lines\\n")
with open(snakemake.output[0], "w") as out:
    out.write(f"{snakemake.wildcards.sample} {sum(int(line) for line in lines)}\\n")
`;

const OPTIONS = "--keep-going --jobs 4 --nocolor --default-resources mem_mb=100 runtime=5".split(
  " ",
);

/** The workflow in a folder of a researcher, before its data is mended. */
export async function putWorkflow(researcher: Researcher, folder: string): Promise<void> {
  await researcher.put({
    [`${folder}/Snakefile`]: SNAKEFILE,
    [`${folder}/scripts/count.py`]: COUNT,
    [`${folder}/data/a.txt`]: "1\n2\n3\n",
    [`${folder}/data/b.txt`]: "10\ntwenty\n",
  });
}

/** Starts snakemake in a folder. */
export function snakemake(researcher: Researcher, folder: string, ...options: string[]): Started {
  const args = [...OPTIONS, ...options];
  return researcher.start("snakemake", args, `${researcher.home}/${folder}`);
}

/** Jobs that a run of snakemake has begun with, as rules and samples, in alphabetical order. */
export function begun({ stderr }: Ended): string[] {
  const parts = stderr.split(/^(?:local)?rule /m).slice(1);
  return parts
    .map((part) => {
      const sample = /^ {4}wildcards: sample=(\w+)$/m.exec(part.split("\n\n")[0] ?? "")?.[1];
      return [/^\w+/.exec(part)?.[0], sample].filter(Boolean).join(" ");
    })
    .filter((name) => name !== "all")
    .toSorted();
}
