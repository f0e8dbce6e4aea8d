import * as http from "node:http";
import * as https from "node:https";

/** A question over HTTP that tells whether a server is fit for traffic. */
export interface Probe {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly host?: string | undefined;
  /** Milliseconds that the answer may take. */
  readonly timeout: number;
  /** What is shown to a server that ends TLS, and what its certificate must be; absent for plain HTTP. */
  readonly tls?: ProbeTls | undefined;
}

/** Both ends of an encrypted question, in the words of Node's `tls.connect`. */
export interface ProbeTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly servername: string;
}

/** A question as messages call it: `GET http://192.0.2.1:8080/healthz`. */
export function questionOf({ address, port, path, tls }: Pick<Probe, "address" | "port" | "path" | "tls">): string {
  return `GET ${tls === undefined ? "http" : "https"}://${address}:${port}${path}`;
}

/** Why a server does not answer from 200 to 399, in words; undefined when it does. */
export async function reasonAgainst(probe: Probe): Promise<string | undefined> {
  const { address, port, path, host, timeout, tls } = probe;
  const question = questionOf(probe);
  return new Promise((resolve) => {
    const settle = (reason: string | undefined): void => {
      clearTimeout(deadline);
      request.destroy();
      resolve(reason);
    };
    const deadline = setTimeout(() => settle(`${question}: no answer in ${timeout} ms`), timeout);
    const request = (tls === undefined ? http : https).get(
      { host: address, port, path, agent: false, headers: host === undefined ? {} : { host }, ...tls },
      ({ statusCode = 0 }) => settle(statusCode >= 200 && statusCode <= 399 ? undefined : `${question} answered ${statusCode}`),
    );
    request.on("error", ({ code, message }: NodeJS.ErrnoException) =>
      settle(`${question}: ${code === "ECONNREFUSED" ? "connection refused" : message}`),
    );
  });
}

/** A question of which the whole answer is wanted. */
export interface Question extends Omit<Probe, "host"> {
  /** @default "GET" */
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a question is answered with. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/**
 * What a question is answered with.
 * @throws Error when there is no answer in time.
 */
export async function answerTo({ address, port, method, path, headers, timeout }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: address, port, method, path, agent: false, headers, timeout };
    const request = http.request(options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on("error", reject);
    });
    request.end();
    request.on("timeout", () => request.destroy(new Error(`http://${address}:${port}${path}: no answer in ${timeout} ms`)));
    request.on("error", reject);
  });
}
