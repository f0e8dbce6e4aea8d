import { but, having, inType, type Place, planted, type PlantedError } from "./error";

/** A link as Google has it, to nothing. */
const NOTHING = "https://www.googleapis.com/compute/v1/projects/shop-123456/zones/us-central1-a/instances/none";
/** User data one byte longer than an entry of metadata may be. */
const LONG_USER_DATA = "#".repeat(256 * 1024 + 1);

const NETWORK: readonly PlantedError[] = [
  ...inType("gcp:compute/network:Network", [
    planted("name Net_1", but({ name: "Net_1" }), ["discovery document", "own: physical names"]),
    planted("name by hand", but({ name: "shop" }), ["own: physical names"]),
    planted("routing LOCAL", but({ routingMode: "LOCAL" }), ["discovery document"]),
    planted("misspelt autoCreateSubnetwork", but({ autoCreateSubnetwork: false }), ["discovery document"]),
  ]),
  ...inType("gcp:compute/subnetwork:Subnetwork", [
    planted("range 10.2.0.0/33", but({ ipCidrRange: "10.2.0.0/33" }), ["own: network blocks"]),
    planted("stack IPV5_ONLY", but({ stackType: "IPV5_ONLY" }), ["discovery document"]),
    planted("region mars", but({ region: "mars" }), ["own: places"]),
  ]),
  ...inType("gcp:compute/firewall:Firewall", [
    planted("direction IN", but({ direction: "IN" }), ["discovery document"]),
    planted("peer 300.0.0.0/99", but({ sourceRanges: ["300.0.0.0/99"] }), ["own: firewall blocks"], having("sourceRanges")),
    planted("port 99999", but({ "allows.0.ports": ["99999"] }), ["own: ports"], having("allows")),
    planted("network tag Web_", but({ targetTags: ["Web_"] }), ["own: labels"]),
    planted(
      "SSH from everywhere",
      but({ allows: [{ protocol: "tcp", ports: ["1-1024"] }], direction: "INGRESS", sourceRanges: ["0.0.0.0/0"] }),
      ["own: ssh"],
    ),
  ]),
];

const MACHINES: readonly PlantedError[] = [
  ...inType("gcp:compute/address:Address", [
    planted("type PUBLIC", but({ addressType: "PUBLIC" }), ["discovery document"]),
    planted("label Site", but({ labels: { Site: "shop" } }), ["own: labels"]),
  ]),
  ...inType("gcp:compute/instance:Instance", [
    planted("zone mars-a", but({ zone: "mars-a" }), ["own: places"]),
    planted("network tag Web_", but({ tags: ["Web_"] }), ["discovery document", "own: labels"]),
    planted("disk of size large", but({ "bootDisk.initializeParams.size": "large" }), ["discovery document"]),
    planted("user data of 262,145 bytes", but({ metadata: { "user-data": LONG_USER_DATA } }), ["own: user data"]),
    planted("label of 64 letters", but({ labels: { site: "x".repeat(64) } }), ["own: labels"]),
  ]),
  ...inType("gcp:compute/targetInstance:TargetInstance", [
    planted("NAT policy ALL", but({ natPolicy: "ALL" }), ["discovery document"]),
    planted("machine that does not exist", but({ instance: NOTHING }), ["own: references"]),
  ]),
  ...inType("gcp:compute/forwardingRule:ForwardingRule", [
    planted("protocol HTTP", but({ ipProtocol: "HTTP" }), ["discovery document"]),
    planted("ports 80-70000", but({ portRange: "80-70000" }), ["own: ports"]),
    planted("target that does not exist", but({ target: NOTHING }), ["own: references"]),
  ]),
];

const WRR = "routingPolicy.wrrs.0.healthCheckedTargets";
/** A zone that was looked up is known to nobody here. */
const IN_DECLARED_ZONE: Place = {
  into: ({ managedZone }, declared) =>
    declared.some(
      ({ type, name, inputs }) => type === "gcp:dns/managedZone:ManagedZone" && [name, inputs.name].includes(managedZone),
    ),
};
const isOf = (policy: string) => ({ into: (inputs: object) => JSON.stringify(inputs).includes(`"${policy}"`) });

const NAMES: readonly PlantedError[] = [
  ...inType("gcp:compute/healthCheck:HealthCheck", [
    planted("path 5", but({ "httpHealthCheck.requestPath": 5 }), ["discovery document"]),
    planted("port 0", but({ "httpHealthCheck.port": 0 }), ["own: ports"]),
    planted("every 5 s", but({ checkIntervalSec: 5 }), ["own: health checks"]),
    planted("from two regions", but({ sourceRegions: ["us-central1", "us-east1"] }), ["own: health checks"]),
  ]),
  ...inType("gcp:dns/managedZone:ManagedZone", [
    planted("visibility hidden", but({ visibility: "hidden" }), ["discovery document"]),
    planted("domain shop..example.", but({ dnsName: "shop..example." }), ["own: zones"]),
  ]),
  ...inType("gcp:dns/recordSet:RecordSet", [
    planted("ttl soon", but({ ttl: "soon" }), ["discovery document", "own: DNS records"]),
    planted("value shop", but({ [`${WRR}.externalEndpoints`]: ["shop"] }), ["own: DNS records"], isOf("wrrs")),
    planted(
      "misspelt externalEndpoint",
      but({ [`${WRR}.externalEndpoint`]: ["192.0.2.1"] }),
      ["discovery document"],
      isOf("wrrs"),
    ),
    planted("name outside its zone", but({ name: "shop.example.net." }), ["own: zones"], IN_DECLARED_ZONE),
    planted(
      "two primaries",
      but({ "routingPolicy.primaryBackup.primary.externalEndpoints": ["192.0.2.1", "192.0.2.2"] }),
      ["own: failover"],
      isOf("primaryBackup"),
    ),
    planted("weighted beside failover", but({ "routingPolicy.wrrs": [{ weight: 1 }] }), ["own: failover"], isOf("primaryBackup")),
  ]),
];

/** Every error that is planted for Google Cloud. */
export const GCP_ERRORS: readonly PlantedError[] = [...NETWORK, ...MACHINES, ...NAMES];
