/** This machine as a cloud: data centers played by its processes. */
export { LocalDataCenter } from "./data-center";
export { LocalFront, type LocalFrontArgs } from "./front";
