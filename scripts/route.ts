import { explainRoute, requestOf } from "./route-words";
import { soundStack } from "./stated-stack";
import { runVerb, soundArguments } from "./verb";

// From the stack file alone: nothing is deployed for it, and no balancer is asked.
runVerb(() => {
  const { stack: name, rest } = soundArguments();
  const request = requestOf(rest);
  console.log(explainRoute(soundStack(name), request));
  return Promise.resolve();
});
