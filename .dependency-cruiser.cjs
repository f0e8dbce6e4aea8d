/** Who may import whom: the rooms of CONTRIBUTING.md, enforced. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(infra|components|provider|drills|scripts|test|stacks)/", pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    { name: "no-orphan-import", severity: "error", from: {}, to: { couldNotResolve: true } },
    only(
      "model-imports-nothing",
      "^components/model/",
      "^components/model/",
      "The model is pure: no SDK, no I/O, no other room.",
    ),
    only(
      "haproxy-imports-the-model",
      "^components/haproxy/",
      "^components/(haproxy|model)/",
      "Rendering knows the plan, nothing else.",
    ),
    only(
      "metrics-import-the-model",
      "^components/metrics/",
      "^components/(metrics|model)/",
      "What monitoring is told follows from the stack alone.",
    ),
    {
      name: "pure-rooms-use-no-sdk",
      severity: "error",
      from: { path: "^components/(model|haproxy|metrics)/" },
      to: { path: "^node_modules/@pulumi|^(node:)?(fs|net|child_process|http|https|os)(/|$)" },
    },
    only(
      "components-know-no-cloud",
      "^components/[^/]+\\.ts$",
      "^components/([^/]+\\.ts$|haproxy/|model/)|^provider/contracts/",
      "A component knows the interface DataCenter, never a cloud.",
    ),
    only(
      "existing-knows-no-sibling",
      "^components/clouds/existing/",
      "^components/([^/]+\\.ts$|model/|clouds/existing/)",
      "Each cloud stands alone.",
    ),
    only(
      "cloud-init-is-pure",
      "^components/clouds/cloud-init/",
      "^components/(haproxy/|model/|clouds/cloud-init/)",
      "What a machine is told is text from text.",
    ),
    ...["aws", "gcp", "digitalocean"].map((cloud) =>
      only(
        `${cloud}-knows-no-sibling`,
        `^components/clouds/${cloud}/`,
        `^components/([^/]+\\.ts$|model/|haproxy/|clouds/((frozen|machine|server-access)\\.ts$|cloud-init/|${cloud}/))`,
        "Each cloud stands alone.",
      ),
    ),
    {
      name: "each-cloud-its-own-sdk",
      comment: "A cloud's SDK is loaded only where a stack uses it.",
      severity: "error",
      from: { path: "^(components|infra|provider)/", pathNot: "^components/clouds/(aws|gcp|digitalocean)/" },
      to: { path: "^node_modules/@pulumi/(aws|gcp|digitalocean)/" },
    },
    ...["aws", "gcp", "digitalocean"].map((cloud) => ({
      name: `${cloud}-uses-no-other-sdk`,
      severity: "error",
      from: { path: `^components/clouds/${cloud}/` },
      to: { path: "^node_modules/@pulumi/(aws|gcp|digitalocean)/", pathNot: `^node_modules/@pulumi/${cloud}/` },
    })),
    only(
      "local-knows-no-sibling",
      "^components/clouds/local/",
      "^components/([^/]+\\.ts$|model/|haproxy/|clouds/local/)|^provider/contracts/",
      "Each cloud stands alone.",
    ),
    only(
      "provider-knows-model-and-haproxy",
      "^provider/",
      "^(provider|components/(model|haproxy))/",
      "The plugin knows no component.",
    ),
    only(
      "contracts-are-leaves",
      "^provider/contracts/",
      "^(provider/contracts|components/model)/",
      "A contract is what both sides of the engine share.",
    ),
    only("infra-wires", "^infra/", "^(infra|components)/|^provider/run-typescript\\.cjs$", "The program only wires components."),
    only("drills-know-outputs", "^drills/", "^(drills|components/model)/", "A drill sees what a user sees."),
    { name: "nothing-imports-tests", severity: "error", from: { pathNot: "^test/" }, to: { path: "^test/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
