import { readStack } from "../components/model/read-stack";
import { report } from "../components/model/problem";
import { explainRoute, requestOf } from "./route-words";
import { readStackFile, sectionsOf } from "./stack-file";
import { runVerb, soundArguments } from "./verb";

// From the stack file alone: nothing is deployed for it, and no balancer is asked.
runVerb(() => {
  const { stack: name, rest } = soundArguments();
  const request = requestOf(rest);
  const { stack, problems } = readStack(sectionsOf(readStackFile(name).config), undefined, name);
  if (stack === undefined) throw new Error(report(`stacks/Pulumi.${name}.yaml`, problems));
  console.log(explainRoute(stack, request));
  return Promise.resolve();
});
