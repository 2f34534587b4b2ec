// The demo: whether it runs, and its end.
import { DEMO_TEXTS } from "../../../domain/dispatch/fields.ts";
import { builder } from "../base/builder.ts";

builder.queryField("demo", (t) =>
  t.boolean({
    description: DEMO_TEXTS.isOn,
    resolve: (_, __, { services }) => services.dispatch.demo.isOn(),
  }),
);

builder.mutationField("endDemo", (t) =>
  t.boolean({
    description: `${DEMO_TEXTS.end} False: the demo does not run any more.`,
    async resolve(_, __, { services }) {
      await services.dispatch.demo.end();
      return services.dispatch.demo.isOn();
    },
  }),
);
