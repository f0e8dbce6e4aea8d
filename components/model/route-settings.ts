import { z } from "zod";
import { mustBe, name, text } from "./schema";

/** One route of a stack file. */
export const route = z
  .strictObject(
    {
      host: text("a host name, or *.example.com")
        .regex(/^(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, mustBe("a host name, or *.example.com for all below it"))
        .optional()
        .describe("Host name, or *.example.com for all names below it. Default: any."),
      path: text("a path, or /path/*")
        .regex(/^\/[A-Za-z0-9._~%:@!+;=/-]*\*?$/, mustBe("a path such as /cart, or /api/* for all below it"))
        .refine(
          (value) => !value.endsWith("*") || value.endsWith("/*"),
          mustBe("a path such as /cart, or /api/* for all below it"),
        )
        .optional()
        .describe("Path, or /api/* for /api and all below it. Default: any."),
      cookie: z
        .record(
          z.string().regex(/^[A-Za-z0-9_-]+$/, mustBe("a cookie name: letters, digits, _ and -")),
          z.string(mustBe('a text in quotes, such as "1"')).regex(/^[A-Za-z0-9._~-]+$/, mustBe("letters, digits, and . _ ~ -")),
          mustBe('a map such as { beta: "1" }'),
        )
        .optional()
        .describe("Cookies by name, with the value that each must have. Default: any."),
      pool: name.describe("Name of the pool that answers."),
    },
    mustBe("a map such as { path: /api/*, pool: api }"),
  )
  .describe("Which requests go to which pool; what it says must all match.");
