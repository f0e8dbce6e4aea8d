export { type CheckQuestion, type HealthCheck, httpCheck, tcpCheck, tlsCheck } from "./model/health-checks/health-check";
