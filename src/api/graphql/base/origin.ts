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

/** Who brought a site or an asset. */
export const originOf = ({ id }: { readonly id: string }, _: unknown, { services }: GraphContext) =>
  services.fleet.originOf(id);
