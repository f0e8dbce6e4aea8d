const IN_CLOUDS = "says something of machines in clouds, and nothing of processes here";
const BY_DNS = "is of a failover by DNS, which this machine has none of";
const BY_ACME = "needs an authority that issues certificates; test/engine/acme.test.ts has one";

/** The keys that no part of the proof changes, and why. One that ends with a dot stands for all below it. */
export const NOT_CHANGED: Readonly<Record<string, string>> = {
  "access.": IN_CLOUDS,
  "dataCenters.*.region": IN_CLOUDS,
  "dataCenters.*.zones[]": IN_CLOUDS,
  "dataCenters.*.network": IN_CLOUDS,
  "dataCenters.*.sizes.*": IN_CLOUDS,
  "dataCenters.*.image": IN_CLOUDS,
  "dataCenters.*.encryption": IN_CLOUDS,
  "dataCenters.*.frozen": IN_CLOUDS,
  "dataCenters.*.addresses.*[]": "is of servers that somebody else runs; to the balancers another address is a server that moved",
  "failover.kind": BY_DNS,
  "failover.provider": BY_DNS,
  "failover.zone": BY_DNS,
  "failover.createZone": BY_DNS,
  "failover.policy": BY_DNS,
  "failover.ttl": BY_DNS,
  "failover.port": "is where clients go: at another port there is another page, and who asks at the old one is refused",
  "failover.httpsPort": "is where clients go: at another port there is another page, and who asks at the old one is refused",
  "loadBalancers.primary.size": IN_CLOUDS,
  "loadBalancers.secondary.size": IN_CLOUDS,
  "pools.*.app.image": IN_CLOUDS,
  "pools.*.app.userData": IN_CLOUDS,
  "pools.*.app.port": IN_CLOUDS,
  "pools.*.size": IN_CLOUDS,
  "rotate.acme": BY_ACME,
  "rotate.authority": IN_CLOUDS,
  "rotate.primary": IN_CLOUDS,
  "rotate.secondary": IN_CLOUDS,
  "rotate.servers": IN_CLOUDS,
  "secrets.*.secure": "is what a variable or a certificate's key refers to, and both are changed",
  "site.name": "is part of every name: under another one there is another site, which needs a stack of its own",
  "tls.acme.": BY_ACME,
};
