import * as http from "node:http";

/** A question over HTTP that tells whether a server is fit for traffic. */
export interface Probe {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly host?: string | undefined;
  /** Milliseconds that the answer may take. */
  readonly timeout: number;
}

/** Why a server does not answer from 200 to 399, in words; undefined when it does. */
export async function reasonAgainst({ address, port, path, host, timeout }: Probe): Promise<string | undefined> {
  const question = `GET http://${address}:${port}${path}`;
  return new Promise((resolve) => {
    const settle = (reason: string | undefined): void => {
      clearTimeout(deadline);
      request.destroy();
      resolve(reason);
    };
    const deadline = setTimeout(() => settle(`${question}: no answer in ${timeout} ms`), timeout);
    const request = http.get(
      { host: address, port, path, agent: false, headers: host === undefined ? {} : { host } },
      ({ statusCode = 0 }) => settle(statusCode >= 200 && statusCode <= 399 ? undefined : `${question} answered ${statusCode}`),
    );
    request.on("error", ({ code, message }: NodeJS.ErrnoException) =>
      settle(`${question}: ${code === "ECONNREFUSED" ? "connection refused" : message}`),
    );
  });
}

/**
 * The body that a question is answered with.
 * @throws Error when there is no answer in time.
 */
export async function bodyOf(
  probe: Omit<Probe, "host"> & { readonly headers: Readonly<Record<string, string>> },
): Promise<string> {
  const { address, port, path, headers, timeout } = probe;
  return new Promise((resolve, reject) => {
    const request = http.get({ host: address, port, path, agent: false, headers, timeout }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => resolve(body));
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error(`http://${address}:${port}${path}: no answer in ${timeout} ms`)));
    request.on("error", reject);
  });
}
