"use strict";

// Lets the program of a run start sooner; Node loads it before all else (NODE_OPTIONS). Pulumi's SDK loads large packages in every run that
// only programs that serialize functions, or trace themselves, need, and older language hosts prepare a compiler, where this program brings
// its own. A run without this file, such as a plain `pulumi up`, does the same and takes longer.

const Module = require("node:module");
const path = require("node:path");

/** What the language host starts. */
const PROGRAM = path.join("@pulumi", "pulumi", "cmd", "run", "index.js");
/** What is loaded when something of it is used, and not before. */
const LATE = new Set([
  "typescript",
  "@npmcli/arborist",
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/instrumentation",
  "@opentelemetry/instrumentation-grpc",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/sdk-trace-node",
]);

if (process.argv[1]?.endsWith(PROGRAM) === true) {
  delete process.env.PULUMI_NODEJS_TYPESCRIPT;
  const modules = /** @type {{ _load: (request: string, ...rest: unknown[]) => object }} */ (/** @type {unknown} */ (Module));
  const load = modules._load;
  modules._load = function (request, ...rest) {
    return LATE.has(request) ? onFirstUse(() => load.call(this, request, ...rest)) : load.call(this, request, ...rest);
  };
}

/**
 * A module that is loaded when something of it is used.
 *
 * @param {() => object} load
 * @returns {object}
 */
function onFirstUse(load) {
  /** @type {object | undefined} */
  let loaded;
  const get = () => (loaded ??= load());
  return new Proxy(function () {}, {
    // What compilers put before `import * as`, to see whether there is a default.
    get: (_, name) => (name === "__esModule" ? true : Reflect.get(get(), name)),
    has: (_, name) => Reflect.has(get(), name),
    apply: (_, self, args) => Reflect.apply(/** @type {Function} */ (get()), self, args),
    construct: (_, args) => Reflect.construct(/** @type {Function} */ (get()), args),
  });
}
