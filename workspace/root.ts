import * as path from "node:path";

/** The folder of this project. */
export const ROOT = path.dirname(__dirname);
