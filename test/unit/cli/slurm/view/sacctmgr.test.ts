import { expect, test } from "@jest/globals";
import { sacctmgr } from "../../../../../cli/slurm/view/sacctmgr.ts";
import { RUNNING, sent, show } from "../../../../support/slurm-view.ts";

const JOBS = [sent("12", RUNNING), sent("13", { ...RUNNING, account: "other" })];

test.each([
  [
    ["list", "user"],
    "      User   Def Acct     Admin \n---------- ---------- --------- \n       ann      other      None \n",
  ],
  [["-n", "-s", "list", "user", "ann", "format=account%8"], "   other \n     lab \n"],
  [["-nP", "show", "assoc", "user=ann", "format=account,user"], "other|ann\nlab|ann\n"],
  [
    ["-np", "list", "associations", "format=cluster,account"],
    "cloud-submit|other|\ncloud-submit|lab|\n",
  ],
  [["-nP", "list", "account", "format=account"], "other\nlab\n"],
  [["-nP", "list", "user", "bob", "format=user"], ""],
  [["-nP", "show", "user", "withassoc", "format=user,account"], "ann|other\nann|lab\n"],
  [["--version"], "slurm 24.05.8\n"],
])("%j", async (args, out) => {
  expect(await show(sacctmgr, args, JOBS)).toMatchObject({ exitCode: 0, err: "", out });
});

test("a user without an account", async () => {
  expect((await show(sacctmgr, ["-nP", "-s", "list", "user", "format=user,account"])).out).toBe(
    "ann|\n",
  );
});

test.each([
  [["add", "user", "bob"], expect.stringMatching(/^sacctmgr: error: add cannot work here: .+\n$/)],
  [["list", "qos"], expect.stringMatching(/^sacctmgr: error: list qos cannot work here: .+\n$/)],
  [["list", "user", "format=foo"], " Unknown field 'foo'\n"],
  [["--foo"], "sacctmgr: unrecognized option '--foo'\n"],
])("%j ends with exit code 1", async (args, err) => {
  expect(await show(sacctmgr, args, JOBS)).toMatchObject({ exitCode: 1, out: "", err });
});
