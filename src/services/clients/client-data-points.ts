// Data points as one client may use them: those that it may see; others are as if they were not there.

import type { AuditAction } from "../../domain/audit/record.ts";
import type { DataPoint } from "../../domain/data-point/data-point.ts";
import type { GivenDescription } from "../../domain/data-point/description-rules.ts";
import { type DataRefusal, SNAKE, unknownPath, wordsOf } from "../../domain/data-point/refusal.ts";
import type { Principal } from "../../domain/identity/principal.ts";
import type { Audit } from "../audit/audit.ts";
import type { PointFilter } from "../data-point/all-points.ts";
import type {
  DataPoints,
  DescribeResult,
  InsertRequest,
  InsertResult,
  WithdrawRequest,
} from "../data-point/data-points.ts";
import type { DataPointReads, Selection } from "../data-point/reads.ts";
import type { Rights } from "./rights.ts";
import { createVisiblePoints } from "./visible-points.ts";

/** Paths, or all paths below a prefix; without one all that the client may see. */
export type ClientSelection =
  | { readonly paths: readonly string[] }
  | { readonly prefix: string | undefined };

export interface ClientFilter extends Omit<PointFilter, "prefixes" | "fleet"> {
  readonly prefix?: string | undefined;
}

type Rest<F> = F extends (of: Selection, ...rest: infer R) => infer P
  ? (of: ClientSelection, ...rest: R) => P
  : never;

export interface ClientDataPoints {
  readonly retrieve: Rest<DataPointReads["retrieve"]>;
  readonly retrieveAt: Rest<DataPointReads["retrieveAt"]>;
  readonly retrieveLatest: Rest<DataPointReads["retrieveLatest"]>;
  readonly retrieveHistory: Rest<DataPointReads["retrieveHistory"]>;
  areNumbers(of: ClientSelection): Promise<boolean>;
  retrieveCatalog(filter: ClientFilter): Promise<readonly DataPoint[]>;
  find(path: string): Promise<DataPoint | undefined>;
  insert(request: InsertRequest): Promise<InsertResult>;
  withdraw(request: WithdrawRequest): Promise<InsertResult>;
  describe(points: readonly GivenDescription[]): Promise<DescribeResult>;
  /** Changes of all data points: an edge chooses among them by `isVisible`. */
  readonly changes: DataPoints["changes"];
  isVisible(path: string): boolean;
}

interface ClientDataPointsDeps {
  readonly dataPoints: DataPoints;
  readonly rights: Rights;
  readonly by: Principal;
  readonly audit: Audit;
}

export function createClientDataPoints(deps: ClientDataPointsDeps): ClientDataPoints {
  const { dataPoints, rights, by, audit } = deps;
  const visible = createVisiblePoints(dataPoints, rights.visible);

  const restrict =
    <R extends readonly unknown[], P>(
      read: (of: Selection, ...rest: R) => Promise<P | DataRefusal>,
    ) =>
    async (of: ClientSelection, ...rest: R): Promise<P | DataRefusal> => {
      if ("prefix" in of) return read(visible.below(of.prefix), ...rest);
      const hidden = of.paths.find((path) => !visible.has(path));
      return hidden === undefined ? read(of, ...rest) : unknownPath(hidden);
    };

  /** Refuses a change of paths that are not granted, which is in the audit log. */
  function refuse(
    action: "save" | "administer",
    change: AuditAction,
    paths: readonly string[],
    requestId?: string,
  ): { readonly accepted: false; readonly refusal: DataRefusal } | undefined {
    // No role lets a path of the fleet be changed: it is refused as such to all who may see it.
    const write = paths.findIndex(
      (it) => rights.refuse(action, { path: it }) !== undefined && !visible.hasOfFleet(it),
    );
    const path = paths[write];
    if (path === undefined) return undefined;
    const forbidden = { ...rights.refuse(action, { path }), path, write } as DataRefusal;
    // A new one may be described below no prefix but those of the client.
    const isHidden = action === "save" && !visible.has(path);
    const refusal: DataRefusal = isHidden ? { ...unknownPath(path), write } : forbidden;
    const { code } = refusal;
    const reason = wordsOf(refusal, SNAKE).message;
    const target = `data_point:${path.slice(0, 256)}`;
    audit.refuse(by, { action: change, target, requestId, code, reason });
    return { accepted: false, refusal };
  }

  return {
    retrieve: restrict(dataPoints.retrieve),
    retrieveAt: restrict(dataPoints.retrieveAt),
    retrieveLatest: restrict(dataPoints.retrieveLatest),
    retrieveHistory: restrict(dataPoints.retrieveHistory),
    areNumbers: (of) => dataPoints.areNumbers("prefix" in of ? visible.below(of.prefix) : of),
    retrieveCatalog: ({ prefix, ...filter }) =>
      dataPoints.retrieveCatalog({ ...filter, ...visible.below(prefix) }),
    find: async (path) => (visible.has(path) ? dataPoints.find(path) : undefined),
    async insert(request) {
      const paths = request.writes.map(({ path }) => path);
      return (
        refuse("save", "data_point.save", paths, request.requestId) ??
        dataPoints.insert(
          by,
          request,
          (path) => rights.refuse("administer", { path }) === undefined,
        )
      );
    },
    async withdraw(request) {
      const { path, requestId } = request;
      return (
        refuse("save", "data_point.withdraw", [path], requestId) ?? dataPoints.withdraw(by, request)
      );
    },
    async describe(points) {
      const paths = points.map(({ path }) => path);
      return refuse("administer", "data_point.describe", paths) ?? dataPoints.describe(by, points);
    },
    changes: dataPoints.changes,
    isVisible: visible.has,
  };
}
