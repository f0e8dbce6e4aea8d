/** One web server of a deployment. */
export interface DeployedServer {
  /** Name of its pool. */
  readonly pool: string;
  /** Name of its data center. */
  readonly dataCenter: string;
  /** IP address and port. */
  readonly address: string;
  /** Whether it is declared out. */
  readonly out: boolean;
}

/** One balancer of a deployment. */
export interface DeployedBalancer {
  /** Name of its data center. */
  readonly dataCenter: string;
  /** Where it serves the site by itself. */
  readonly url: string;
  /** Folder of its sockets and files, when it stands on this machine. */
  readonly directory?: string;
  /** Path of its access log, where it is a file of this machine. */
  readonly accessLog?: string;
  /** Where Prometheus asks for its metrics, where it shows any. */
  readonly metrics?: string;
  /** Whether it is declared out. */
  readonly out: boolean;
  /** The address that its requests to web servers come from; existing servers must let it in. */
  readonly sendsFrom: string;
}
