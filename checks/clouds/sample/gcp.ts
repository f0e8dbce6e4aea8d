import type { DeclaredResource, Inputs } from "../record";

const PROJECT = "https://www.googleapis.com/compute/v1/projects/shop-123456";
const IMAGE = "https://www.googleapis.com/compute/v1/projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20261101";
const [REGION, ZONE] = ["us-central1", "us-central1-a"];
const LABELS = { site: "shop", "data-center": "iowa" };

/** Every Google Cloud resource type that Evenkeel declares, as small as it can be and sound. */
export function gcpSample(): DeclaredResource[] {
  return [...network(), ...machines(), ...names()];
}

function resource(type: string, name: string, inputs: Inputs, place = "global"): DeclaredResource {
  const [kind = ""] = type.split(":");
  const collection = `${kind.split("/")[1] ?? ""}s`;
  return { type: `gcp:${type}`, name, id: `${PROJECT}/${place}/${collection}/${name}`, inputs };
}

function link(collection: string, name: string, place = "global"): string {
  return `${PROJECT}/${place}/${collection}/${name}`;
}

function network(): DeclaredResource[] {
  return [
    resource("compute/network:Network", "iowa", { autoCreateSubnetworks: false, description: "shop" }),
    resource(
      "compute/subnetwork:Subnetwork",
      "iowa-machines",
      {
        network: link("networks", "iowa"),
        region: REGION,
        ipCidrRange: "10.2.0.0/16",
        stackType: "IPV4_IPV6",
        ipv6AccessType: "EXTERNAL",
      },
      `regions/${REGION}`,
    ),
    resource("compute/firewall:Firewall", "iowa-http", {
      network: link("networks", "iowa"),
      direction: "INGRESS",
      allows: [{ protocol: "tcp", ports: ["80", "443"] }],
      sourceRanges: ["0.0.0.0/0"],
      targetTags: ["shop-balancer"],
      priority: 1000,
    }),
    resource("compute/firewall:Firewall", "iowa-app", {
      network: link("networks", "iowa"),
      direction: "INGRESS",
      allows: [{ protocol: "tcp", ports: ["8080"] }],
      sourceRanges: ["203.0.113.1/32", "203.0.113.2/32"],
      targetTags: ["shop-web"],
    }),
  ];
}

function machines(): DeclaredResource[] {
  return [
    resource(
      "compute/address:Address",
      "iowa-address",
      { region: REGION, addressType: "EXTERNAL", networkTier: "PREMIUM", labels: LABELS },
      `regions/${REGION}`,
    ),
    resource(
      "compute/instance:Instance",
      "iowa-primary",
      {
        zone: ZONE,
        machineType: "e2-small",
        bootDisk: { autoDelete: true, initializeParams: { image: IMAGE, size: 20, type: "pd-balanced", labels: LABELS } },
        networkInterfaces: [
          {
            subnetwork: link("subnetworks", "iowa-machines", `regions/${REGION}`),
            stackType: "IPV4_IPV6",
            accessConfigs: [{ natIp: link("addresses", "iowa-address", `regions/${REGION}`), networkTier: "PREMIUM" }],
            ipv6AccessConfigs: [{ networkTier: "PREMIUM" }],
          },
        ],
        metadata: { "user-data": "#cloud-config\npackages: [haproxy]\n", "block-project-ssh-keys": "true" },
        tags: ["shop-balancer"],
        labels: LABELS,
        shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
        scheduling: { automaticRestart: true, onHostMaintenance: "MIGRATE" },
        allowStoppingForUpdate: false,
      },
      `zones/${ZONE}`,
    ),
    resource(
      "compute/targetInstance:TargetInstance",
      "iowa-target",
      { zone: ZONE, instance: link("instances", "iowa-primary", `zones/${ZONE}`) },
      `zones/${ZONE}`,
    ),
    resource(
      "compute/forwardingRule:ForwardingRule",
      "iowa-forward",
      {
        region: REGION,
        target: link("targetInstances", "iowa-target", `zones/${ZONE}`),
        ipAddress: link("addresses", "iowa-address", `regions/${REGION}`),
        ipProtocol: "TCP",
        portRange: "1-65535",
        loadBalancingScheme: "EXTERNAL",
        networkTier: "PREMIUM",
        labels: LABELS,
      },
      `regions/${REGION}`,
    ),
  ];
}

function names(): DeclaredResource[] {
  const [primary, secondary] = ["203.0.113.1", "203.0.113.2"];
  const healthCheck = link("healthChecks", "health");
  const record = (name: string, domain: string, routingPolicy: Inputs): DeclaredResource =>
    resource("dns/recordSet:RecordSet", name, {
      managedZone: "zone",
      name: domain,
      type: "A",
      ttl: 30,
      routingPolicy: { healthCheck, ...routingPolicy },
    });
  return [
    resource("compute/healthCheck:HealthCheck", "health", {
      checkIntervalSec: 30,
      timeoutSec: 5,
      healthyThreshold: 1,
      unhealthyThreshold: 2,
      sourceRegions: ["us-central1", "europe-west1", "asia-east1"],
      httpHealthCheck: { port: 8404, requestPath: "/health" },
    }),
    resource("dns/managedZone:ManagedZone", "zone", {
      dnsName: "example.org.",
      description: "Names of shop",
      visibility: "public",
      labels: LABELS,
    }),
    record("all", "shop.example.org.", {
      wrrs: [primary, secondary].map((address) => ({ weight: 1, healthCheckedTargets: { externalEndpoints: [address] } })),
    }),
    record("one", "one.example.org.", {
      primaryBackup: {
        primary: { externalEndpoints: [primary] },
        backupGeos: [{ location: "us-central1", healthCheckedTargets: { externalEndpoints: [secondary] } }],
        trickleRatio: 0,
      },
    }),
  ];
}
