import * as pulumi from "@pulumi/pulumi";

/** One resource that a program declared, with what it said of it. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Record<string, unknown>;
}

/** What the mocked clouds answer. */
export interface Answers {
  /** Whether the program runs for a preview. @default false */
  readonly preview?: boolean;
  /** Outputs of a resource beside its inputs. */
  readonly outputs?: (resource: Declared) => Record<string, unknown>;
  /** Answers to what a program asks, by token. */
  readonly invokes?: Readonly<Record<string, (args: Record<string, unknown>) => Record<string, unknown>>>;
}

/**
 * Runs a program without engine or cloud, and returns what it declared, in order, and what it returned with every output known.
 *
 * @throws Error when the program asks for something that `answers` does not know.
 */
export async function declared<Result>(
  program: () => Result,
  answers: Answers = {},
): Promise<{ resources: Declared[]; result: pulumi.Unwrap<Result> }> {
  const resources: Declared[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const resource = { type, name, id: `${name}-id`, inputs: inputs as Record<string, unknown> };
        resources.push(resource);
        return { id: resource.id, state: { ...resource.inputs, ...answers.outputs?.(resource) } };
      },
      call: ({ token, inputs }) => {
        const answer = answers.invokes?.[token];
        if (answer === undefined) throw new Error(`nobody answers ${token}`);
        return answer(inputs as Record<string, unknown>);
      },
    },
    "evenkeel",
    "test",
    answers.preview === true,
  );
  const result = await known(program());
  // Registrations go on behind the outputs; the mocks' monitor has seen all of them once this has.
  await pulumi.runtime.disconnect();
  return { resources, result };
}

function known<Value>(value: Value): Promise<pulumi.Unwrap<Value>> {
  return new Promise((resolve) => {
    pulumi.output(value).apply((all) => resolve(all));
  });
}
