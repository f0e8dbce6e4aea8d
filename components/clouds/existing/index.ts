/** Servers that exist already, and are only balanced. */
export { ExistingDataCenter } from "./data-center";
