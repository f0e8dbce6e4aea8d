/** The error with which `promise` rejects; fails if it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error(`Expected a rejection, but it resolved to ${JSON.stringify(value)}`);
}
