import * as grpc from "@grpc/grpc-js";
import * as empty from "google-protobuf/google/protobuf/empty_pb";
import * as struct from "google-protobuf/google/protobuf/struct_pb";
import * as engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { type Change, type Operation, type Properties, type Resource } from "./resource";

/** Any resource type, with its properties as they come over the wire. */
export type AnyResource = Resource<Properties, Properties>;

/** A plugin that serves. */
export interface Server {
  /** TCP port on 127.0.0.1 that the engine connects to. */
  readonly port: number;
  /** Raises every operation's signal. */
  abort(): void;
  /** Waits for the operations that are going on. */
  drain(): Promise<void>;
  /** Stops serving at once. */
  stop(): void;
}

/** Finds a resource type by its token, for the resource with this URN; undefined when there is none. */
export type Lookup = (type: string, urn: string) => AnyResource | undefined;

/** What a package has beside its resources. */
export interface PackageOptions {
  /** Its name. @default "evenkeel-node" */
  readonly name?: string;
  /** Answers a program's question. @default there are none to ask */
  readonly invoke?: (token: string, args: Properties) => Promise<Properties>;
  /** Is told how the stack configures the package, before anything else. @default it has no settings */
  readonly configure?: (settings: Properties) => void;
}

type Handler<Request, Response> = (request: Request) => Promise<Response> | Response;

const KIND: Record<Change, provider.PropertyDiff.Kind> = {
  add: provider.PropertyDiff.Kind.ADD,
  delete: provider.PropertyDiff.Kind.DELETE,
  update: provider.PropertyDiff.Kind.UPDATE,
  replace: provider.PropertyDiff.Kind.UPDATE_REPLACE,
};
/** The engine sends whole configurations; gRPC's own limit of 4 MiB is for smaller messages. */
const MAX_MESSAGE = 400 << 20;

/**
 * Serves resources to a Pulumi engine: decodes each call, finds the resource by its type, encodes its answer.
 *
 * @param version The plugin's version.
 * @param resources The resource types by token, for example `evenkeel-node:index:Process`, or what finds them.
 * @param engineAddress Where the engine listens for status lines; it may come later, by handshake or attach.
 */
export async function serve(
  version: string,
  resources: Readonly<Record<string, AnyResource>> | Lookup,
  engineAddress?: string,
  { name = "evenkeel-node", invoke, configure }: PackageOptions = {},
): Promise<Server> {
  let client: engineRpc.EngineClient | undefined;
  let interruption = new AbortController();
  const connect = (address: string): void => {
    // A new run; the last one's end was a Cancel too.
    interruption = new AbortController();
    client?.close();
    client = new engineRpc.EngineClient(address, grpc.credentials.createInsecure());
  };
  if (engineAddress !== undefined) connect(engineAddress);

  const underway = new Set<Promise<unknown>>();
  const unary = unaryIn(underway);

  const log = (urn: string, severity: engine.LogSeverity, message: string, ephemeral: boolean): void => {
    const request = new engine.LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    client?.log(request, () => undefined);
  };
  const operation = (urn: string): Operation => {
    let shown = "";
    return {
      urn,
      signal: interruption.signal,
      status: (message) => {
        // Where there is no terminal the engine prints a line for each.
        if (message !== shown) log(urn, engine.LogSeverity.INFO, message, true);
        shown = message;
      },
      warn: (message) => log(urn, engine.LogSeverity.WARNING, message, false),
    };
  };
  const resourceOf = (urn: string): AnyResource => {
    const type = urn.split("::")[2]?.split("$").pop() ?? "";
    const resource = typeof resources === "function" ? resources(type, urn) : resources[type];
    if (resource === undefined) {
      const known = typeof resources === "function" ? "" : `: ${Object.keys(resources).join(", ")}`;
      throw new Error(`${type} is not a resource of ${name}${known}`);
    }
    return resource;
  };

  const handlers = {
    handshake: unary((request: provider.ProviderHandshakeRequest) => {
      if (request.getEngineAddress() !== "") connect(request.getEngineAddress());
      return new provider.ProviderHandshakeResponse();
    }),
    attach: unary((request: plugin.PluginAttach) => {
      connect(request.getAddress());
      return new empty.Empty();
    }),
    getPluginInfo: unary(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: unary(() => {
      const response = new provider.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name, version }));
      return response;
    }),
    checkConfig: unary((request: provider.CheckRequest) => {
      const response = new provider.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: unary(() => {
      const response = new provider.DiffResponse();
      response.setChanges(provider.DiffResponse.DiffChanges.DIFF_NONE);
      return response;
    }),
    configure: unary((request: provider.ConfigureRequest) => {
      configure?.(properties(request.getArgs()));
      const response = new provider.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    }),
    check: unary((request: provider.CheckRequest) => {
      const before = properties(request.getOlds());
      const inputs = resourceOf(request.getUrn()).check(
        properties(request.getNews()),
        Object.keys(before).length === 0 ? undefined : before,
      );
      const response = new provider.CheckResponse();
      response.setInputs(encoded(inputs));
      return response;
    }),
    diff: unary((request: provider.DiffRequest) => {
      const resource = resourceOf(request.getUrn());
      const [before, inputs] = [properties(request.getOldInputs()), properties(request.getNews())];
      const response = diffResponse(resource.diff(before, properties(request.getOlds()), inputs));
      response.setDeletebeforereplace(response.getReplacesList().length > 0 && resource.deleteBeforeReplace?.(inputs) === true);
      return response;
    }),
    create: unary(async (request: provider.CreateRequest) => {
      const resource = resourceOf(request.getUrn());
      const inputs = properties(request.getProperties());
      const response = new provider.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(encoded(resource.preview(inputs, undefined)));
        return response;
      }
      const { id, outputs } = await resource.create(inputs, operation(request.getUrn()));
      response.setId(id);
      response.setProperties(encoded(outputs));
      return response;
    }),
    read: unary(async (request: provider.ReadRequest) => {
      const found = await resourceOf(request.getUrn()).read(
        request.getId(),
        properties(request.getInputs()),
        properties(request.getProperties()),
        operation(request.getUrn()),
      );
      const response = new provider.ReadResponse();
      if (found === undefined) return response;
      response.setId(request.getId());
      response.setInputs(encoded(found.inputs));
      response.setProperties(encoded(found.outputs));
      return response;
    }),
    update: unary(async (request: provider.UpdateRequest) => {
      const resource = resourceOf(request.getUrn());
      const outputs = properties(request.getOlds());
      const inputs = properties(request.getNews());
      const response = new provider.UpdateResponse();
      const after = request.getPreview()
        ? resource.preview(inputs, outputs)
        : await resource.update(
            request.getId(),
            properties(request.getOldInputs()),
            outputs,
            inputs,
            operation(request.getUrn()),
          );
      response.setProperties(encoded(after));
      return response;
    }),
    delete: unary(async (request: provider.DeleteRequest) => {
      const { outputs, inputs } = { outputs: properties(request.getProperties()), inputs: properties(request.getOldInputs()) };
      await resourceOf(request.getUrn()).delete(request.getId(), inputs, outputs, operation(request.getUrn()));
      return new empty.Empty();
    }),
    cancel: unary(() => {
      interruption.abort();
      return new empty.Empty();
    }),
    getMapping: unary(() => new provider.GetMappingResponse()),
    getMappings: unary(() => new provider.GetMappingsResponse()),
    invoke: unary(async (request: provider.InvokeRequest) => {
      if (invoke === undefined) throw new Error(`${name} has no ${request.getTok()}`);
      const response = new provider.InvokeResponse();
      response.setReturn(encoded(await invoke(request.getTok(), properties(request.getArgs()))));
      return response;
    }),
    ...Object.fromEntries(["call", "construct", "parameterize", "list"].map((method) => [method, unimplemented(name, method)])),
  };

  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE, "grpc.max_send_message_length": MAX_MESSAGE });
  server.addService(providerRpc.ResourceProviderService, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    abort: () => interruption.abort(),
    drain: async () => {
      await Promise.allSettled(underway);
    },
    stop: () => {
      client?.close();
      server.forceShutdown();
    },
  };
}

/** Makes handlers of unary calls, each among `underway` as long as it works. */
function unaryIn(underway: Set<Promise<unknown>>) {
  return <Request, Response>(handle: Handler<Request, Response>) =>
    (call: { request: Request }, respond: (error: Partial<grpc.ServiceError> | null, response?: Response) => void): void => {
      // The whole handling is inside the promise, so that a throw becomes the call's error and not the plugin's end.
      const work = Promise.resolve()
        .then(() => handle(call.request))
        .then(
          (response) => respond(null, response),
          (error: unknown) =>
            respond({ code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
        )
        .finally(() => underway.delete(work));
      underway.add(work);
    };
}

function unimplemented(name: string, method: string) {
  return (_call: unknown, respond: (error: Partial<grpc.ServiceError>) => void): void =>
    respond({ code: grpc.status.UNIMPLEMENTED, details: `${name} has no ${method}` });
}

function diffResponse(changes: Record<string, Change>): provider.DiffResponse {
  const paths = Object.keys(changes);
  const roots = (of: string[]): string[] => [...new Set(of.map((path) => path.split(/[.[]/)[0] ?? path))];
  const response = new provider.DiffResponse();
  response.setChanges(
    paths.length > 0 ? provider.DiffResponse.DiffChanges.DIFF_SOME : provider.DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList(roots(paths));
  response.setReplacesList(roots(paths.filter((path) => changes[path] === "replace")));
  response.setHasdetaileddiff(true);
  for (const [path, change] of Object.entries(changes)) {
    const property = new provider.PropertyDiff();
    property.setKind(KIND[change]);
    property.setInputdiff(true);
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}

function properties(of: struct.Struct | undefined): Properties {
  return of?.toJavaScript() ?? {};
}

function encoded(of: object): struct.Struct {
  return struct.Struct.fromJavaScript(of as Record<string, struct.JavaScriptValue>);
}
