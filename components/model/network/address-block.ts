import { z } from "zod";
import { isBlock, isIpv6Block } from "./cidr";
import { mustBe } from "../schema";

/** What a block of addresses looks like. */
export const BLOCK_RULE = "a block of addresses without host bits, such as 198.51.100.0/24 or 2001:db8::/32";

/** A block of addresses, IPv4 or IPv6. */
export const addressBlock = z
  .string(mustBe(BLOCK_RULE))
  .refine((block) => isBlock(block) || isIpv6Block(block), mustBe(BLOCK_RULE));

/** Blocks of addresses; none unless some are stated. */
export const addressBlocks = (example = "[198.51.100.0/24]") =>
  z.array(addressBlock, mustBe(`a list such as ${example}`)).default([]);
