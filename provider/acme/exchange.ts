import * as https from "node:https";

/** How long one answer of an ACME server may take, in milliseconds. */
const ANSWER_WITHIN = 15_000;
/** Longest answer that is read, in characters; a chain of certificates has some thousands. */
const LONGEST_ANSWER = 1_000_000;

/** What an ACME server answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** A header; undefined when it was not sent. */
  header(name: string): string | undefined;
}

/** One question to an ACME server. */
export interface Question {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: string;
  readonly body?: string;
  /** The certificates that the server's own may be signed by, in PEM. @default those that Node.js trusts */
  readonly root: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks an ACME server, by HTTPS only.
 * @throws Error when there is no answer in time, or the signal was raised.
 */
export async function exchange({ method, url, body, root, signal }: Question): Promise<Answer> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const headers = {
      "user-agent": "evenkeel",
      ...(body === undefined ? {} : { "content-type": "application/jose+json", "content-length": Buffer.byteLength(body) }),
    };
    const request = https.request(url, { method, headers, agent: false, signal, ...(root === undefined ? {} : { ca: root }) });
    const deadline = setTimeout(() => request.destroy(new Error(`no answer in ${ANSWER_WITHIN} ms`)), ANSWER_WITHIN);
    const fail = (error: NodeJS.ErrnoException): void => {
      clearTimeout(deadline);
      reject(new Error(`${new URL(url).host}: ${reasonOf(error)}`, { cause: error }));
    };
    request.on("error", fail);
    request.on("response", (response) => {
      let text = "";
      response.on("error", fail);
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.length > LONGEST_ANSWER) request.destroy(new Error("its answer is too long"));
      });
      response.on("end", () => {
        clearTimeout(deadline);
        const header = (name: string): string | undefined => response.headers[name]?.toString();
        resolve({ status: response.statusCode ?? 0, text, header });
      });
    });
    request.end(body);
  });
}

/** An error of a network in words; where several addresses were tried it says nothing but its code. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ECONNREFUSED") return "connection refused";
  return message === "" ? (code ?? "no connection") : message;
}
