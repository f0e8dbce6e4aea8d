/** DigitalOcean as a cloud. It has no failover of its own: its DNS checks nobody's health. */
export { catalogue } from "./catalogue";
export { DigitalOceanDataCenter } from "./data-center";
