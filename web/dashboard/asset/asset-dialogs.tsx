// The dialogs that register, change and retire an asset.

import { useEffect, useState } from "react";
import { change, request } from "../api/api.ts";
import {
  type AssetInput,
  type AssetQuery,
  AssetRegister,
  AssetRetire,
  AssetUpdate,
  type AssetUpdateInput,
  type AssetUpdateMutation,
  Sites,
  type SitesQuery,
} from "../api/operations.ts";
import { readPages } from "../api/pages.ts";
import type { FormDialogProps, RetireDialogProps } from "../fleet/change-buttons.tsx";
import type { ChangeField, Texts, Values } from "../fleet/change-fields.ts";
import { ChangeForm, type Sent } from "../fleet/change-form.tsx";
import { violationsWords } from "../fleet/violation-words.ts";
import { keepReading } from "../live/keep-reading.ts";
import { ConfirmDialog } from "../parts/confirm-dialog.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Said } from "../parts/said.tsx";
import { assetAddress } from "../route/place.ts";
import { formats } from "../text/format.ts";
import { fieldText } from "../text/number.ts";
import { words } from "../text/words.ts";

type Asset = NonNullable<AssetQuery["asset"]>;
type Site = SitesQuery["sites"]["nodes"][number];

interface AssetFormDialogProps extends FormDialogProps {
  /** The asset to change; left out: a new one is registered. */
  readonly asset?: Asset;
  /** The site that is chosen for a new one. */
  readonly siteId?: string | undefined;
}

export function AssetFormDialog({ isOpen, close, ...rest }: AssetFormDialogProps) {
  const { asset } = rest;
  const title = asset ? words.changes.changeOf(asset.name) : words.changes.newAsset;
  return (
    <Dialog title={title} isOpen={isOpen} isWide onClose={close}>
      <AssetForm {...rest} close={close} />
    </Dialog>
  );
}

function AssetForm({ asset, siteId, close, onChanged }: Omit<AssetFormDialogProps, "isOpen">) {
  const [sites, setSites] = useState<readonly Site[]>();
  const [error, setError] = useState<string>();
  useEffect(
    () =>
      keepReading(
        () => readPages((after) => request(Sites, { after }).then((it) => it.sites)),
        (read) => {
          setSites(read);
          setError(undefined);
        },
        ({ message }) => setError(message),
      ),
    [],
  );
  if (error !== undefined)
    return (
      <p role="alert">
        <Said text={error} />
      </p>
    );
  if (sites === undefined) return <p role="status">{words.page.loading}</p>;
  return (
    <ChangeForm
      fields={fieldsOf(sites, asset === undefined)}
      initial={asset === undefined ? newTexts(siteId) : textsOf(asset)}
      action={asset === undefined ? words.changes.register : words.form.save}
      isUpdate={asset !== undefined}
      close={close}
      send={async (values) => {
        const sent = asset === undefined ? await register(values) : await update(asset.id, values);
        if ("message" in sent) onChanged();
        return sent;
      }}
    />
  );
}

function fieldsOf(sites: readonly Site[], isNew: boolean): readonly ChangeField[] {
  const options = sites
    .filter(({ retired }) => !retired)
    .map(({ id, name }) => [id, name] as const)
    .sort((a, b) => a[1].localeCompare(b[1]));
  const share = { kind: "number", rule: { least: 0, most: 1 } } as const;
  return [
    { name: "name", kind: "text" },
    { name: "siteId", kind: "choice", options },
    { name: "capacityMwhr", kind: "number", rule: { above: 0 } },
    { name: "maxMw", kind: "number", rule: { least: 0 } },
    { name: "minMw", kind: "number", rule: { least: 0 }, isNegative: true },
    { name: "rampRateMwPerMin", kind: "number", rule: { above: 0 } },
    { name: "efficiency", kind: "number", rule: { above: 0, most: 1 } },
    { name: "socMinRatio", ...share },
    { name: "socMaxRatio", ...share },
    ...(isNew
      ? ([
          {
            name: "initialSocPct",
            kind: "number",
            rule: { least: 0, most: 100 },
            isOptional: true,
          },
        ] as const)
      : []),
    { name: "fallbackMw", kind: "number", isOptional: true },
  ];
}

const newTexts = (siteId = ""): Texts => ({ siteId, socMinRatio: "0", socMaxRatio: "1" });

function textsOf(asset: Asset): Texts {
  return {
    name: asset.name,
    siteId: asset.site.id,
    capacityMwhr: fieldText(asset.capacityMwhr),
    maxMw: fieldText(asset.maxMw),
    minMw: fieldText(0 - asset.minMw),
    rampRateMwPerMin: fieldText(asset.rampRateMwPerMin),
    efficiency: fieldText(asset.efficiency),
    socMinRatio: fieldText(asset.socMinRatio),
    socMaxRatio: fieldText(asset.socMaxRatio),
    fallbackMw: asset.fallbackMw === null ? "" : fieldText(asset.fallbackMw),
  };
}

async function register(values: Values): Promise<Sent> {
  // Every field that must be there was read.
  const input = withoutNulls(values) as unknown as AssetInput;
  const { assetRegister: answer } = await change(AssetRegister, { input });
  if (answer.__typename !== "AssetRegistered") return answer;
  const { id, name } = answer.asset;
  return { message: words.changes.registeredAsset(name), address: assetAddress(id) };
}

/** What is left out has the default of the API. */
const withoutNulls = (values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

async function update(id: string, values: Values): Promise<Sent> {
  const input = values as AssetUpdateInput;
  const { assetUpdate: answer } = await change(AssetUpdate, { id, input });
  return answer.__typename === "AssetUpdated" ? { message: updatedWords(answer) } : answer;
}

type Updated = Extract<AssetUpdateMutation["assetUpdate"], { readonly __typename: "AssetUpdated" }>;

function updatedWords({ asset, clamps, cutDispatches }: Updated): string {
  const text = words.changes;
  return [
    text.updated(asset.name),
    ...clamps.map(({ field, from, to }) =>
      text.clamped(
        text.clampFields[field as "fallbackMw"] ?? field,
        fieldText(from),
        fieldText(to),
      ),
    ),
    cutDispatches.length > 0 && text.cut(formats.count(cutDispatches.length)),
  ]
    .filter(Boolean)
    .join(" ");
}

interface RetireAssetDialogProps extends RetireDialogProps {
  readonly asset: Asset;
}

export function RetireAssetDialog({ asset, isOpen, close, onDone }: RetireAssetDialogProps) {
  return (
    <ConfirmDialog
      title={words.changes.retireTitle(asset.name)}
      isOpen={isOpen}
      action={words.changes.retireAsset}
      typedName={asset.name}
      onClose={close}
      onConfirm={async () => {
        const { assetRetire: answer } = await change(AssetRetire, { id: asset.id });
        if (answer.__typename !== "AssetRetired")
          throw new Error(violationsWords(answer.violations));
        close();
        onDone(words.changes.retiredAsset(asset.name));
      }}
    >
      <p>{words.changes.retireAssetMeaning}</p>
    </ConfirmDialog>
  );
}
