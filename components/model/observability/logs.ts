import { z } from "zod";
import { mustBe, whole } from "../schema";
import { size } from "../limits/size";

/** Most of an access log in one file, on this machine. */
export const DEFAULT_LOG_FILE_SIZE = "10MiB";
/** How many files of an access log are kept, on this machine. */
export const DEFAULT_LOG_FILES = 5;

/** What balancers log of requests. */
export const logs = z
  .strictObject(
    {
      access: z
        .boolean(mustBe("true or false"))
        .default(false)
        .describe("Whether each request becomes a line of JSON in the balancer's access log."),
      query: z
        .boolean(mustBe("true or false"))
        .default(false)
        .describe("Whether the line says the query of the URL, in which there may be secrets."),
      fileSize: size("64KiB", "1GiB")
        .default(DEFAULT_LOG_FILE_SIZE)
        .describe("On this machine: most of it in one file; the next one follows. In a cloud the journal does that."),
      files: whole(1, 100)
        .default(DEFAULT_LOG_FILES)
        .describe("On this machine: how many files are kept, the one in use included."),
    },
    mustBe("a map such as { access: true }"),
  )
  .describe("What balancers log of requests.");

/** What balancers log, with every default filled in. */
export type Logs = z.output<typeof logs>;
