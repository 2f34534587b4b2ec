import { linearModel } from "../../../src/domain/battery/linear/linear-model.ts";
import { lossMw, mostMarginMwhr, partLoadModel } from "../../support/part-load-model.ts";
import { testModel } from "./model-suite.ts";

testModel({
  model: linearModel,
  lossMw: ({ efficiency }, mw) => (mw > 0 ? mw / efficiency - mw : -mw * (1 - efficiency)),
  mostMarginMwhr: () => 0,
});

testModel({ model: partLoadModel, lossMw, mostMarginMwhr });
