// The origin of sites and assets.
import { builder, type GraphContext } from "./builder.ts";

export const Origin = builder.enumType("Origin", {
  description: "The source that added a site or an asset.",
  values: {
    FILE: { value: "file", description: "The assets file, which alone changes it." },
    DEFAULT: {
      value: "default",
      description: "The default fleet, which is simulated where there is no assets file.",
    },
    API: { value: "api", description: "The API, which alone changes it." },
  } as const,
});

/** The origin of a site or an asset. */
export const originOf = ({ id }: { readonly id: string }, _: unknown, { services }: GraphContext) =>
  services.fleet.originOf(id);
