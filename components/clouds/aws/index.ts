/** Amazon Web Services as a cloud, with failover by Route 53. */
export { catalogue } from "./catalogue";
export { AwsDataCenter } from "./data-center";
export { Route53Failover, type Route53FailoverArgs } from "./dns-failover";
