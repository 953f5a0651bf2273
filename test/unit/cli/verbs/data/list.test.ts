import { describe, expect, test } from "@jest/globals";
import { dataList, dataListOutput } from "../../../../../cli/verbs/data/list.ts";
import { list } from "../../../../../cli/verbs/list/list.ts";
import { status } from "../../../../../cli/verbs/status/status.ts";
import { dataScene } from "../../../../support/data-scene.ts";
import { policedStore } from "../../../../support/policed-store.ts";
import { testContext } from "../../../../support/test-ui.ts";

describe("data list", () => {
  test("shows data sets and no jobs, without reading what they hold", async () => {
    const { context, store, out } = await dataScene({ columns: 80 });
    await store.put("torn/job-aws-dataset.json", '{"version":1,"incomplete":"put","id":"x"}');
    await store.put("empty/file", "1");
    store.requests = {};
    await dataList(context, undefined);
    expect(out.map((line) => line.replace(/ +\S+$/, ""))).toEqual([
      "NAME    FILES      SIZE",
      "genome  3          3 B",
      "reads   1          1 B",
      expect.stringMatching(/^torn {4}not whole/),
    ]);
    expect(store.requests).toEqual({ list: 1, get: 5 });
  });

  test("--json fits its schema; a name that ends with a time is not even looked at", async () => {
    const { context, store, out } = await dataScene({ json: true });
    await store.put("genome-20261123-204501-abc/x", "1");
    store.requests = {};
    await dataList(context, "gen*");
    expect(out.map((line) => dataListOutput.parse(JSON.parse(line)))).toEqual([
      { name: "genome", files: 3, bytes: 3, putAt: expect.any(String) },
    ]);
    expect(store.requests).toEqual({ list: 1, get: 1 });
  });

  test("says so when there is none, and which names one may list", async () => {
    const { context, err } = testContext();
    await dataList(context, undefined);
    expect(err).toEqual(["There are no such data sets."]);
    const store = policedStore((_, target) => "listed" in target && target.listed !== "");
    await expect(dataList({ ...context, store }, undefined)).rejects.toThrow(/data list alice--/);
  });

  test("list and status show no data set", async () => {
    const { context, out } = await dataScene();
    await list(context, undefined, { limit: 50 });
    expect(out.map((line) => line.split("\t")[0])).toEqual(["job1"]);
    await expect(status(context, "genome", {})).rejects.toMatchObject({ code: "no-such-job" });
  });
});
