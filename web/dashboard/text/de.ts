// The texts of the pages in German.
import { DE_ANSWER } from "./de/answer.ts";
import { DE_AUDIT } from "./de/audit.ts";
import { DE_CHART } from "./de/chart.ts";
import { DE_DISPATCH } from "./de/dispatch.ts";
import { DE_FLEET } from "./de/fleet.ts";
import { DE_FRAME } from "./de/frame.ts";
import { DE_SETTINGS } from "./de/settings.ts";
import type { Words } from "./en.ts";

export const DE: Words = {
  ...DE_FRAME,
  ...DE_FLEET,
  ...DE_CHART,
  ...DE_DISPATCH,
  ...DE_ANSWER,
  ...DE_AUDIT,
  ...DE_SETTINGS,
};
