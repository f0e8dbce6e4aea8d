import { explainRoute, requestOf } from "../route-words";
import { soundStack } from "../../workspace/stated-stack";
import { soundArguments } from "../verb";
import { runVerb } from "../../workspace/run-verb";

// From the stack file alone: nothing is deployed for it, and no balancer is asked.
runVerb(() => {
  const { stack: name, rest } = soundArguments();
  const request = requestOf(rest);
  console.log(explainRoute(soundStack(name), request));
  return Promise.resolve();
});
