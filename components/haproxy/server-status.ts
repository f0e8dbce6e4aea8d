/** What a balancer says of one server in one backend (`show stat`). */
export interface ServerStatus {
  readonly backend: string;
  readonly server: string;
  /** `UP`, `DOWN`, `DRAIN`, `MAINT`, or on its way: `UP 1/2`. */
  readonly status: string;
  /** The last check in HAProxy's words: `L7OK 200`, `L4CON Connection refused`. */
  readonly lastCheck: string;
  /** Requests that it is answering now. */
  readonly sessions: number;
  /** Requests that it was given since the balancer's last reload. */
  readonly requests: number;
}

/** Whether a server gets requests by what its balancer says. */
export function isUp({ status }: Pick<ServerStatus, "status">): boolean {
  return status.startsWith("UP");
}

/** Whether a server was checked since its balancer began: until then that takes it for sound. */
export function wasChecked({ lastCheck }: Pick<ServerStatus, "lastCheck">): boolean {
  return lastCheck !== "" && lastCheck !== "INI";
}

/** Reads the CSV answer to `show stat`; lines of frontends and backends are left out. */
export function parseServerStatus(csv: string): ServerStatus[] {
  const [head, ...rows] = csv.split("\n").filter((line) => line.trim() !== "");
  const columns = (head ?? "").replace(/^# /, "").split(",");
  return rows
    .map((row) => {
      const fields = fieldsOf(row);
      return Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? ""]));
    })
    .filter(({ svname }) => svname !== undefined && svname !== "FRONTEND" && svname !== "BACKEND")
    .map((row) => ({
      backend: row.pxname ?? "",
      server: row.svname ?? "",
      status: row.status ?? "",
      lastCheck: [row.check_status?.replace(/^\* /, ""), row.check_code === "0" ? "" : row.check_code, row.last_chk]
        .filter((part) => part !== undefined && part !== "")
        .join(" "),
      sessions: Number(row.scur),
      requests: Number(row.stot),
    }));
}

/** The fields of one CSV row; HAProxy quotes those that hold commas. */
function fieldsOf(row: string): string[] {
  return [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
