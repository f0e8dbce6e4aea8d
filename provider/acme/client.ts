import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { pause } from "../wait";
import { type Answer, exchange } from "./exchange";

/** How often a question is asked again whose nonce the server does not take: it forgets them at times (RFC 8555, 6.5). */
const TRIES_OF_NONCE = 5;
/** How long a server may take to decide, and how long is waited between two looks at least and at most, in milliseconds. */
const DECIDED_WITHIN = 120_000;
const LEAST_PAUSE = 250;
const MOST_PAUSE = 5_000;

/** The parts of a directory that are used (RFC 8555, 7.1.1). */
interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
}

/** What is wrong, as a server tells it (RFC 7807; RFC 8555, 6.7). */
interface Trouble {
  readonly type?: string;
  readonly detail?: string;
  readonly subproblems?: readonly (Trouble & { readonly identifier?: { readonly value?: string } })[];
}

/** Something that a server decides in its time: an authorization, a challenge or an order. */
export interface Decision {
  readonly status: string;
  readonly error?: Trouble;
}

/** An answer whose text was read as JSON. */
export interface Resource<Body> {
  /** Where it is. */
  readonly url: string;
  readonly body: Body;
}

/**
 * One account at an ACME server (RFC 8555): signs what is asked, keeps the nonces, and tells what the server holds against it. Which
 * questions make up an order is no business of it.
 */
export class AcmeClient {
  private readonly key: KeyObject;
  private readonly jwk: object;
  private directory: Directory | undefined;
  private nonce: string | undefined;
  /** The account's URL, by which the server knows its key. */
  private account: string | undefined;

  /**
   * @param url URL of the server's directory.
   * @param root The certificates that the server's own may be signed by, in PEM; undefined: those that Node.js trusts.
   * @param accountKey Private key of the account, ECDSA P-256, in PEM.
   * @param signal Raised when nothing more shall be asked.
   */
  constructor(
    private readonly url: string,
    private readonly root: string | undefined,
    accountKey: string,
    private readonly signal: AbortSignal,
  ) {
    this.key = createPrivateKey(accountKey);
    this.jwk = publicJwk(this.key);
  }

  /** Makes the account, or finds it: the same key is the same account. */
  async register(email: string | undefined): Promise<void> {
    const contact = email === undefined ? [] : [`mailto:${email}`];
    const { newAccount } = await this.endpoints();
    const { url, body } = await this.post<{ contact?: string[] }>(newAccount, { termsOfServiceAgreed: true, contact });
    this.account = url;
    // One that was there keeps whom it had.
    if (JSON.stringify(body.contact ?? []) !== JSON.stringify(contact)) await this.post(url, { contact });
  }

  /** Places an order. */
  async order<Body>(domains: readonly string[]): Promise<Resource<Body>> {
    const identifiers = domains.map((value) => ({ type: "dns", value }));
    return this.post((await this.endpoints()).newOrder, { identifiers });
  }

  /** Sends something to a URL that the server gave; without anything it is only looked at. */
  async post<Body>(url: string, payload?: object): Promise<Resource<Body>> {
    const answer = await this.ask(url, payload);
    return { url: answer.header("location") ?? url, body: read(answer) as Body };
  }

  /** The text at a URL that the server gave. */
  async text(url: string): Promise<string> {
    return (await this.ask(url)).text;
  }

  /**
   * Looks again and again until something is decided.
   * @param open The statuses in which it is not.
   * @throws Error with what the server says when it is decided against.
   */
  async decided<Body extends Decision>(url: string, open: readonly string[], good: string): Promise<Body> {
    const end = performance.now() + DECIDED_WITHIN;
    for (;;) {
      const answer = await this.ask(url);
      const body = read(answer) as Body;
      if (body.status === good) return body;
      if (!open.includes(body.status)) throw new Error(inWords(body.error) ?? `the server says that it is ${body.status}`);
      if (performance.now() > end) throw new Error(`the server has not decided in ${DECIDED_WITHIN / 1_000} s`);
      const wished = Number(answer.header("retry-after")) * 1_000;
      await pause(Math.min(Math.max(Number.isNaN(wished) ? 0 : wished, LEAST_PAUSE), MOST_PAUSE), this.signal);
    }
  }

  private async endpoints(): Promise<Directory> {
    if (this.directory === undefined) {
      const answer = await this.exchange("GET", this.url);
      refuse(answer);
      const directory = read(answer) as Partial<Directory>;
      const { newNonce, newAccount, newOrder } = directory;
      if (newNonce === undefined || newAccount === undefined || newOrder === undefined)
        throw new Error("what it answers is no directory of an ACME server");
      this.directory = { newNonce, newAccount, newOrder };
    }
    return this.directory;
  }

  private async ask(url: string, payload?: object): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      const body = this.signed(url, await this.takeNonce(), payload);
      const answer = await this.exchange("POST", url, body);
      if (tries < TRIES_OF_NONCE && answer.status === 400 && troubleOf(answer)?.type?.endsWith(":badNonce") === true) continue;
      refuse(answer);
      return answer;
    }
  }

  private async exchange(method: "GET" | "HEAD" | "POST", url: string, body?: string): Promise<Answer> {
    const question = { method, url, root: this.root, signal: this.signal };
    const answer = await exchange(body === undefined ? question : { ...question, body });
    this.nonce = answer.header("replay-nonce") ?? this.nonce;
    return answer;
  }

  /** A nonce is good for one question. */
  private async takeNonce(): Promise<string> {
    if (this.nonce === undefined) refuse(await this.exchange("HEAD", (await this.endpoints()).newNonce));
    const { nonce } = this;
    this.nonce = undefined;
    if (nonce === undefined) throw new Error("the server gives no nonce");
    return nonce;
  }

  /** A question that is signed (RFC 7515; RFC 8555, 6.2). */
  private signed(url: string, nonce: string, payload: object | undefined): string {
    const who = this.account === undefined ? { jwk: this.jwk } : { kid: this.account };
    const head = encoded(JSON.stringify({ alg: "ES256", nonce, url, ...who }));
    const content = payload === undefined ? "" : encoded(JSON.stringify(payload));
    const signature = sign("sha256", Buffer.from(`${head}.${content}`), { key: this.key, dsaEncoding: "ieee-p1363" });
    return JSON.stringify({ protected: head, payload: content, signature: signature.toString("base64url") });
  }
}

/** The fingerprint of an account's key (RFC 7638). */
export function thumbprintOf(accountKey: string): string {
  return createHash("sha256")
    .update(JSON.stringify(publicJwk(createPrivateKey(accountKey))))
    .digest("base64url");
}

/** The public half of a key, its members in the order in which a thumbprint wants them (RFC 7638, 3.2). */
function publicJwk(key: KeyObject): object {
  const { crv, kty, x, y } = createPublicKey(key).export({ format: "jwk" });
  return { crv, kty, x, y };
}

function encoded(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** @throws Error when it is no object in JSON. */
function read({ text }: Answer): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below.
  }
  if (typeof value !== "object" || value === null) throw new Error("what the server answers can't be read");
  return value;
}

/** @throws Error unless the server did what it was asked. */
function refuse(answer: Answer): void {
  if (answer.status >= 200 && answer.status <= 299) return;
  const wait = answer.header("retry-after");
  const said = inWords(troubleOf(answer)) ?? `the server answers ${answer.status}`;
  throw new Error(wait === undefined ? said : `${said} (the server wants to be asked again after ${wait})`);
}

function troubleOf(answer: Answer): Trouble | undefined {
  try {
    return read(answer);
  } catch {
    return undefined;
  }
}

/** What a server holds against something, with what it says of each name; in one line, for it is not ours. */
function inWords(trouble: Trouble | undefined): string | undefined {
  if (trouble?.detail === undefined) return undefined;
  const parts = (trouble.subproblems ?? []).map(({ identifier, detail }) => `${identifier?.value ?? "?"}: ${detail ?? "?"}`);
  return [trouble.detail, ...parts].join("; ").replace(/\s+/g, " ");
}
