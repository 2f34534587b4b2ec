// Random ids of the system.
import { randomUUID } from "node:crypto";
import type { Chance } from "../../domain/ports/chance.ts";

export const systemChance: Chance = { newId: randomUUID };
