// Dispatches as one client may see and request them.
import { type CountViolation, refuseCount } from "../../domain/base/count.ts";
import type { DispatchDecision } from "../../domain/dispatch/decision.ts";
import type { Dispatch, DispatchEvent } from "../../domain/dispatch/dispatch.ts";
import type { ForecastRange } from "../../domain/dispatch/forecast-range.ts";
import {
  assetUnknown,
  type DispatchRefusal,
  type DispatchRequest,
  dispatchUnknown,
  type RequestField,
  siteUnknown,
} from "../../domain/dispatch/request.ts";
import type { FleetTable } from "../../domain/fleet/fleet-table.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { Action } from "../../domain/identity/role.ts";
import type { DispatchFilter, ListedDispatch } from "../../domain/ports/dispatch-store.ts";
import type { Audit } from "../audit/audit.ts";
import type { Refused, ScheduleRequest, SitePreview, SiteRequest } from "../dispatch/decide.ts";
import type { DispatchService } from "../dispatch/dispatch.ts";
import type { ForecastAnswer } from "../dispatch/forecast.ts";
import type { DispatchResult, ScheduleResult, SiteDispatchResult } from "../dispatch/requests.ts";
import type { ClientTelemetry } from "./client-telemetry.ts";
import { MOST_REQUESTS, withValidId } from "./request-rules.ts";
import type { Forbidden, Rights } from "./rights.ts";

/** Where the store is unavailable, requests and changes reject with STORE_UNAVAILABLE. */
export interface ClientDispatch {
  dispatch(request: DispatchRequest): Promise<DispatchResult>;
  /** Each decided by itself, in their order. */
  dispatchMany(
    requests: readonly DispatchRequest[],
  ): Promise<readonly DispatchResult[] | CountViolation>;
  dispatchSite(request: SiteRequest): Promise<SiteDispatchResult>;
  setSchedule(request: ScheduleRequest): Promise<ScheduleResult>;
  renew(id: string): Promise<DispatchResult>;
  cancel(id: string): Promise<DispatchResult>;
  preview(request: DispatchRequest): Promise<DispatchDecision>;
  previewSite(request: SiteRequest): Promise<SitePreview>;
  forecast(
    assetId: string,
    range: ForecastRange,
    supposed?: readonly DispatchRequest[],
  ): Promise<ForecastAnswer>;
  siteForecast(siteId: string, range: ForecastRange): Promise<ForecastAnswer>;
  readonly forecastCount: DispatchService["forecastCount"];
  find(id: string): Promise<Dispatch | undefined>;
  list(filter: DispatchFilter): Promise<readonly ListedDispatch[]>;
  eventsOf(dispatchId: string): Promise<readonly DispatchEvent[]>;
  readonly cutOf: DispatchService["cutOf"];
  /** Events of all dispatches: an edge chooses among them by the table of the client. */
  readonly events: DispatchService["events"];
  isDemoOn(): boolean;
  /** Ends the demo; or why it may not. */
  endDemo(): Promise<Forbidden | undefined>;
}

interface ClientDispatchDeps {
  readonly dispatch: DispatchService;
  readonly telemetry: ClientTelemetry;
  readonly rights: Rights;
  readonly by: Principal;
  readonly audit: Audit;
}

export function createClientDispatch(deps: ClientDispatchDeps): ClientDispatch {
  const { dispatch: service, telemetry, rights, by, audit } = deps;
  const { visible } = telemetry;
  const check = createChecks(telemetry.table, rights);
  const { refused, unlessRefused } = createRefusals(by, audit);
  const reads = createReads(service, telemetry);

  async function change(
    action: "dispatch.renew" | "dispatch.cancel",
    id: string,
    work: () => Promise<DispatchResult>,
  ): Promise<DispatchResult> {
    // Everything may be changed: nothing has to be read first.
    if (visible.isWhole && rights.refuse("operate", "fleet") === undefined) return work();
    const found = await reads.find(id);
    const refusal =
      found === undefined ? dispatchUnknown(id) : check.asset("operate", found.assetId, "id");
    return unlessRefused(refusal, { action, target: `dispatch:${id.toLowerCase()}` }, work);
  }

  const dispatch = (request: DispatchRequest, work: () => Promise<DispatchResult>) => {
    const { assetId, requestId } = withValidId(request);
    const audited = { action: "dispatch.request", target: targetOf("asset", assetId) } as const;
    return unlessRefused(check.asset("operate", assetId), { ...audited, requestId }, work);
  };

  return {
    dispatch: (request) => dispatch(request, () => service.dispatch(request, by)),
    async dispatchMany(requests) {
      const wrong = refuseCount(requests, MOST_REQUESTS);
      if (wrong !== undefined) return wrong;
      const isFree = requests.every(
        (it) => check.asset("operate", withValidId(it).assetId) === undefined,
      );
      if (isFree) return service.dispatchMany(requests, by);
      return Promise.all(requests.map((it) => dispatch(it, () => service.dispatch(it, by))));
    },
    dispatchSite(request) {
      const { siteId, requestId } = withValidId(request);
      const audited = { action: "site.dispatch", target: targetOf("site", siteId) } as const;
      const work = () => service.dispatchSite(request, by);
      return unlessRefused(check.site("operate", siteId), { ...audited, requestId }, work);
    },
    setSchedule(request) {
      const { assetId, requestId } = withValidId(request);
      const audited = { action: "schedule.set", target: targetOf("asset", assetId) } as const;
      const work = () => service.setSchedule(request, by);
      return unlessRefused(check.asset("schedule", assetId), { ...audited, requestId }, work);
    },
    renew: (id) => change("dispatch.renew", id, () => service.renew(id, by)),
    cancel: (id) => change("dispatch.cancel", id, () => service.cancel(id, by)),
    ...createPreviews(service, check),
    forecastCount: service.forecastCount,
    ...reads,
    events: service.events,
    isDemoOn: service.demo.isOn,
    async endDemo() {
      const refusal = rights.refuse("operate", "fleet");
      if (refusal === undefined) await service.demo.end(by);
      else refused({ action: "demo.end", target: "fleet" }, refusal);
      return refusal;
    },
  };
}

/** Dispatches of visible assets. */
function createReads(
  service: DispatchService,
  { table, visible }: ClientTelemetry,
): Pick<ClientDispatch, "find" | "list" | "eventsOf" | "cutOf"> {
  async function find(id: string): Promise<Dispatch | undefined> {
    const found = await service.find(id);
    return found && table().findAsset(found.assetId) ? found : undefined;
  }

  return {
    find,
    async list(filter) {
      const assetIds = visible.isWhole ? filter.assetIds : visibleIds(table(), filter.assetIds);
      return assetIds?.length === 0 ? [] : service.list({ ...filter, assetIds });
    },
    async eventsOf(dispatchId) {
      if (!visible.isWhole && (await find(dispatchId)) === undefined) return [];
      return service.eventsOf(dispatchId);
    },
    cutOf: (assetId) => (table().findAsset(assetId) === undefined ? [] : service.cutOf(assetId)),
  };
}

/** Previews and forecasts of visible assets, and of sites whose assets are all visible. */
function createPreviews(
  service: DispatchService,
  check: ReturnType<typeof createChecks>,
): Pick<ClientDispatch, "preview" | "previewSite" | "forecast" | "siteForecast"> {
  return {
    async preview(request) {
      const refusal = check.asset("read", request.assetId);
      if (refusal !== undefined) return { accepted: false, refusal, windows: null };
      return service.preview(request);
    },
    async previewSite(request) {
      const refusal = check.site("read", request.siteId);
      if (refusal !== undefined) return { accepted: false, refusal };
      return service.previewSite(request);
    },
    async forecast(assetId, range, supposed) {
      const refusal = check.asset("read", assetId);
      if (refusal !== undefined) return { ...refusal, field: "id" };
      return service.forecast(assetId, range, supposed);
    },
    async siteForecast(siteId, range) {
      const refusal = check.site("read", siteId);
      if (refusal !== undefined) return { ...refusal, field: "id" };
      return service.siteForecast(siteId, range);
    },
  };
}

const targetOf = (noun: "asset" | "site", id: string) => `${noun}:${id.toLowerCase()}`;

/** Why something may not be requested. An asset or site that is not visible does not exist. */
function createChecks(table: () => FleetTable, rights: Rights) {
  const withField = (refusal: Forbidden | undefined, field: RequestField) =>
    refusal && { ...refusal, field };
  return {
    asset(
      action: Action,
      id: string,
      field: RequestField = "assetId",
    ): DispatchRefusal | undefined {
      const asset = table().findAsset(id);
      // The decision refuses an id that no asset has.
      if (asset !== undefined) return withField(rights.refuse(action, { asset }), field);
      return rights.visible.isWhole ? undefined : assetUnknown(id);
    },
    site(action: Action, id: string): DispatchRefusal | undefined {
      const site = table().findSite(id);
      if (site !== undefined) return withField(rights.refuse(action, { site }), "siteId");
      return rights.visible.isWhole ? undefined : siteUnknown(id);
    },
  };
}

/** Refusals for want of rights, each with its record. */
function createRefusals(by: Principal, audit: Audit) {
  type Attempt = Omit<Parameters<Audit["refuse"]>[1], "code" | "reason">;
  function refused(attempt: Attempt, { code, message: reason }: Forbidden | DispatchRefusal): void {
    audit.refuse(by, { ...attempt, code, reason });
  }
  return {
    refused,
    async unlessRefused<T>(
      refusal: DispatchRefusal | undefined,
      attempt: Attempt,
      work: () => Promise<T>,
    ): Promise<T | Refused> {
      if (refusal === undefined) return work();
      refused(attempt, refusal);
      return { accepted: false, refusal, index: null };
    },
  };
}

/** Of these ids, or of all, those that a table has. */
function visibleIds(table: FleetTable, ids: readonly string[] | undefined): readonly string[] {
  if (ids !== undefined) return ids.filter((id) => table.findAsset(id) !== undefined);
  return [...table.assets, ...table.retired].map(({ id }) => id);
}
