import { EvenkeelCommand } from "../command-line/command";
import { eachOf, jsonOption, stackOption, type StackOptions } from "../command-line/options";
import type { RequestOptions } from "../route-decision";

export function route(): EvenkeelCommand {
  return new EvenkeelCommand("route")
    .summary("show which route a request takes, and why")
    .description("Shows which route a request takes, and why no earlier one. Reads the stack file alone.")
    .argument("<request...>", "method (default: GET) and URL")
    .usage("[options] [method] <url>")
    .addOption(stackOption())
    .option('-H, --header <"name: value">', "header of the request; may be repeated", eachOf)
    .option("--cookie <name=value>", "cookie of the request; may be repeated", eachOf)
    .option("--from <address>", "IP address of the client")
    .addOption(jsonOption())
    .example("evenkeel route https://shop.example.com/cart", "GET")
    .example("evenkeel route POST https://example.com/api -H 'x-version: 2' --stack tour", "with a header")
    .example("evenkeel route 'http://[2001:db8::1]/' --from 203.0.113.7", "by client address")
    .runs<StackOptions & RequestOptions & { json?: true }>(async ({ options, words }) =>
      (await import("../actions/route.ts")).route(options, words),
    );
}
