import * as pulumi from "@pulumi/pulumi";
import { Authority } from "./resources/authority";
import { Certificate } from "./resources/certificate";
import type { TerminatorMachine } from "./data-center";
import type { Credentials } from "./haproxy/credentials";
import type { Validity } from "./model/tls/certificate";
import type { PlannedServer, TerminatorPlan } from "./model/plan";
import type { ProxyVersion } from "./model/pools/protocol";
import { TlsTerminator } from "./resources/tls-terminator";

/** The domain that ICANN keeps free for private use (board resolution 2024.07.29.06): nobody else can have a name in it certified. */
const PRIVATE_DOMAIN = "evenkeel.internal";

/** What the encryption of a site is made from. */
export interface EncryptionArgs {
  /** Name of the site. */
  readonly site: string;
  /** How often its authority was renewed; {@link Authority} says what each step is. */
  readonly rotation: number;
  /** The longest connection that outlives a change of configuration, such as `30m`. */
  readonly longestConnection: string;
}

/** What balancers and web servers of a site prove by who they are: an authority of its own, the pair's certificate, and one for each server. */
export class Encryption {
  /** What balancers show, to servers and to each other, and trust. */
  readonly credentials: pulumi.Output<Credentials & { readonly name: string }>;
  /** The private key of the balancers' certificate; a secret. */
  readonly identityKey: pulumi.Output<string>;
  private readonly authority: Authority;
  private readonly domain: string;
  private readonly longestConnection: string;
  private readonly all: { readonly expires: pulumi.Output<string>; readonly renewsFrom: pulumi.Output<string> }[] = [];

  /** @param name Name of the authority, and the first part of the pair's certificate's. */
  constructor(name: string, { site, rotation, longestConnection }: EncryptionArgs, opts: pulumi.CustomResourceOptions) {
    this.domain = `${site}.${PRIVATE_DOMAIN}`;
    this.longestConnection = longestConnection;
    this.authority = new Authority(name, { domain: this.domain, rotation }, opts);
    const identity = new Certificate(`${name}-balancers`, { name: this.peer, usage: "both", ...this.issuer() }, opts);
    this.all.push(identity);
    this.identityKey = identity.privateKey;
    this.credentials = pulumi.output({ trusted: this.authority.trusted, certificate: identity.certificate, name: this.peer });
  }

  /** The certificate that ends first. */
  get validity(): pulumi.Output<Validity> {
    const all: pulumi.Output<Validity[]> = pulumi.all(
      this.all.map(({ expires, renewsFrom }) =>
        pulumi.all([expires, renewsFrom]).apply(([end, due]) => ({ expires: end, renewsFrom: due })),
      ),
    );
    return all.apply((each) => each.reduce((first, next) => (next.expires < first.expires ? next : first)));
  }

  /**
   * Has TLS ended on a web server's machine.
   *
   * @returns The name that its certificate is for, known once it is there, and how the server is told its clients.
   */
  terminate(
    server: PlannedServer,
    { machine, remote, key, ...rest }: TerminatorMachine,
    app: Pick<TerminatorPlan, "port" | "appPort" | "responseTimeout" | "passes">,
    opts: pulumi.CustomResourceOptions,
  ): { readonly certifiedName: pulumi.Output<string>; readonly sendProxy: pulumi.Output<ProxyVersion | undefined> } {
    const certifiedName = `${server.ordinal}.${server.dataCenter}.${server.pool}.${this.domain}`;
    const plan = { server: server.name, ...rest, ...app, peer: this.peer, longestConnection: this.longestConnection };
    const { trusted } = this.authority;
    const terminator = new TlsTerminator(
      server.name,
      { machine, remote, key, plan, certifiedName, trusted, ...this.issuer() },
      opts,
    );
    this.all.push(terminator);
    // A URN is known in a preview: what waits for the terminator shows no change when its certificate is renewed.
    return {
      certifiedName: terminator.urn.apply(() => certifiedName),
      sendProxy: terminator.plan.apply(({ passes }) => passes?.sendProxy),
    };
  }

  /** The name in the balancers' certificate, which servers ask for. */
  private get peer(): string {
    return `balancers.${this.domain}`;
  }

  private issuer() {
    const { certificate, bridge, privateKey } = this.authority;
    return { authority: certificate, bridge, authorityKey: privateKey };
  }
}
