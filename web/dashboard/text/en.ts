// The texts of the pages in English, from which the shape of every other language follows.
import { EN_ANSWER } from "./en/answer.ts";
import { EN_AUDIT } from "./en/audit.ts";
import { EN_CHART } from "./en/chart.ts";
import { EN_DISPATCH } from "./en/dispatch.ts";
import { EN_FLEET } from "./en/fleet.ts";
import { EN_FRAME } from "./en/frame.ts";
import { EN_SETTINGS } from "./en/settings.ts";

export const EN = {
  ...EN_FRAME,
  ...EN_FLEET,
  ...EN_CHART,
  ...EN_DISPATCH,
  ...EN_ANSWER,
  ...EN_AUDIT,
  ...EN_SETTINGS,
};

/** The texts of one language. */
export type Words = typeof EN;
