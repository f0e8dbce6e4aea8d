import { expect } from "chai";
import { balancerUserData } from "../../../../../components/clouds/cloud-init/balancer";
import { serverUserData } from "../../../../../components/clouds/cloud-init/server";
import { connectionsOf } from "../../../../../components/clouds/shared/machine";
import { networkOf } from "../../../../../components/model/network/network";
import { rolledOut, terminatorOf } from "../../../../support/sites/terminated";
import { ACCESS, APP, everything, inVirginia, secret } from "./virginia";

const REGION = "us-east-1";

function tags(name: string): object {
  return { tags: { Name: name, "evenkeel-site": "shop", "evenkeel-data-center": "virginia" } };
}

/** A rule that lets TCP to one port in. */
function ingress(name: string, group: string, port: number, source: object): object {
  return {
    region: REGION,
    securityGroupId: `virginia-${group}-id`,
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
    ...source,
    ...tags(name),
  };
}

function group(what: string, description: string): object {
  return { region: REGION, vpcId: "virginia-id", description, ...tags(`virginia-${what}`) };
}

function machine(name: string, groups: string[], inputs: object): object {
  const { tags: all } = tags(name) as { tags: object };
  return {
    region: REGION,
    ami: `ami of amd64 in ${REGION}`,
    subnetId: "virginia-1-id",
    vpcSecurityGroupIds: groups.map((what) => `virginia-${what}-id`),
    rootBlockDevice: { volumeType: "gp3", volumeSize: 20, encrypted: true, tags: all },
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
    userDataReplaceOnChange: true,
    tags: all,
    ...inputs,
  };
}

function subnet(name: string, zone: string, cidrBlock: string, ipv6CidrBlock: string): object {
  return {
    region: REGION,
    vpcId: "virginia-id",
    availabilityZone: zone,
    cidrBlock,
    ipv6CidrBlock,
    mapPublicIpOnLaunch: true,
    ...tags(name),
  };
}

describe("A data center of AWS", () => {
  it("declares exactly this", async () => {
    const { inputs } = await inVirginia(everything, { network: "10.20.0.0/20" });
    const own = { region: REGION, vpcId: "virginia-id" };
    const out = { region: REGION, securityGroupId: "virginia-machines-id", ipProtocol: "-1" };
    expect(inputs).to.deep.equal({
      "Network virginia": {},
      "Vpc virginia": {
        region: REGION,
        cidrBlock: "10.20.0.0/20",
        assignGeneratedIpv6CidrBlock: true,
        enableDnsSupport: true,
        ...tags("virginia"),
      },
      "DefaultSecurityGroup virginia": { ...own, ...tags("virginia") },
      "InternetGateway virginia": { ...own, ...tags("virginia") },
      "RouteTable virginia": { ...own, ...tags("virginia") },
      "Route virginia-ipv4": {
        region: REGION,
        routeTableId: "virginia-id",
        gatewayId: "virginia-id",
        destinationCidrBlock: "0.0.0.0/0",
      },
      "Route virginia-ipv6": {
        region: REGION,
        routeTableId: "virginia-id",
        gatewayId: "virginia-id",
        destinationIpv6CidrBlock: "::/0",
      },
      "Subnet virginia-1": subnet("virginia-1", "us-east-1a", "10.20.12.0/23", "2600:1f18:1:ab06::/64"),
      "Subnet virginia-2": subnet("virginia-2", "us-east-1b", "10.20.14.0/23", "2600:1f18:1:ab07::/64"),
      "RouteTableAssociation virginia-1": { region: REGION, subnetId: "virginia-1-id", routeTableId: "virginia-id" },
      "RouteTableAssociation virginia-2": { region: REGION, subnetId: "virginia-2-id", routeTableId: "virginia-id" },
      "SecurityGroup virginia-machines": group("machines", "Machines of shop in virginia"),
      "SecurityGroupEgressRule virginia-out-ipv4": { ...out, cidrIpv4: "0.0.0.0/0", ...tags("virginia-out-ipv4") },
      "SecurityGroupEgressRule virginia-out-ipv6": { ...out, cidrIpv6: "::/0", ...tags("virginia-out-ipv6") },
      "SecurityGroupIngressRule virginia-ssh-192.0.2.0/24": ingress("virginia-ssh-192.0.2.0/24", "machines", 22, {
        cidrIpv4: "192.0.2.0/24",
      }),
      "SecurityGroupIngressRule virginia-ssh-2001-db8--/32": ingress("virginia-ssh-2001-db8--/32", "machines", 22, {
        cidrIpv6: "2001:db8::/32",
      }),
      "SecurityGroup virginia-servers": group("servers", "Web servers of shop in virginia"),
      "SecurityGroupIngressRule virginia-from-primary-8443": ingress("virginia-from-primary-8443", "servers", 8443, {
        cidrIpv4: "203.0.113.1/32",
      }),
      "SecurityGroup virginia-balancers": group("balancers", "Balancers of shop in virginia"),
      "SecurityGroupIngressRule virginia-http-80": ingress("virginia-http-80", "balancers", 80, { cidrIpv4: "0.0.0.0/0" }),
      "SecurityGroupIngressRule virginia-http-80-ipv6": ingress("virginia-http-80-ipv6", "balancers", 80, { cidrIpv6: "::/0" }),
      "SecurityGroupIngressRule virginia-http-443": ingress("virginia-http-443", "balancers", 443, { cidrIpv4: "0.0.0.0/0" }),
      "SecurityGroupIngressRule virginia-http-443-ipv6": ingress("virginia-http-443-ipv6", "balancers", 443, {
        cidrIpv6: "::/0",
      }),
      "SecurityGroup virginia-health": group("health", "Health checks of balancers of shop in virginia"),
      "SecurityGroupRule virginia-health": {
        region: REGION,
        securityGroupId: "virginia-health-id",
        type: "ingress",
        protocol: "tcp",
        fromPort: 8404,
        toPort: 8404,
        cidrBlocks: ["198.51.100.0/26"],
      },
      "SshKeyPair virginia": { comment: "shop-virginia" },
      "SshKeyPair virginia-servers": { comment: "shop-virginia-servers" },
      "SshKeyPair web-virginia-1-host": { comment: "web-virginia-1" },
      "SshKeyPair shop-primary-host": { comment: "shop-primary" },
      "Eip shop-primary": { region: REGION, domain: "vpc", ...tags("shop-primary") },
      "EipAssociation shop-primary": { region: REGION, allocationId: "shop-primary-id", instanceId: "shop-primary-id" },
      "Instance shop-primary": machine("shop-primary", ["machines", "balancers", "health"], {
        instanceType: "t3.medium",
        ipv6AddressCount: 1,
        userData: secret(
          balancerUserData({
            hostKey: {
              privateKey: "PRIVATE KEY of shop-primary-host",
              publicKey: "ssh-ed25519 AAAAshop-primary-host shop-primary-host",
            },
            authorizedKeys: ["ssh-ed25519 AAAAvirginia virginia"],
            directory: "/var/lib/evenkeel",
            maxConnections: connectionsOf(4096),
            operators: ACCESS.keys,
          }),
        ),
      }),
      "Instance web-virginia-1": machine("web-virginia-1", ["machines", "servers"], {
        instanceType: "t3.small",
        userData: secret(
          serverUserData({
            site: "shop",
            pool: "web",
            server: "web-virginia-1",
            dataCenter: "virginia",
            app: APP,
            operators: ACCESS.keys,
            terminator: rolledOut("web-virginia-1", "virginia", privateKey),
          }),
        ),
      }),
    });
  });

  it("tells where its machines are reached", async () => {
    const { result } = await inVirginia(({ server, balancer }) => ({ server: server(1), balancer: balancer() }));
    expect(result.server).to.deep.equal({
      address: "198.51.100.1",
      port: 8443,
      terminator: terminatorOf("web-virginia-1", "virginia", "198.51.100.1", privateKey),
    });
    const { node, ...rest } = result.balancer;
    expect(rest).to.deep.equal({
      machine: "shop-primary-id",
      key: "PRIVATE KEY of virginia",
      address: "203.0.113.1",
      ipv6: "2600:1f18:1:ab06::1",
      sendsFrom: "203.0.113.1",
    });
    expect(node.remote).to.deep.equal({
      address: "203.0.113.1",
      port: 22,
      user: "evenkeel",
      hostKey: "ssh-ed25519 AAAAshop-primary-host shop-primary-host",
    });
    expect(node.maxConnections).to.equal(connectionsOf(4096));
  });

  it("has the network that follows from its name, unless the stack states one", async () => {
    const { inputs } = await inVirginia(() => undefined);
    expect(inputs["Vpc virginia"]).to.have.property("cidrBlock", networkOf("test", "virginia"));
  });

  it("makes nothing for balancers where there is none, and nothing for servers where there is none", async () => {
    const labels = async (make: Parameters<typeof inVirginia>[0]) => Object.keys((await inVirginia(make)).inputs).sort();
    const bare = await labels(() => undefined);
    expect(await labels(({ server }) => server(1))).to.deep.equal(
      [
        ...bare,
        ...["Instance web-virginia-1", "SecurityGroup virginia-servers"],
        ...["SshKeyPair virginia-servers", "SshKeyPair web-virginia-1-host"],
      ].sort(),
    );
    expect(await labels(({ balancer }) => balancer())).to.not.include("SecurityGroup virginia-servers");
  });

  it("lets each balancer in on each port by a rule of its own", async () => {
    const { inputs } = await inVirginia(({ admit }) => [admit("203.0.113.7", 8443), admit("203.0.113.7", 9090)].map(() => 0));
    expect(Object.keys(inputs).filter((label) => label.includes("-from-"))).to.deep.equal([
      "SecurityGroupIngressRule virginia-from-primary-8443",
      "SecurityGroupIngressRule virginia-from-primary-9090",
    ]);
  });

  it("lets the other balancer in at its own", async () => {
    const { inputs } = await inVirginia(({ open, opts, balancer }) => {
      balancer();
      open.admit?.({ role: "primary", address: "203.0.113.7", port: 8406, to: "balancers" }, opts);
    });
    expect(inputs["SecurityGroupIngressRule virginia-balancers-from-primary-8406"]).to.deep.equal(
      ingress("virginia-balancers-from-primary-8406", "balancers", 8406, { cidrIpv4: "203.0.113.7/32" }),
    );
    expect(Object.keys(inputs)).to.not.include("SecurityGroup virginia-servers");
  });

  it("lets anybody check its balancers when the failover does not say who does", async () => {
    const { inputs } = await inVirginia(({ balancer }) => balancer());
    const rule = inputs["SecurityGroupRule virginia-health"];
    expect(rule).to.include({ fromPort: 8404, toPort: 8404 });
    expect(rule?.cidrBlocks).to.deep.equal(["0.0.0.0/0"]);
    expect(rule?.ipv6CidrBlocks).to.deep.equal(["::/0"]);
  });

  it("opens SSH once to a block that is stated twice, and to nobody when none is stated", async () => {
    const ssh = async (blocks: string[]) => {
      const { inputs } = await inVirginia(() => undefined, { access: { ...ACCESS, ssh: blocks } });
      return Object.keys(inputs).filter((label) => label.includes("-ssh-"));
    };
    expect(await ssh(["192.0.2.0/24", "192.0.2.0/24"])).to.have.lengthOf(1);
    expect(await ssh([])).to.deep.equal([]);
  });

  it("has groups whose names AWS takes, also in Singapore", async () => {
    const { inputs } = await inVirginia(everything, { name: "sg", region: "ap-southeast-1" });
    for (const what of ["machines", "servers", "balancers", "health"])
      expect(inputs[`SecurityGroup sg-${what}`]).to.have.property("namePrefix", `evenkeel-sg-${what}-`);
  });

  it("maps sizes as the stack says, and names those that it has when one is not among them", async () => {
    const sizes = { small: "c7g.large", huge: "c7i.4xlarge" };
    const { inputs } = await inVirginia(({ server }) => [server(1), server(2, { size: "huge" })], { sizes });
    expect(inputs["Instance web-virginia-1"]).to.include({ instanceType: "c7g.large", ami: "ami of arm64 in us-east-1" });
    expect(inputs["Instance web-virginia-2"]).to.include({ instanceType: "c7i.4xlarge", ami: "ami of amd64 in us-east-1" });

    const { result } = await inVirginia(({ server }) => refusal(() => server(1, { size: "hueg" })), { sizes });
    expect(result).to.equal("web-virginia-1: its size is hueg, but virginia has these: small, medium, large, huge");
  });

  it("makes machines from the image that the stack states", async () => {
    const { inputs, asked } = await inVirginia(({ server }) => server(1), { image: "ami-0123456789abcdef0" });
    expect(inputs["Instance web-virginia-1"]).to.include({ ami: "ami-0123456789abcdef0" });
    expect(asked.map(([token]) => token)).to.deep.equal(["aws:index/getAvailabilityZones:getAvailabilityZones"]);
  });

  it("asks for the newest Ubuntu once, of who publishes it there", async () => {
    const owners = async (region: string): Promise<unknown> => {
      const { asked } = await inVirginia(({ server }) => [server(1), server(2)], { region });
      const images = asked.filter(([token]) => token.includes("getAmi"));
      expect(images).to.have.lengthOf(1);
      const [, args] = images[0] ?? [];
      expect(args).to.include({ region, mostRecent: true });
      expect(args?.filters).to.deep.include({
        name: "name",
        values: ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"],
      });
      return args?.owners;
    };
    expect(await owners("eu-central-1")).to.deep.equal(["099720109477"]);
    expect(await owners("cn-north-1")).to.deep.equal(["837727238323"]);
    expect(await owners("us-gov-west-1")).to.deep.equal(["513442679011"]);
  });
});

function privateKey(pair: string): string {
  return `PRIVATE KEY of ${pair}`;
}

function refusal(step: () => unknown): string {
  try {
    step();
    return "nothing was refused";
  } catch (error) {
    return (error as Error).message;
  }
}
