/** Google Cloud: data centers in its regions, and failover by Cloud DNS. */
export { catalogue } from "./catalogue";
export { GcpDataCenter } from "./data-center";
export { CloudDnsFailover, type CloudDnsFailoverArgs } from "./dns-failover";
