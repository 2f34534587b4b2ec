// The enum of refusal codes.
import { REFUSAL_CODES, type RefusalCode as RefusalCodeName } from "../../../domain/base/codes.ts";
import { builder } from "./builder.ts";

const refusalValues = Object.fromEntries(
  Object.entries(REFUSAL_CODES).map(([code, description]) => [code, { value: code, description }]),
) as Record<RefusalCodeName, { value: RefusalCodeName; description: string }>;

export const RefusalCode = builder.enumType("RefusalCode", {
  description: "The reason of a refusal. Members are only ever added.",
  values: refusalValues,
});
