import type { JsonObject } from "@bufbuild/protobuf";
import { Command } from "commander";
import { type ApiOptions, withApi } from "../connect";
import type { Context } from "../context";
import { scalarText, textAt, valueAt, valuesAt } from "../field-path";
import { getNamed } from "../named";
import { connectionOptions } from "../options";
import { troubleOf } from "../resource";
import { oneLine } from "../text";

export const providersCommand = (context: Context): Command => {
  const list = new Command("list")
    .description("show all providers")
    .action((_: unknown, command: Command) => listProviders(context, command.optsWithGlobals()));
  const describe = new Command("describe")
    .description("show all of a provider")
    .argument("<name...>", "which")
    .action(async (names: string[], options: ApiOptions, command: Command) => {
      const { describeResource } = await import("./describe");
      await withApi(context, { ...command.optsWithGlobals(), ...options }, async (api) => {
        for (const name of names) context.terminal.out(await describeResource(context, await getNamed(api, "Provider", name)));
      });
    });
  return connectionOptions(new Command("providers").description("show providers, their platforms and what they can do"))
    .addCommand(connectionOptions(list), { isDefault: true })
    .addCommand(connectionOptions(describe));
};

const listProviders = (context: Context, options: ApiOptions) =>
  withApi(context, options, async (api) => {
    const { createTable } = await import("../table");
    const table = createTable({
      header: ["NAME", "STATUS", "PLATFORM", "ADDRESS", "MACHINES", "CAN", "TROUBLE"],
      width: context.terminal.columns(),
      prose: true,
    });
    let shown = 0;
    for await (const page of api.list({ kind: "Provider" })) {
      if (page.length > 0) context.terminal.out(table.render(page.map(providerRow)));
      shown += page.length;
    }
    if (shown === 0) context.terminal.note("there are no providers yet: apply one, such as that of examples/quickstart.yaml");
  });

function providerRow(provider: JsonObject): string[] {
  const connected = textAt(provider, "status.phase") === "Connected";
  const services = valuesAt(provider, "status.services[*]").map((s) => capabilityOf(scalarText(s)));
  return [
    textAt(provider, "metadata.name"),
    textAt(provider, "status.phase") || "-",
    [textAt(provider, "status.platform"), textAt(provider, "status.platformVersion")].filter(Boolean).join(" ") || "-",
    textAt(provider, "spec.address"),
    scalarText(valueAt(provider, "status.machines")) || "-",
    services.filter(Boolean).join(",") || "-",
    connected ? "" : troubleOf(provider),
  ].map(oneLine);
}

/** "remuda.provider.v1.SnapshotService" is "snapshots"; the service that every provider has says nothing. */
function capabilityOf(service: string): string {
  const word = service.slice(service.lastIndexOf(".") + 1).replace(/Service$/, "");
  return word === "Provider" ? "" : `${word.toLowerCase()}s`;
}
