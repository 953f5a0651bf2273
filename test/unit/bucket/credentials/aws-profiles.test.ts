import { expect, test } from "@jest/globals";
import { readAwsProfiles } from "../../../../bucket/credentials/aws-profiles.ts";

/** As Node.js has it for a number without a name, in a container. */
const nobody = (): never => {
  throw new Error("uv_os_homedir returned ENOENT (no such file or directory)");
};

test("a user without a home folder has no profiles, and no error", () => {
  expect(readAwsProfiles({}, nobody)).toEqual({
    config: new Map(),
    credentials: new Map(),
    paths: { config: "~/.aws/config", credentials: "~/.aws/credentials" },
  });
});

test("HOME counts before what the system says", () => {
  expect(readAwsProfiles({ HOME: "/nowhere" }, nobody).paths.config).toBe("/nowhere/.aws/config");
});
