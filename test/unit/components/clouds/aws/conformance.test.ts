import { AwsDataCenter } from "../../../../../components/clouds/aws";
import { conforms } from "../../../../support/conformance";
import { ANSWERS } from "./virginia";

conforms("AWS", {
  make: (name) => new AwsDataCenter(name, { region: "us-east-1" }),
  frozen: (name) => new AwsDataCenter(name, { region: "us-east-1", frozen: true }),
  answers: ANSWERS,
  isMachine: (type) => type === "aws:ec2/instance:Instance",
  remote: true,
});
