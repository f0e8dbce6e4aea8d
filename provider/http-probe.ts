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
    const request = http.get(
      { host: address, port, path, agent: false, timeout, headers: host === undefined ? {} : { host } },
      (response) => {
        const status = response.statusCode ?? 0;
        response.destroy();
        resolve(status >= 200 && status <= 399 ? undefined : `${question} answered ${status}`);
      },
    );
    request.on("timeout", () => request.destroy(new Error(`no answer in ${timeout} ms`)));
    request.on("error", (error: NodeJS.ErrnoException) =>
      resolve(`${question}: ${error.code === "ECONNREFUSED" ? "connection refused" : error.message}`),
    );
  });
}
