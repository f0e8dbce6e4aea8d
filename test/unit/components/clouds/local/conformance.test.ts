import { LocalDataCenter } from "../../../../../components/clouds/local";
import { PROCESS } from "../../../../../components/contracts/process";
import { conforms } from "../../../../support/conformance";

conforms("this machine", {
  make: (name) => new LocalDataCenter(name),
  answers: { outputs: () => ({ directory: "/run/here", listening: { http: 20_001, site: 20_002, health: 20_003 } }) },
  isMachine: (type) => type === PROCESS,
  remote: false,
});
