import { answerTo } from "../../../provider/transport/probe";

/** Requests that are underway at a time. */
const AT_A_TIME = 6;

/**
 * Sends requests, each on a connection of its own as soon as an earlier one is answered: as quickly as the machine allows, and no quicker.
 *
 * @returns How many each server answered, by its name.
 * @throws Error when an answer has another status than 200.
 */
export async function answeredBy(
  url: string,
  count: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, number>> {
  const { hostname: address, port, pathname, search } = new URL(url);
  const byServer: Record<string, number> = {};
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const answer = await answerTo({ address, port: Number(port), path: pathname + search, headers, timeout: 30_000 });
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
      const server = String(answer.headers["x-evenkeel-server"]);
      byServer[server] = (byServer[server] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, client));
  return byServer;
}
