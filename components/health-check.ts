export { type HealthCheck, httpCheck } from "./model/health-check";
