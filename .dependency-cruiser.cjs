/** Who may import whom: the table of CONTRIBUTING.md, enforced. A package imports only what is below it. */
const PACKAGES = "^(checks|cli|components|drills|infra|provider|setup|stacks|test|testbed|workspace)/";

const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: PACKAGES, pathNot: allowed },
});

/** The clouds, each with an SDK of its own. */
const CLOUDS = ["aws", "gcp", "digitalocean"];

module.exports = {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolved-import", severity: "error", from: {}, to: { couldNotResolve: true } },
    { name: "nothing-imports-tests", severity: "error", from: { pathNot: "^test/" }, to: { path: "^test/" } },

    // Floor 1: components/
    only(
      "model-imports-nothing",
      "^components/model/",
      "^components/model/",
      "The model is pure: no SDK, no I/O, no other package.",
    ),
    ...["contracts", "haproxy", "metrics"].map((name) =>
      only(
        `${name}-imports-the-model`,
        `^components/${name}/`,
        `^components/(${name}|model)/`,
        "Pure: it knows the model, nothing else.",
      ),
    ),
    {
      name: "pure-packages-use-no-sdk",
      severity: "error",
      from: { path: "^components/(model|contracts|haproxy|metrics)/" },
      to: { path: "^node_modules/@pulumi|^(node:)?(fs|net|child_process|http|https|os)(/|$)" },
    },
    only(
      "components-know-no-cloud",
      "^components/([^/]+\\.ts$|deployment/|resources/)",
      "^components/([^/]+\\.ts$|contracts/|deployment/|haproxy/|model/|resources/)",
      "A component knows the interface DataCenter, never a cloud.",
    ),
    only(
      "existing-knows-no-sibling",
      "^components/clouds/existing/",
      "^components/([^/]+\\.ts$|model/|clouds/existing/)",
      "Each cloud stands alone.",
    ),
    only(
      "local-knows-no-sibling",
      "^components/clouds/local/",
      "^components/([^/]+\\.ts$|model/|haproxy/|contracts/|resources/|clouds/local/)",
      "Each cloud stands alone.",
    ),
    only(
      "cloud-init-is-pure",
      "^components/clouds/cloud-init/",
      "^components/(haproxy/|model/|clouds/cloud-init/)",
      "A machine's user data is text from text.",
    ),
    only(
      "shared-knows-no-cloud",
      "^components/clouds/shared/",
      "^components/([^/]+\\.ts$|model/|haproxy/|resources/|clouds/(shared|cloud-init)/)",
      "What the clouds have in common uses no cloud's SDK.",
    ),
    ...CLOUDS.map((cloud) =>
      only(
        `${cloud}-knows-no-sibling`,
        `^components/clouds/${cloud}/`,
        `^components/([^/]+\\.ts$|model/|haproxy/|resources/|clouds/(shared/|cloud-init/|${cloud}/))`,
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
    ...CLOUDS.map((cloud) => ({
      name: `${cloud}-uses-no-other-sdk`,
      severity: "error",
      from: { path: `^components/clouds/${cloud}/` },
      to: { path: "^node_modules/@pulumi/(aws|gcp|digitalocean)/", pathNot: `^node_modules/@pulumi/${cloud}/` },
    })),

    // Floor 2: provider/ and workspace/
    only(
      "provider-knows-model-and-haproxy",
      "^provider/",
      "^(provider|components/(model|haproxy|contracts))/",
      "The plugin knows no component.",
    ),
    only(
      "transport-is-the-provider's-ground",
      "^provider/transport/",
      "^provider/(transport/|[^/]+\\.ts$)|^components/(model|haproxy|contracts)/",
      "A way to a machine knows nothing of what is done there.",
    ),
    only(
      "provider-haproxy-imports-transport",
      "^provider/haproxy/",
      "^provider/(haproxy/|transport/|[^/]+\\.ts$)|^components/(model|haproxy|contracts)/",
      "Inside the provider, imports go down as well.",
    ),
    only(
      "provider-process-imports-haproxy-and-transport",
      "^provider/process/",
      "^provider/(process/|haproxy/|transport/|[^/]+\\.ts$)|^components/(model|haproxy|contracts)/",
      "A process knows no rollout.",
    ),
    only(
      "provider-rollout-starts-no-process",
      "^provider/rollout/",
      "^provider/(rollout/|haproxy/|keys/|transport/|[^/]+\\.ts$)|^components/(model|haproxy|contracts)/",
      "A rollout works on what runs.",
    ),
    only(
      "workspace-imports-the-library",
      "^workspace/",
      "^(workspace|components)/",
      "A checkout, its stack files and its backend.",
    ),

    // Floor 3: setup/
    only(
      "setup-stands-alone",
      "^setup/",
      "^setup/|^provider/transport/haproxy-binary\\.cjs$",
      "It runs before any dependency is installed.",
    ),

    // Floor 4: infra/ and testbed/
    only("infra-wires", "^infra/", "^(infra|components|setup)/", "The program only wires components."),
    only(
      "testbed-knows-no-command",
      "^testbed/",
      "^(testbed|infra|provider|components|workspace|setup)/",
      "Sites, clouds and machines that are thrown away.",
    ),

    // Floor 5: cli/, checks/, drills/
    ...["checks", "drills"].map((name) =>
      only(
        `${name}-know-no-command`,
        `^${name}/`,
        `^(${name}|testbed|provider|components|workspace|setup)/`,
        "It is run by a command, and knows none.",
      ),
    ),
    {
      name: "commands-run-drills-and-checks-by-their-main",
      severity: "error",
      from: { path: "^cli/" },
      to: { path: "^(checks|drills)/", pathNot: "/main\\.ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
