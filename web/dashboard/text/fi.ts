// The texts of the pages in Finnish.

import type { Words } from "./en.ts";
import { FI_ANSWER } from "./fi/answer.ts";
import { FI_AUDIT } from "./fi/audit.ts";
import { FI_CHART } from "./fi/chart.ts";
import { FI_DISPATCH } from "./fi/dispatch.ts";
import { FI_FLEET } from "./fi/fleet.ts";
import { FI_FRAME } from "./fi/frame.ts";
import { FI_SETTINGS } from "./fi/settings.ts";

export const FI: Words = {
  ...FI_FRAME,
  ...FI_FLEET,
  ...FI_CHART,
  ...FI_DISPATCH,
  ...FI_ANSWER,
  ...FI_AUDIT,
  ...FI_SETTINGS,
};
