import type { EventLine } from "./api/api";
import type { Context } from "./context";
import { humanAge } from "./duration";
import { createTable } from "./table";
import { oneLine } from "./text";

/** Rows of events; the resource stands in each where they are of several. */
export function eventTable(
  context: Context,
  withResource: boolean,
  width = context.terminal.columns(),
): (events: readonly EventLine[]) => string {
  const header = ["LAST", "TYPE", "REASON", ...(withResource ? ["RESOURCE"] : []), "MESSAGE"];
  const table = createTable({ header, width, prose: true });
  return (events) =>
    table.render(
      events.map((e) => [
        e.lastTime ? humanAge(context.now() - e.lastTime.getTime()) : "-",
        oneLine(e.type),
        oneLine(e.reason),
        ...(withResource ? [oneLine(`${e.kind.toLowerCase()}/${e.name}`)] : []),
        `${oneLine(e.message)}${e.count > 1 ? ` (${e.count} times)` : ""}`,
      ]),
    );
}
