import { GcpDataCenter } from "../../../../../components/clouds/gcp";
import { conforms } from "../../../../support/conformance";
import { ANSWERS } from "./iowa";

conforms("Google Cloud", {
  make: (name) => new GcpDataCenter(name, { region: "us-central1" }),
  frozen: (name) => new GcpDataCenter(name, { region: "us-central1", frozen: true }),
  answers: ANSWERS,
  isMachine: (type) => type === "gcp:compute/instance:Instance",
  remote: true,
});
