// Written by npm run fix from operations.graphql and schema.graphql.

/** The text of an operation, with the types of its answer and its variables. */
export interface Operation<Answer, Variables> {
  readonly query: string;
  readonly types?: (variables: Variables) => Answer;
}

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** What an asset does. */
export type AssetStatus =
  /** Takes more than 0.1 MW. */
  | 'CHARGING'
  /** Gives more than 0.1 MW. */
  | 'DISCHARGING'
  /** Within 0.1 MW of 0. */
  | 'IDLE';

/** What to ask of an asset. */
export type DispatchInput = {
  /** UUID of the asset. */
  readonly assetId: string;
  /** How long to hold it, in s. Left out: until the next dispatch. */
  readonly durationS?: number | null | undefined;
  /** Power to hold, in MW, discharge positive. */
  readonly mw: number;
  /** What to do where energy does not last. Left out: REFUSE where a duration is given, else CURTAIL. */
  readonly onShortfall?: ShortfallPolicy | null | undefined;
  /** What the client names its request, 1 to 200 printable ASCII characters: asked again, it gets the first answer, and nothing happens twice. */
  readonly requestId?: string | null | undefined;
  /** When to begin, up to 31 days ahead. Left out: with the next tick. */
  readonly startAt?: string | null | undefined;
  /** For how long it holds without dispatchRenew, in s; then the asset falls back to a safe power. Left out: it needs no renewal. */
  readonly validForS?: number | null | undefined;
};

/** Where a dispatch is in its life. All but ACCEPTED and ACTIVE are final. */
export type DispatchStatus =
  /** Stored; it waits for its start. */
  | 'ACCEPTED'
  /** It holds its asset. An interval of a schedule stays so while a dispatch holds the asset for a part of it. */
  | 'ACTIVE'
  /** It was taken back. */
  | 'CANCELLED'
  /** It held its asset, and its window ended. */
  | 'COMPLETED'
  /** Its lease was not renewed in time: the asset fell back. */
  | 'EXPIRED'
  /** It never held its asset, or lost it for good. */
  | 'FAILED'
  /** Another one took its place. */
  | 'SUPERSEDED';

/** What a frame holds. */
export type FrameKind =
  /** The whole state, as it stands. */
  | 'SNAPSHOT'
  /** One tick. */
  | 'TICK';

/** A limit that holds power away from what was requested. */
export type PowerLimit =
  /** There is no energy left to give, or no room to take it. */
  | 'ENERGY'
  /** The rating of the asset. */
  | 'POWER'
  /** Power moves no faster than the ramp rate. */
  | 'RAMP'
  /** What the site may export or import at its meter. */
  | 'SITE';

/** Why a request was refused. Members are only ever added. */
export type RefusalCode =
  /** An asset has this id, or had it: an id is used once for ever. */
  | 'ASSET_EXISTS'
  /** A field of the asset breaks a rule. */
  | 'ASSET_INVALID'
  /** No asset would be left that runs. */
  | 'ASSET_LAST'
  /** The asset is retired: it is not simulated, and only its past can be read. */
  | 'ASSET_RETIRED'
  /** No asset has this id. */
  | 'ASSET_UNKNOWN'
  /** The dispatch is over. */
  | 'DISPATCH_OVER'
  /** No dispatch has this id. */
  | 'DISPATCH_UNKNOWN'
  /** The duration is shorter than a second or longer than a year. */
  | 'DURATION_OUT_OF_RANGE'
  /** The energy does not last for the power and the duration. */
  | 'ENERGY_INSUFFICIENT'
  /** The energy is promised to a dispatch that was accepted before. */
  | 'ENERGY_PROMISED'
  /** The assets file has errors, or does not go with what came by the API. */
  | 'FILE_INVALID'
  /** The assets file cannot be read. */
  | 'FILE_UNREADABLE'
  /** The dispatch needs no renewal. */
  | 'LEASE_NONE'
  /** The lease is shorter than a second or longer than a year. */
  | 'LEASE_OUT_OF_RANGE'
  /** The mode says one direction and the sign of the power the other. */
  | 'MODE_CONTRADICTS_MW'
  /** It comes from the assets file, or is of the default fleet: only what came by the API is changed by it. */
  | 'ORIGIN_FILE'
  /** The power lies outside the limits of the asset. */
  | 'POWER_OUT_OF_LIMITS'
  /** The assets file no longer names more than half of its assets, whose history would be removed. */
  | 'PRUNE_REFUSED'
  /** The request id was used for another request. */
  | 'REQUEST_ID_REUSED'
  /** The intervals of a schedule overlap, are out of order, or are too many. */
  | 'SCHEDULE_INVALID'
  /** A site has this id, or had it: an id is used once for ever. */
  | 'SITE_EXISTS'
  /** A field of the site breaks a rule. */
  | 'SITE_INVALID'
  /** Assets run at the site. */
  | 'SITE_NOT_EMPTY'
  /** The site is retired: no asset runs at it, and only its past can be read. */
  | 'SITE_RETIRED'
  /** No site has this id. */
  | 'SITE_UNKNOWN'
  /** The start lies in the past, or further ahead than a dispatch may wait. */
  | 'START_OUT_OF_RANGE'
  /** As many dispatches of the asset wait for their start as may. */
  | 'TOO_MANY_DISPATCHES'
  /** No tick starts in the window. */
  | 'WINDOW_TOO_SHORT';

/** What to do where energy does not last for a power and its duration. */
export type ShortfallPolicy =
  /** Deliver what there is, and promise nothing. The default without a duration. */
  | 'CURTAIL'
  /** Refuse it. Once accepted its energy is promised: later requests that would take it are refused. The default with a duration, and of a schedule. */
  | 'REFUSE';

export type AssetsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AssetsQuery = { readonly assets: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly location: string, readonly capacityMwhr: number, readonly maxMw: number, readonly minMw: number, readonly site: { readonly id: string, readonly name: string } }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

export type FramesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type FramesSubscription = { readonly telemetry: { readonly cursor: string, readonly timestamp: string, readonly kind: FrameKind, readonly missedTicks: number | null, readonly samples: ReadonlyArray<{ readonly assetId: string, readonly socPct: number, readonly socMwhr: number, readonly capacityMwhr: number, readonly currentMw: number, readonly setpointMw: number, readonly status: AssetStatus, readonly limitedBy: PowerLimit | null, readonly availableMinMw: number, readonly availableMaxMw: number }> } };

export type FleetHistoryQueryVariables = Exact<{
  from: string;
  until: string;
  stepS: number;
  after?: string | null | undefined;
}>;


export type FleetHistoryQuery = { readonly fleet: { readonly history: { readonly nodes: ReadonlyArray<{ readonly from: string, readonly until: string, readonly currentMw: { readonly mean: number, readonly min: number, readonly max: number } | null, readonly socPct: { readonly last: number } | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } };

export type AssetQueryVariables = Exact<{
  id: string;
}>;


export type AssetQuery = { readonly asset: { readonly id: string, readonly name: string, readonly location: string, readonly capacityMwhr: number, readonly maxMw: number, readonly minMw: number, readonly rampRateMwPerMin: number, readonly efficiency: number, readonly fallbackMw: number | null, readonly retired: boolean, readonly site: { readonly id: string, readonly name: string, readonly maxExportMw: number | null, readonly maxImportMw: number | null } } | null };

export type AssetHistoryQueryVariables = Exact<{
  id: string;
  from: string;
  until: string;
  stepS: number;
  after?: string | null | undefined;
}>;


export type AssetHistoryQuery = { readonly asset: { readonly history: { readonly nodes: ReadonlyArray<{ readonly from: string, readonly until: string, readonly currentMw: { readonly mean: number, readonly min: number, readonly max: number } | null, readonly socPct: { readonly last: number } | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type AssetSamplesQueryVariables = Exact<{
  id: string;
  from?: string | null | undefined;
  until?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type AssetSamplesQuery = { readonly asset: { readonly samples: { readonly nodes: ReadonlyArray<{ readonly timestamp: string, readonly currentMw: number, readonly setpointMw: number, readonly socPct: number }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type PageFragment = { readonly endCursor: string | null, readonly hasNextPage: boolean };

export type StepFragment = { readonly from: string, readonly until: string, readonly currentMw: { readonly mean: number, readonly min: number, readonly max: number } | null, readonly socPct: { readonly last: number } | null };

export type AssetDispatchesQueryVariables = Exact<{
  id: string;
}>;


export type AssetDispatchesQuery = { readonly asset: { readonly dispatches: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }> }> } } | null };

export type DispatchEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  assetIds: ReadonlyArray<string> | string;
}>;


export type DispatchEventsSubscription = { readonly dispatchEvents: { readonly cursor: string, readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }> } } };

export type DispatchPartsFragment = { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }> };

export type PreviewQueryVariables = Exact<{
  input: DispatchInput;
}>;


export type PreviewQuery = { readonly dispatchPreview: { readonly accepted: boolean, readonly startAt: string | null, readonly endAt: string | null, readonly refused: { readonly code: RefusalCode, readonly message: string } | null, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null } };

export type DispatchMutationVariables = Exact<{
  input: DispatchInput;
}>;


export type DispatchMutation = { readonly dispatch:
    | { readonly __typename: 'DispatchAccepted', readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }> }, readonly decision: { readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null } }
    | { readonly __typename: 'DispatchRefused', readonly code: RefusalCode, readonly message: string }
   };

export type CancelMutationVariables = Exact<{
  id: string;
}>;


export type CancelMutation = { readonly dispatchCancel:
    | { readonly __typename: 'DispatchChanged', readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }> } }
    | { readonly __typename: 'DispatchRefused', readonly code: RefusalCode, readonly message: string }
   };

export const Assets: Operation<AssetsQuery, AssetsQueryVariables> = {
  query: "query Assets($after: String) {\n  assets(first: 500, after: $after) {\n    nodes {\n      id\n      name\n      location\n      capacityMwhr\n      maxMw\n      minMw\n      site {\n        id\n        name\n      }\n    }\n    pageInfo {\n      ...Page\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const Frames: Operation<FramesSubscription, FramesSubscriptionVariables> = {
  query: "subscription Frames($after: String) {\n  telemetry(after: $after) {\n    cursor\n    timestamp\n    kind\n    missedTicks\n    samples {\n      assetId\n      socPct\n      socMwhr\n      capacityMwhr\n      currentMw\n      setpointMw\n      status\n      limitedBy\n      availableMinMw\n      availableMaxMw\n    }\n  }\n}",
};

export const FleetHistory: Operation<FleetHistoryQuery, FleetHistoryQueryVariables> = {
  query: "query FleetHistory($from: DateTime!, $until: DateTime!, $stepS: Int!, $after: String) {\n  fleet {\n    history(from: $from, until: $until, stepS: $stepS, after: $after) {\n      nodes {\n        ...Step\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment Step on HistoryStep {\n  from\n  until\n  currentMw {\n    mean\n    min\n    max\n  }\n  socPct {\n    last\n  }\n}",
};

export const Asset: Operation<AssetQuery, AssetQueryVariables> = {
  query: "query Asset($id: ID!) {\n  asset(id: $id) {\n    id\n    name\n    location\n    capacityMwhr\n    maxMw\n    minMw\n    rampRateMwPerMin\n    efficiency\n    fallbackMw\n    retired\n    site {\n      id\n      name\n      maxExportMw\n      maxImportMw\n    }\n  }\n}",
};

export const AssetHistory: Operation<AssetHistoryQuery, AssetHistoryQueryVariables> = {
  query: "query AssetHistory($id: ID!, $from: DateTime!, $until: DateTime!, $stepS: Int!, $after: String) {\n  asset(id: $id) {\n    history(from: $from, until: $until, stepS: $stepS, after: $after) {\n      nodes {\n        ...Step\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment Step on HistoryStep {\n  from\n  until\n  currentMw {\n    mean\n    min\n    max\n  }\n  socPct {\n    last\n  }\n}",
};

export const AssetSamples: Operation<AssetSamplesQuery, AssetSamplesQueryVariables> = {
  query: "query AssetSamples($id: ID!, $from: DateTime, $until: DateTime, $first: Int!, $after: String) {\n  asset(id: $id) {\n    samples(from: $from, until: $until, first: $first, after: $after) {\n      nodes {\n        timestamp\n        currentMw\n        setpointMw\n        socPct\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const AssetDispatches: Operation<AssetDispatchesQuery, AssetDispatchesQueryVariables> = {
  query: "query AssetDispatches($id: ID!) {\n  asset(id: $id) {\n    dispatches(first: 50) {\n      nodes {\n        ...DispatchParts\n      }\n    }\n  }\n}\nfragment DispatchParts on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  scheduleId\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};

export const DispatchEvents: Operation<DispatchEventsSubscription, DispatchEventsSubscriptionVariables> = {
  query: "subscription DispatchEvents($after: String, $assetIds: [ID!]!) {\n  dispatchEvents(after: $after, assetIds: $assetIds) {\n    cursor\n    dispatch {\n      ...DispatchParts\n    }\n  }\n}\nfragment DispatchParts on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  scheduleId\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};

export const Preview: Operation<PreviewQuery, PreviewQueryVariables> = {
  query: "query Preview($input: DispatchInput!) {\n  dispatchPreview(input: $input) {\n    accepted\n    startAt\n    endAt\n    refused {\n      code\n      message\n    }\n    shortfall {\n      from\n      missingMwhr\n    }\n  }\n}",
};

export const Dispatch: Operation<DispatchMutation, DispatchMutationVariables> = {
  query: "mutation Dispatch($input: DispatchInput!) {\n  dispatch(input: $input) {\n    __typename\n    ... on DispatchAccepted {\n      dispatch {\n        ...DispatchParts\n      }\n      decision {\n        shortfall {\n          from\n          missingMwhr\n        }\n      }\n    }\n    ... on DispatchRefused {\n      code\n      message\n    }\n  }\n}\nfragment DispatchParts on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  scheduleId\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};

export const Cancel: Operation<CancelMutation, CancelMutationVariables> = {
  query: "mutation Cancel($id: ID!) {\n  dispatchCancel(id: $id) {\n    __typename\n    ... on DispatchChanged {\n      dispatch {\n        ...DispatchParts\n      }\n    }\n    ... on DispatchRefused {\n      code\n      message\n    }\n  }\n}\nfragment DispatchParts on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  scheduleId\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};
