import { but, having, inType, planted, type PlantedError } from "./error";

/** User data one byte longer than DigitalOcean takes. */
const LONG_USER_DATA = "#".repeat(64 * 1024 + 1);

const LETS_IN = having("inboundRules");
const PROTOCOL = "inboundRules.0.protocol";
const PORT = "inboundRules.0.portRange";
const PEERS = "inboundRules.0.sourceAddresses";

/** Every error that is planted for DigitalOcean. */
export const DIGITALOCEAN_ERRORS: readonly PlantedError[] = [
  ...inType("digitalocean:index/vpc:Vpc", [
    planted("range 10.3.0.0/99", but({ ipRange: "10.3.0.0/99" }), ["own: network blocks"]),
    planted("name my_vpc", but({ name: "my_vpc" }), ["OpenAPI document", "own: physical names"]),
    planted("no region", but({ region: undefined }), ["OpenAPI document"]),
  ]),
  ...inType("digitalocean:index/tag:Tag", [
    planted("name with a blank", but({ name: "shop balancer" }), ["OpenAPI document", "own: labels"]),
  ]),
  ...inType("digitalocean:index/sshKey:SshKey", [planted("no key", but({ publicKey: undefined }), ["OpenAPI document"])]),
  ...inType("digitalocean:index/droplet:Droplet", [
    planted("name web_1", but({ name: "web_1!" }), ["OpenAPI document", "own: physical names"]),
    planted("no image", but({ image: undefined }), ["OpenAPI document"]),
    planted("misspelt sizes", but({ sizes: "s-1vcpu-1gb" }), ["OpenAPI document"]),
    planted("region mars1", but({ region: "mars1" }), ["own: places"]),
    planted("size s-99vcpu-1gb", but({ size: "s-99vcpu-1gb" }), ["own: sizes"]),
    planted("network that does not exist", but({ vpcUuid: "none" }), ["own: references"]),
    planted("user data of 65,537 bytes", but({ userData: LONG_USER_DATA }), ["own: user data"]),
    planted("name by hand", but({ name: "web" }), ["own: physical names"]),
  ]),
  ...inType("digitalocean:index/reservedIp:ReservedIp", [
    planted("no region", but({ region: undefined }), ["OpenAPI document"]),
    planted("region mars1", but({ region: "mars1" }), ["own: places"]),
  ]),
  ...inType("digitalocean:index/reservedIpAssignment:ReservedIpAssignment", [
    planted("address shop", but({ ipAddress: "shop" }), ["OpenAPI document", "own: references"]),
    planted("machine web", but({ dropletId: "web" }), ["OpenAPI document", "own: references"]),
  ]),
  ...inType("digitalocean:index/firewall:Firewall", [
    planted("protocol tpc", but({ [PROTOCOL]: "tpc" }), ["OpenAPI document"], LETS_IN),
    planted("no port", but({ [PROTOCOL]: "tcp", [PORT]: undefined }), ["OpenAPI document"], LETS_IN),
    planted("port 99999", but({ [PORT]: "99999" }), ["own: ports"], LETS_IN),
    planted("peer 300.0.0.0/8", but({ [PEERS]: ["300.0.0.0/8"] }), ["own: firewall blocks"], LETS_IN),
    planted("name by hand", but({ name: "web" }), ["own: physical names"]),
    planted("SSH from everywhere", but({ [PROTOCOL]: "tcp", [PORT]: "22", [PEERS]: ["0.0.0.0/0"] }), ["own: ssh"], LETS_IN),
  ]),
];
