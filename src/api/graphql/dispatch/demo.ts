// The demo: whether it runs, and its end.
import { DEMO_TEXTS } from "../../../domain/dispatch/fields.ts";
import { builder } from "../base/builder.ts";
import { refusal } from "../base/refusal.ts";

builder.queryField("demo", (t) =>
  t.boolean({
    description: DEMO_TEXTS.isOn,
    resolve: (_, __, { services }) => services.dispatch.isDemoOn(),
  }),
);

builder.mutationField("endDemo", (t) =>
  t.boolean({
    description: `${DEMO_TEXTS.end} False: the demo does not run any more.`,
    async resolve(_, __, { services }) {
      const refused = await services.dispatch.endDemo();
      if (refused) throw refusal(refused.code, refused.message);
      return services.dispatch.isDemoOn();
    },
  }),
);
