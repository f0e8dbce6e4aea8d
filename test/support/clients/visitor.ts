import { connect } from "node:net";

/** What a visitor was answered; status 0 where the connection was closed without an answer. */
export interface VisitorAnswer {
  readonly status: number;
  /** Headers by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection of a visitor that stays open. */
export interface OpenVisit {
  /** Resolved when the balancer has closed it. */
  readonly closed: Promise<void>;
  close(): void;
}

/** A client with any address: it speaks to the socket by which the front tells a balancer who its clients are. */
export class Visitor {
  /**
   * @param socket Path of the socket.
   * @param address Its IPv4 or IPv6 address.
   */
  constructor(
    private readonly socket: string,
    private readonly address: string,
  ) {}

  /** One request on a connection of its own; `lines` are further lines of its head. */
  async ask(path = "/", lines: readonly string[] = [], { method = "GET", body = "" } = {}): Promise<VisitorAnswer> {
    const text = await new Promise<string>((resolve) => {
      let said = "";
      const connection = connect(this.socket, () => {
        const hosted = lines.some((line) => /^host:/i.test(line)) ? [] : ["Host: shop.example.com"];
        const head = [`${method} ${path} HTTP/1.1`, ...hosted, "Connection: close", ...lines];
        connection.write(`${this.introduction()}${head.join("\r\n")}\r\n\r\n${body}`);
      });
      connection.setEncoding("utf8").on("data", (part: string) => (said += part));
      connection.on("error", () => undefined);
      connection.once("close", () => resolve(said));
    });
    const [head = "", ...rest] = text.split("\r\n\r\n");
    const [first = "", ...headers] = head.split("\r\n");
    return {
      status: Number(first.split(" ")[1] ?? 0),
      headers: Object.fromEntries(
        headers.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]),
      ),
      body: rest.join("\r\n\r\n"),
    };
  }

  /** Connects, says `text`, and stays. */
  async stay(text = ""): Promise<OpenVisit> {
    const connection = connect(this.socket);
    connection.on("error", () => undefined).resume();
    const closed = new Promise<void>((resolve) => connection.once("close", () => resolve()));
    await new Promise<void>((resolve) => connection.write(`${this.introduction()}${text}`, () => resolve()));
    return { closed, close: () => connection.destroy() };
  }

  /** The line by which a proxy says who its client is (PROXY protocol, version 1). */
  private introduction(): string {
    const [family, own] = this.address.includes(":") ? ["TCP6", "2001:db8:ffff::1"] : ["TCP4", "192.0.2.250"];
    return `PROXY ${family} ${this.address} ${own} 40000 80\r\n`;
  }
}
