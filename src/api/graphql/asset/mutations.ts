// Mutations of assets.

import type { CountViolation } from "../../../domain/base/count.ts";
import type { Asset as AssetItem } from "../../../domain/fleet/asset.ts";
import type { Clamp } from "../../../domain/fleet/change.ts";
import { MOST_ASSETS, type Registered } from "../../../services/fleet/registration.ts";
import { builder } from "../base/builder.ts";
import { READING } from "../base/cost.ts";
import { readId } from "../base/inputs.ts";
import { Asset } from "../base/refs.ts";
import { refusal } from "../base/refusal.ts";
import { Dispatch } from "../dispatch/dispatch.ts";
import { AssetInput, AssetUpdateInput, readAsset, readAssetUpdate } from "../fleet/inputs.ts";
import { refusedOf, resultOf } from "../fleet/refusal.ts";

interface WithAsset {
  readonly asset: AssetItem;
}

interface Updated extends WithAsset {
  readonly clamps: readonly Clamp[];
}

const AssetRegistered = builder.objectRef<WithAsset>("AssetRegistered").implement({
  description: "The asset was stored, and is in the fleet: the next frame has it.",
  fields: (t) => ({ asset: t.expose("asset", { type: Asset, description: "The asset." }) }),
});

const AssetClamp = builder.objectRef<Clamp>("AssetClamp").implement({
  description:
    "A number that a change left outside its bounds, and that was set to the nearer bound.",
  fields: (t) => ({
    field: t.exposeString("field", {
      description:
        "fallbackMw and initialSocPct of the asset, or socMwhr, the energy that it stores.",
    }),
    from: t.exposeFloat("from", { description: "Value before, in the unit of the field." }),
    to: t.exposeFloat("to", { description: "Value now, in the unit of the field." }),
  }),
});

const AssetUpdated = builder.objectRef<Updated>("AssetUpdated").implement({
  description: "The change was stored, and is in force: the next frame has it.",
  fields: (t) => ({
    asset: t.expose("asset", { type: Asset, description: "The asset as it is now." }),
    clamps: t.expose("clamps", {
      type: [AssetClamp],
      description: "Numbers that were set to new bounds; mostly none.",
    }),
    cutDispatches: t.field({
      type: [Dispatch],
      description:
        "Its open dispatches whose power lies outside its new rating: they stay open, and their power is limited to it.",
      complexity: READING,
      resolve: ({ asset }, _, { services }) => services.dispatch.cutOf(asset.id),
    }),
  }),
});

const AssetRetired = builder.objectRef<WithAsset>("AssetRetired").implement({
  description: "The asset is retired, its open dispatches ended, and its telemetry stays.",
  fields: (t) => ({ asset: t.expose("asset", { type: Asset, description: "The asset." }) }),
});

const AssetRegisterResult = resultOf("AssetRegister", AssetRegistered);
const AssetUpdateResult = resultOf("AssetUpdate", AssetUpdated);
const AssetRetireResult = resultOf("AssetRetire", AssetRetired);

function outcomeOf(result: Registered) {
  if (!result.accepted) return refusedOf(result);
  return { asset: result.table.findAsset(result.id) as AssetItem };
}

builder.mutationFields((t) => ({
  assetRegister: t.field({
    type: AssetRegisterResult,
    description:
      "Adds an asset to a site. Answered once it is in the fleet: when the tick under way ends.",
    args: { input: t.arg({ type: AssetInput, required: true, description: "The asset." }) },
    resolve: async (_, { input }, { services }) =>
      outcomeOf(await services.fleet.asset(readAsset(input, "input"))),
  }),
  assetRegisterMany: t.field({
    type: [AssetRegisterResult],
    description:
      "Adds several assets. Each is decided by itself, in their order; a refusal of one does not affect the others.",
    complexity: ({ inputs }) => ({ multiplier: Math.min(inputs.length, MOST_ASSETS) }),
    args: {
      inputs: t.arg({
        type: [AssetInput],
        required: true,
        description: "The assets, 1 to 1,000.",
      }),
    },
    resolve: async (_, { inputs }, { services }) => {
      const given = inputs.map((input, n) => readAsset(input, `inputs[${n}]`));
      const results = await services.fleet.assets(given);
      if ("count" in results) throw countRefusal(results);
      return results.map(outcomeOf);
    },
  }),
  assetUpdate: t.field({
    type: AssetUpdateResult,
    description:
      "Changes an asset that was registered. Answered once that is in force: when the tick under way ends.",
    args: {
      id: t.arg.id({ required: true, description: "UUID of the asset." }),
      input: t.arg({ type: AssetUpdateInput, required: true, description: "What changes." }),
    },
    resolve: async (_, { id, input }, { services }) => {
      const [assetId, update] = [readId(id, "id"), readAssetUpdate(input)];
      const result = await services.fleet.change([{ kind: "updateAsset", assetId, update }]);
      if (!result.accepted) return refusedOf(result);
      return { asset: result.table.findAsset(assetId) as AssetItem, clamps: result.clamps };
    },
  }),
  assetRetire: t.field({
    type: AssetRetireResult,
    description:
      "Retires an asset that was registered, for ever: it is not simulated any more, and its id is not used again.",
    args: { id: t.arg.id({ required: true, description: "UUID of the asset." }) },
    resolve: async (_, { id }, { services }) => {
      const assetId = readId(id, "id");
      const result = await services.fleet.change([{ kind: "retireAsset", assetId }]);
      if (!result.accepted) return refusedOf(result);
      return { asset: result.table.findAsset(assetId) as AssetItem };
    },
  }),
}));

function countRefusal({ count, most }: CountViolation) {
  const message = `inputs must have 1 to ${most} assets, not ${count}: register the others in another request`;
  return refusal("BAD_INPUT", message, "inputs");
}
