// The buttons that change and retire an asset.
import type { AssetQuery } from "../api/operations.ts";
import { ChangeButtons } from "../fleet/change-buttons.tsx";

interface AssetChangesProps {
  readonly asset: NonNullable<AssetQuery["asset"]>;
  /** Is called once a change is in force. */
  readonly onChanged: () => void;
}

const loadForm = () => import("./asset-dialogs.tsx").then((it) => it.AssetFormDialog);
const loadRetire = () => import("./asset-dialogs.tsx").then((it) => it.RetireAssetDialog);

export function AssetChanges({ asset, onChanged }: AssetChangesProps) {
  return <ChangeButtons item={asset} props={{ asset }} {...{ loadForm, loadRetire, onChanged }} />;
}
