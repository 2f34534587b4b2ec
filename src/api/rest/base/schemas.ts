// Shapes that several routes share.
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { readDecimal } from "../../../domain/base/decimal.ts";
import { quoted } from "../../../domain/base/quote.ts";
import type { Origin } from "../../../domain/fleet/change.ts";
import { readInstant } from "../../../domain/time/instant.ts";
import { Problem, problemHeaders } from "../../transport/problem.ts";
import { EXAMPLE } from "./examples.ts";

export const Id = z
  .guid({ error: "must be a UUID" })
  .toLowerCase()
  .openapi({ example: EXAMPLE.assetId });

/** A UUID of this meaning. @param example Left out: that of an asset. */
export const idOf = (description: string, example: string = EXAMPLE.assetId) =>
  Id.openapi({ description, example });

const idParams = (noun: string, example: string) =>
  z.object({
    id: idOf(`UUID of the ${noun}, in either case.`, example).openapi({
      param: { name: "id", in: "path" },
    }),
  });

/** The id in a path. */
export const AssetParams = idParams("asset", EXAMPLE.assetId);
export const SiteParams = idParams("site", EXAMPLE.siteId);
export const DispatchParams = idParams("dispatch", EXAMPLE.dispatchId);
export const AlarmParams = idParams("alarm", EXAMPLE.alarmId);
export const RoleRuleParams = idParams("role rule", EXAMPLE.ruleId);
/** Of one that was registered by its route, whose example has the same id. */
export const RegisteredAssetParams = idParams("asset", EXAMPLE.newAssetId);
export const RegisteredSiteParams = idParams("site", EXAMPLE.newSiteId);

/** A number of this meaning; the description states its unit. */
export const quantity = (description: string) => z.number().openapi({ description });

export const instant = (description: string) =>
  z.string().openapi({ format: "date-time", description });

/** An instant that a client gives, in ms since the epoch. */
export const time = z
  .unknown()
  .transform((given, context) => {
    const read = readInstant(given);
    if ("ms" in read) return read.ms;
    const message = given === undefined ? "is missing: it must be an instant" : read.wrong;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .openapi({ type: ["string", "integer"], format: "date-time" });

/** A number of this meaning in the query of an address, in decimal. */
export function numberText(description: string, least: number, most: number, isWhole = true) {
  const must = `must be ${isWhole ? "a whole number, " : ""}${least} to ${most}`;
  return z
    .string()
    .transform((text, context) => {
      const value = readDecimal(text) ?? Number.NaN;
      if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
      context.addIssue({ code: "custom", message: `${must}, not ${quoted(text)}` });
      return z.NEVER;
    })
    .openapi({
      type: isWhole ? "integer" : "number",
      minimum: least,
      maximum: most,
      description,
    });
}

/** Instants written last, by their last digits: responses repeat the same ones, and each takes long to format. */
const written = new Array<{ readonly ms: number; readonly text: string } | undefined>(64).fill(
  undefined,
);

/** An instant as it is answered: RFC 3339 in UTC, with ms. */
export function instantText(ms: number): string {
  const place = Math.abs(Math.trunc(ms) % written.length);
  const known = written[place];
  if (known?.ms === ms) return known.text;
  const text = new Date(ms).toISOString();
  written[place] = { ms, text };
  return text;
}

/** An instant as it is answered, or null. */
export const instantOrNull = (ms: number | null) => (ms === null ? null : instantText(ms));

export const OriginJson = z.enum(["file", "default", "api"] satisfies Origin[]).openapi({
  description:
    "Its origin: the assets file, the default fleet where there is none, or the API. Only the API changes what it added.",
});

/** A body of this shape, as JSON. @param example A request that works as it stands. */
export const jsonBody = <S extends z.ZodType>(schema: S, example: z.input<S>) =>
  ({ required: true, content: { "application/json": { schema, example } } }) as const;

/** A value of a named shape, or null: with nullable() on the shape itself, OpenAPI would refuse the null. */
export const orNull = <S extends z.ZodType>(schema: S, description: string) =>
  z.union([schema, z.null()]).openapi({ description });

/** A response of a route with a body of this shape. */
export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { "application/json": { schema } } } as const;
}

/** Whether one of a list was accepted. */
export const isAccepted = <T extends boolean>(accepted: T) =>
  z.literal(accepted).openapi({ description: "Whether it was accepted." });

/** The response of a route that creates something. */
export function created<S extends z.ZodType>(description: string, schema: S) {
  const Location = { description: "Its address.", schema: { type: "string" } } as const;
  return { ...answer(description, schema), headers: { Location } } as const;
}

/** The response of a route with a problem. */
export const refused = (description: string) =>
  ({ description, content: { "application/problem+json": { schema: Problem } } }) as const;

export const MALFORMED = refused("The request is malformed; the problem names the field.");
export const NOT_ACCEPTABLE = refused(
  "Accept names none of the media types of the answer; the problem lists them.",
);
export const OTHER_HOST = refused("The host name of the request is none of this server.");
export const NOT_FOUND = refused("No asset or site has this id, or the asset is retired.");
export const BUSY = refused(
  "Too many history queries wait, or this one took too long, or the database is unavailable.",
);
export const FULL = refused("As many streams are open as may be.");
export const REFUSED = refused("The asset refuses; the problem has the limits.");
export const CONFLICT = refused("The request id was used for another request.");
export const NOT_CHANGEABLE = refused(
  "The id was used before, or the API did not add it, or others depend on it; the problem has every reason.",
);
export const CHANGE_REFUSED = refused("Fields break a rule; the problem has every reason.");
export const NO_DISPATCH = refused("No dispatch has this id.");
export const NOT_OPEN = refused("The dispatch has ended, or has no lease to renew.");
export const UNAUTHORIZED = refused("A sign-in is needed, or the token is not accepted.");
export const FORBIDDEN = refused("The role that it needs is not granted; the problem names it.");

/** The status of a refusal, as the routes document it. */
export function refusalStatus({ status }: Problem): 403 | 404 | 409 | 422 {
  return status === 403 || status === 404 || status === 409 ? status : 422;
}

/** The response with a problem, typed by its status. */
export function refuse<S extends 400 | 403 | 404 | 406 | 409 | 422 | 503>(
  context: Context,
  it: Problem,
  status: S,
) {
  return context.json({ ...it, status }, status, problemHeaders(it));
}
