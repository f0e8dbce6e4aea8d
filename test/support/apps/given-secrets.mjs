// An app that tells which of its variables it has, and prints them when it is told to fail.
import { createServer } from "node:http";
import process from "node:process";

const { PORT, TOLD = "", FAIL } = process.env;
const given = Object.fromEntries(TOLD.split(",").map((name) => [name, process.env[name]]));
if (FAIL === "print") {
  for (const value of Object.values(given)) console.log(`cannot go on with ${value}`);
  process.exit(3);
}
createServer((_request, response) => response.end(JSON.stringify(given))).listen(Number(PORT), "127.0.0.1");
