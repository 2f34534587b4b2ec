import type { Origin as OriginName } from "../../domain/fleet-change.ts";
import { builder, type GraphContext } from "./builder.ts";

export const Origin = builder.enumType("Origin", {
  description: "Who brought a site or an asset.",
  values: {
    FILE: { value: "file", description: "The assets file: only it changes this." },
    DEFAULT: {
      value: "default",
      description: "It is of the fleet that is simulated where there is no assets file.",
    },
    API: { value: "api", description: "It was registered: only the API changes it." },
  } as const,
});

/** Who brought the site or asset of this id. Only what the file brought goes, and is no longer known. */
export function originOf(
  { id }: { readonly id: string },
  _: unknown,
  { services }: GraphContext,
): OriginName {
  return services.fleet.originOf(id) ?? "file";
}
