import { afterEach, expect, test } from "vitest";
import { createTestProvider, type Served, serve } from "./test-provider";

let served: Served;
afterEach(() => served.close());

const answering = async (platformId: string) => {
  const answer = { platform: "test", platformVersion: "", account: "", warnings: [], platformId };
  served = await serve(createTestProvider({ validate: () => Promise.resolve(answer) }).provider);
  return served.client.validate({});
};

test.each([
  ["nothing", ""],
  ["a space", "host 1"],
  ["a line break", "host\n1"],
  ["129 characters", "x".repeat(129)],
])("a platform id of %s is the author's fault", async (_, platformId) => {
  await expect(answering(platformId)).rejects.toMatchObject({
    reason: "INTERNAL",
    message: expect.stringMatching(/^the provider broke its interface: validate answered the platformId ".*"; expected 1 to 128 printable/),
  });
});

test("a platform id of 128 printable characters arrives as it is", async () => {
  expect((await answering("~".repeat(128))).platformId).toBe("~".repeat(128));
});
