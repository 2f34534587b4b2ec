// Written by npm run fix from operations.graphql and schema.graphql.

/** The text of an operation, with the types of its answer and its variables. */
export interface Operation<Answer, Variables> {
  readonly query: string;
  readonly types?: (variables: Variables) => Answer;
}

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type AlarmSeverity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

export type AssetInput = {
  readonly capacityMwhr: number;
  readonly dataPath?: string | null | undefined;
  readonly efficiency: number;
  readonly fallbackMw?: number | null | undefined;
  readonly id?: string | null | undefined;
  readonly initialSocPct?: number | null | undefined;
  readonly maxMw: number;
  readonly minMw: number;
  readonly name: string;
  readonly rampRateMwPerMin: number;
  readonly siteId: string;
  readonly socMaxRatio?: number | null | undefined;
  readonly socMinRatio?: number | null | undefined;
};

export type AssetStatus =
  | 'CHARGING'
  | 'DISCHARGING'
  | 'IDLE';

export type AssetUpdateInput = {
  readonly capacityMwhr?: number | null | undefined;
  readonly dataPath?: string | null | undefined;
  readonly efficiency?: number | null | undefined;
  readonly fallbackMw?: number | null | undefined;
  readonly maxMw?: number | null | undefined;
  readonly minMw?: number | null | undefined;
  readonly name?: string | null | undefined;
  readonly rampRateMwPerMin?: number | null | undefined;
  readonly siteId?: string | null | undefined;
  readonly socMaxRatio?: number | null | undefined;
  readonly socMinRatio?: number | null | undefined;
};

export type DispatchInput = {
  readonly assetId: string;
  readonly durationS?: number | null | undefined;
  readonly mw: number;
  readonly onShortfall?: ShortfallPolicy | null | undefined;
  readonly requestId?: string | null | undefined;
  readonly startAt?: string | null | undefined;
  readonly validForS?: number | null | undefined;
};

export type DispatchSiteInput = {
  readonly durationS?: number | null | undefined;
  readonly mw: number;
  readonly onShortfall?: ShortfallPolicy | null | undefined;
  readonly requestId?: string | null | undefined;
  readonly siteId: string;
  readonly startAt?: string | null | undefined;
  readonly validForS?: number | null | undefined;
};

export type DispatchStatus =
  | 'ACCEPTED'
  | 'ACTIVE'
  | 'CANCELLED'
  | 'COMPLETED'
  | 'EXPIRED'
  | 'FAILED'
  | 'SUPERSEDED';

export type FrameKind =
  | 'SNAPSHOT'
  | 'TICK';

export type IntervalInput = {
  readonly from: string;
  readonly mw: number;
  readonly until: string;
};

export type Origin =
  | 'API'
  | 'DEFAULT'
  | 'FILE';

export type PowerLimit =
  | 'ENERGY'
  | 'POWER'
  | 'RAMP'
  | 'SITE';

export type RefusalCode =
  | 'ALARM_UNKNOWN'
  | 'ASSET_EXISTS'
  | 'ASSET_INVALID'
  | 'ASSET_LAST'
  | 'ASSET_RETIRED'
  | 'ASSET_UNKNOWN'
  | 'DATA_PATH_TAKEN'
  | 'DATA_POINT_INVALID'
  | 'DATA_POINT_UNKNOWN'
  | 'DISPATCH_ENDED'
  | 'DISPATCH_UNKNOWN'
  | 'DOCUMENT_INVALID'
  | 'DURATION_OUT_OF_RANGE'
  | 'ENERGY_INSUFFICIENT'
  | 'ENERGY_PROMISED'
  | 'EXPIRY_OUT_OF_RANGE'
  | 'FILE_INVALID'
  | 'FILE_UNREADABLE'
  | 'FORBIDDEN'
  | 'INSTANT_TWICE'
  | 'KNOWN_OUT_OF_RANGE'
  | 'LAST_ADMIN'
  | 'LEASE_OUT_OF_RANGE'
  | 'MANAGED_BY_FILE'
  | 'MODE_CONTRADICTS_MW'
  | 'NO_LEASE'
  | 'POWER_OUT_OF_LIMITS'
  | 'POWER_TOO_SMALL'
  | 'PRUNE_REFUSED'
  | 'READ_ONLY'
  | 'REQUEST_ID_REUSED'
  | 'ROLE_RULE_INVALID'
  | 'ROLE_RULE_UNKNOWN'
  | 'SCHEDULE_INVALID'
  | 'SETTING_CONFLICT'
  | 'SETTING_SCOPE_INVALID'
  | 'SETTING_UNKNOWN'
  | 'SETTING_VALUE_INVALID'
  | 'SETTING_VERSION_UNKNOWN'
  | 'SITE_EXISTS'
  | 'SITE_INVALID'
  | 'SITE_NOT_EMPTY'
  | 'SITE_RETIRED'
  | 'SITE_UNKNOWN'
  | 'START_OUT_OF_RANGE'
  | 'TOKEN_EXISTS'
  | 'TOKEN_INVALID'
  | 'TOKEN_UNKNOWN'
  | 'TOO_MANY_DISPATCHES'
  | 'TOO_MANY_IDENTITIES'
  | 'TOO_MANY_VALUES'
  | 'UNIT_WRONG'
  | 'VALUE_INVALID'
  | 'VALUE_OUT_OF_RANGE'
  | 'VALUE_TYPE_WRONG'
  | 'WINDOW_TOO_SHORT';

export type Role =
  | 'ADMIN'
  | 'OPERATOR'
  | 'TRADER'
  | 'VIEWER';

export type ScheduleInput = {
  readonly assetId: string;
  readonly intervals: ReadonlyArray<IntervalInput>;
  readonly onShortfall?: ShortfallPolicy | null | undefined;
  readonly requestId?: string | null | undefined;
};

export type ShortfallPolicy =
  | 'CURTAIL'
  | 'REFUSE';

export type ShortfallReason =
  | 'ASSET_CHANGED'
  | 'CANCEL'
  | 'LEASE'
  | 'LIMIT'
  | 'SERVER_DOWN'
  | 'SITE';

export type SiteInput = {
  readonly id?: string | null | undefined;
  readonly location: string;
  readonly maxExportMw?: number | null | undefined;
  readonly maxImportMw?: number | null | undefined;
  readonly name: string;
};

export type SiteUpdateInput = {
  readonly location?: string | null | undefined;
  readonly maxExportMw?: number | null | undefined;
  readonly maxImportMw?: number | null | undefined;
  readonly name?: string | null | undefined;
};

export type TrailsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type TrailsQuery = { readonly assets: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly samples: { readonly nodes: ReadonlyArray<{ readonly currentMw: number }> } }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

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


export type AssetQuery = { readonly asset: { readonly id: string, readonly name: string, readonly location: string, readonly capacityMwhr: number, readonly maxMw: number, readonly minMw: number, readonly rampRateMwPerMin: number, readonly efficiency: number, readonly fallbackMw: number | null, readonly socMinRatio: number, readonly socMaxRatio: number, readonly retired: boolean, readonly origin: Origin, readonly site: { readonly id: string, readonly name: string, readonly maxExportMw: number | null, readonly maxImportMw: number | null } } | null };

export type AssetHistoryQueryVariables = Exact<{
  id: string;
  from: string;
  until: string;
  stepS: number;
  after?: string | null | undefined;
}>;


export type AssetHistoryQuery = { readonly asset: { readonly history: { readonly nodes: ReadonlyArray<{ readonly from: string, readonly until: string, readonly sampleCount: number, readonly limitedByRampS: number | null, readonly limitedByPowerS: number | null, readonly limitedByEnergyS: number | null, readonly limitedBySiteS: number | null, readonly currentMw: { readonly mean: number, readonly min: number, readonly max: number } | null, readonly socPct: { readonly last: number } | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type SiteQueryVariables = Exact<{
  id: string;
}>;


export type SiteQuery = { readonly site: { readonly id: string, readonly name: string, readonly location: string, readonly maxExportMw: number | null, readonly maxImportMw: number | null, readonly retired: boolean, readonly origin: Origin } | null };

export type AssetSamplesQueryVariables = Exact<{
  id: string;
  from?: string | null | undefined;
  until?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type AssetSamplesQuery = { readonly asset: { readonly samples: { readonly nodes: ReadonlyArray<{ readonly timestamp: string, readonly currentMw: number, readonly setpointMw: number, readonly socPct: number, readonly limitedBy: PowerLimit | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type SiteHistoryQueryVariables = Exact<{
  id: string;
  from: string;
  until: string;
  stepS: number;
  after?: string | null | undefined;
}>;


export type SiteHistoryQuery = { readonly site: { readonly history: { readonly nodes: ReadonlyArray<{ readonly from: string, readonly until: string, readonly currentMw: { readonly mean: number, readonly min: number, readonly max: number } | null, readonly socPct: { readonly last: number } | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type AssetForecastQueryVariables = Exact<{
  id: string;
  until: string;
  with?: ReadonlyArray<DispatchInput> | DispatchInput | null | undefined;
}>;


export type AssetForecastQuery = { readonly asset: { readonly capacityMwhr: number, readonly socMinRatio: number, readonly socMaxRatio: number, readonly forecast: ReadonlyArray<{ readonly limitedBy: PowerLimit | null, readonly dispatchId: string | null, readonly timestamp: string, readonly mw: number, readonly socMwhr: number }> } | null };

export type SiteForecastQueryVariables = Exact<{
  id: string;
  until: string;
}>;


export type SiteForecastQuery = { readonly site: { readonly totals: { readonly capacityMwhr: number }, readonly forecast: ReadonlyArray<{ readonly timestamp: string, readonly mw: number, readonly socMwhr: number }> } | null };

export type ForeseenFragment = { readonly timestamp: string, readonly mw: number, readonly socMwhr: number };

export type TimelineDispatchesQueryVariables = Exact<{
  assetIds?: ReadonlyArray<string> | string | null | undefined;
  siteIds?: ReadonlyArray<string> | string | null | undefined;
  status?: ReadonlyArray<DispatchStatus> | DispatchStatus | null | undefined;
  after?: string | null | undefined;
}>;


export type TimelineDispatchesQuery = { readonly dispatches: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly onShortfall: ShortfallPolicy, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null, readonly asset: { readonly id: string, readonly name: string } }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

export type TimelineEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  assetIds?: ReadonlyArray<string> | string | null | undefined;
  siteIds?: ReadonlyArray<string> | string | null | undefined;
}>;


export type TimelineEventsSubscription = { readonly dispatchEvents: { readonly cursor: string, readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly onShortfall: ShortfallPolicy, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null, readonly asset: { readonly id: string, readonly name: string } } } };

export type OneDispatchQueryVariables = Exact<{
  id: string;
}>;


export type OneDispatchQuery = { readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly asset: { readonly id: string, readonly name: string }, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }>, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null } | null };

export type TimelinePartsFragment = { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly onShortfall: ShortfallPolicy, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null, readonly asset: { readonly id: string, readonly name: string } };

export type FleetEnergyQueryVariables = Exact<{
  from: string;
  until: string;
  stepS: number;
  after?: string | null | undefined;
}>;


export type FleetEnergyQuery = { readonly fleet: { readonly history: { readonly nodes: ReadonlyArray<{ readonly from: string, readonly energyInMwhr: number, readonly energyOutMwhr: number, readonly coverageRatio: number }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } };

export type SiteEnergyQueryVariables = Exact<{
  id: string;
  from: string;
  until: string;
  stepS: number;
  after?: string | null | undefined;
}>;


export type SiteEnergyQuery = { readonly site: { readonly history: { readonly nodes: ReadonlyArray<{ readonly from: string, readonly energyInMwhr: number, readonly energyOutMwhr: number, readonly coverageRatio: number }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type AssetEnergyQueryVariables = Exact<{
  id: string;
  from: string;
  until: string;
  stepS: number;
  after?: string | null | undefined;
}>;


export type AssetEnergyQuery = { readonly asset: { readonly history: { readonly nodes: ReadonlyArray<{ readonly from: string, readonly energyInMwhr: number, readonly energyOutMwhr: number, readonly coverageRatio: number, readonly sampleCount: number, readonly limitedByRampS: number | null, readonly limitedByPowerS: number | null, readonly limitedByEnergyS: number | null, readonly limitedBySiteS: number | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type EnergyFragment = { readonly from: string, readonly energyInMwhr: number, readonly energyOutMwhr: number, readonly coverageRatio: number };

export type AtLimitsFragment = { readonly sampleCount: number, readonly limitedByRampS: number | null, readonly limitedByPowerS: number | null, readonly limitedByEnergyS: number | null, readonly limitedBySiteS: number | null };

export type PageFragment = { readonly endCursor: string | null, readonly hasNextPage: boolean };

export type StepFragment = { readonly from: string, readonly until: string, readonly currentMw: { readonly mean: number, readonly min: number, readonly max: number } | null, readonly socPct: { readonly last: number } | null };

export type AssetDispatchesQueryVariables = Exact<{
  id: string;
  status: ReadonlyArray<DispatchStatus> | DispatchStatus;
  first: number;
  after?: string | null | undefined;
}>;


export type AssetDispatchesQuery = { readonly asset: { readonly dispatches: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }>, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type WaitingDispatchesQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type WaitingDispatchesQuery = { readonly asset: { readonly dispatches: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } } | null };

export type DispatchEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  assetIds: ReadonlyArray<string> | string;
}>;


export type DispatchEventsSubscription = { readonly dispatchEvents: { readonly cursor: string, readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }>, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null } } };

export type DispatchBaseFragment = { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null };

export type DispatchPartsFragment = { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }>, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null };

export type PreviewQueryVariables = Exact<{
  input: DispatchInput;
}>;


export type PreviewQuery = { readonly dispatchPreview: { readonly accepted: boolean, readonly startAt: string | null, readonly endAt: string | null, readonly refused: { readonly code: RefusalCode, readonly message: string, readonly field: string | null, readonly minMw: number | null, readonly maxMw: number | null, readonly limitedBy: PowerLimit | null, readonly longestDurationS: number | null, readonly highestMw: number | null } | null, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null, readonly windows: { readonly energy: { readonly minMw: number, readonly maxMw: number } } | null } };

export type RefusalPartsFragment = { readonly code: RefusalCode, readonly message: string, readonly field: string | null, readonly minMw: number | null, readonly maxMw: number | null, readonly limitedBy: PowerLimit | null, readonly longestDurationS: number | null, readonly highestMw: number | null };

export type DispatchMutationVariables = Exact<{
  input: DispatchInput;
}>;


export type DispatchMutation = { readonly dispatch:
    | { readonly __typename: 'DispatchAccepted', readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }>, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null }, readonly decision: { readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null } }
    | { readonly __typename: 'DispatchRefused', readonly code: RefusalCode, readonly message: string, readonly field: string | null, readonly minMw: number | null, readonly maxMw: number | null, readonly limitedBy: PowerLimit | null, readonly longestDurationS: number | null, readonly highestMw: number | null }
   };

export type DemoQueryVariables = Exact<{ [key: string]: never; }>;


export type DemoQuery = { readonly demo: boolean };

export type EndDemoMutationVariables = Exact<{ [key: string]: never; }>;


export type EndDemoMutation = { readonly endDemo: boolean };

export type CancelMutationVariables = Exact<{
  id: string;
}>;


export type CancelMutation = { readonly dispatchCancel:
    | { readonly __typename: 'DispatchChanged', readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }>, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null } }
    | { readonly __typename: 'DispatchRefused', readonly code: RefusalCode, readonly message: string }
   };

export type RenewMutationVariables = Exact<{
  id: string;
}>;


export type RenewMutation = { readonly dispatchRenew:
    | { readonly __typename: 'DispatchChanged', readonly dispatch: { readonly id: string, readonly mw: number, readonly status: DispatchStatus, readonly reason: string | null, readonly durationS: number | null, readonly startAt: string, readonly endAt: string | null, readonly endedAt: string | null, readonly submittedAt: string, readonly deliveredMwhr: number, readonly validForS: number | null, readonly leaseUntil: string | null, readonly scheduleId: string | null, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }>, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null, readonly limitedBy: PowerLimit | null, readonly reason: ShortfallReason } | null } }
    | { readonly __typename: 'DispatchRefused', readonly code: RefusalCode, readonly message: string }
   };

export type ScheduleMutationVariables = Exact<{
  input: ScheduleInput;
}>;


export type ScheduleMutation = { readonly scheduleSet:
    | { readonly __typename: 'ScheduleAccepted', readonly pastCount: number }
    | { readonly __typename: 'ScheduleRefused', readonly index: number | null, readonly refusal: { readonly code: RefusalCode, readonly message: string, readonly field: string | null, readonly minMw: number | null, readonly maxMw: number | null, readonly limitedBy: PowerLimit | null, readonly longestDurationS: number | null, readonly highestMw: number | null } }
   };

export type OpenAlarmsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type OpenAlarmsQuery = { readonly alarms: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly code: string, readonly severity: AlarmSeverity, readonly message: string, readonly raisedAt: string, readonly clearedAt: string | null, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly assetId: string | null, readonly siteId: string | null, readonly dispatchId: string | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

export type AlarmsQueryVariables = Exact<{
  open?: boolean | null | undefined;
  severity?: ReadonlyArray<AlarmSeverity> | AlarmSeverity | null | undefined;
  after?: string | null | undefined;
}>;


export type AlarmsQuery = { readonly alarms: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly code: string, readonly severity: AlarmSeverity, readonly message: string, readonly raisedAt: string, readonly clearedAt: string | null, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly assetId: string | null, readonly siteId: string | null, readonly dispatchId: string | null }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

export type AlarmEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AlarmEventsSubscription = { readonly alarmEvents: { readonly cursor: string, readonly alarm: { readonly id: string, readonly code: string, readonly severity: AlarmSeverity, readonly message: string, readonly raisedAt: string, readonly clearedAt: string | null, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly assetId: string | null, readonly siteId: string | null, readonly dispatchId: string | null } } };

export type AcknowledgeAlarmMutationVariables = Exact<{
  id: string;
}>;


export type AcknowledgeAlarmMutation = { readonly acknowledgeAlarm:
    | { readonly __typename: 'AlarmAcknowledged', readonly alarm: { readonly id: string, readonly code: string, readonly severity: AlarmSeverity, readonly message: string, readonly raisedAt: string, readonly clearedAt: string | null, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly assetId: string | null, readonly siteId: string | null, readonly dispatchId: string | null } }
    | { readonly __typename: 'AlarmRefused', readonly code: RefusalCode, readonly message: string }
   };

export type AlarmPartsFragment = { readonly id: string, readonly code: string, readonly severity: AlarmSeverity, readonly message: string, readonly raisedAt: string, readonly clearedAt: string | null, readonly acknowledgedAt: string | null, readonly acknowledgedBy: string | null, readonly assetId: string | null, readonly siteId: string | null, readonly dispatchId: string | null };

export type RecentDispatchesQueryVariables = Exact<{ [key: string]: never; }>;


export type RecentDispatchesQuery = { readonly dispatches: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly mw: number, readonly asset: { readonly id: string, readonly name: string }, readonly events: ReadonlyArray<{ readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null }> }> } };

export type FleetEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type FleetEventsSubscription = { readonly dispatchEvents: { readonly cursor: string, readonly timestamp: string, readonly to: DispatchStatus, readonly reason: string | null, readonly dispatch: { readonly id: string, readonly mw: number, readonly asset: { readonly id: string, readonly name: string } } } };

export type SitePreviewQueryVariables = Exact<{
  input: DispatchSiteInput;
}>;


export type SitePreviewQuery = { readonly dispatchSitePreview: { readonly accepted: boolean, readonly refused: { readonly code: RefusalCode, readonly message: string, readonly field: string | null, readonly minMw: number | null, readonly maxMw: number | null, readonly limitedBy: PowerLimit | null, readonly longestDurationS: number | null, readonly highestMw: number | null } | null, readonly shares: ReadonlyArray<{ readonly asset: { readonly id: string, readonly name: string, readonly minMw: number, readonly maxMw: number }, readonly decision: { readonly mw: number | null, readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null } }> } };

export type DispatchManyMutationVariables = Exact<{
  inputs: ReadonlyArray<DispatchInput> | DispatchInput;
}>;


export type DispatchManyMutation = { readonly dispatchMany: ReadonlyArray<
    | { readonly __typename: 'DispatchAccepted', readonly dispatch: { readonly mw: number, readonly startAt: string, readonly endAt: string | null, readonly leaseUntil: string | null, readonly asset: { readonly id: string, readonly name: string } }, readonly decision: { readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null } }
    | { readonly __typename: 'DispatchRefused', readonly code: RefusalCode, readonly message: string, readonly field: string | null, readonly minMw: number | null, readonly maxMw: number | null, readonly limitedBy: PowerLimit | null, readonly longestDurationS: number | null, readonly highestMw: number | null }
  > };

export type DispatchSiteMutationVariables = Exact<{
  input: DispatchSiteInput;
}>;


export type DispatchSiteMutation = { readonly dispatchSite:
    | { readonly __typename: 'DispatchRefused', readonly code: RefusalCode, readonly message: string, readonly field: string | null, readonly minMw: number | null, readonly maxMw: number | null, readonly limitedBy: PowerLimit | null, readonly longestDurationS: number | null, readonly highestMw: number | null }
    | { readonly __typename: 'DispatchSiteAccepted', readonly shares: ReadonlyArray<{ readonly dispatch: { readonly mw: number, readonly startAt: string, readonly endAt: string | null, readonly leaseUntil: string | null, readonly asset: { readonly id: string, readonly name: string } }, readonly decision: { readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null } }> }
   };

export type AcceptedPartsFragment = { readonly dispatch: { readonly mw: number, readonly startAt: string, readonly endAt: string | null, readonly leaseUntil: string | null, readonly asset: { readonly id: string, readonly name: string } }, readonly decision: { readonly shortfall: { readonly from: string, readonly missingMwhr: number | null } | null } };

export type SitesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type SitesQuery = { readonly sites: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly retired: boolean }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

export type AssetRegisterMutationVariables = Exact<{
  input: AssetInput;
}>;


export type AssetRegisterMutation = { readonly assetRegister:
    | { readonly __typename: 'AssetRegisterRefused', readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> }
    | { readonly __typename: 'AssetRegistered', readonly asset: { readonly id: string, readonly name: string } }
   };

export type AssetUpdateMutationVariables = Exact<{
  id: string;
  input: AssetUpdateInput;
}>;


export type AssetUpdateMutation = { readonly assetUpdate:
    | { readonly __typename: 'AssetUpdateRefused', readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> }
    | { readonly __typename: 'AssetUpdated', readonly asset: { readonly id: string, readonly name: string }, readonly clamps: ReadonlyArray<{ readonly field: string, readonly from: number, readonly to: number }>, readonly cutDispatches: ReadonlyArray<{ readonly id: string }> }
   };

export type AssetRetireMutationVariables = Exact<{
  id: string;
}>;


export type AssetRetireMutation = { readonly assetRetire:
    | { readonly __typename: 'AssetRetireRefused', readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> }
    | { readonly __typename: 'AssetRetired' }
   };

export type SiteRegisterMutationVariables = Exact<{
  input: SiteInput;
}>;


export type SiteRegisterMutation = { readonly siteRegister:
    | { readonly __typename: 'SiteRegisterRefused', readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> }
    | { readonly __typename: 'SiteRegistered', readonly site: { readonly id: string, readonly name: string } }
   };

export type SiteUpdateMutationVariables = Exact<{
  id: string;
  input: SiteUpdateInput;
}>;


export type SiteUpdateMutation = { readonly siteUpdate:
    | { readonly __typename: 'SiteUpdateRefused', readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> }
    | { readonly __typename: 'SiteUpdated', readonly site: { readonly id: string, readonly name: string } }
   };

export type SiteRetireMutationVariables = Exact<{
  id: string;
}>;


export type SiteRetireMutation = { readonly siteRetire:
    | { readonly __typename: 'SiteRetireRefused', readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> }
    | { readonly __typename: 'SiteRetired' }
   };

type Violations_AssetRegisterRefused_Fragment = { readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> };

type Violations_AssetRetireRefused_Fragment = { readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> };

type Violations_AssetUpdateRefused_Fragment = { readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> };

type Violations_SiteRegisterRefused_Fragment = { readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> };

type Violations_SiteRetireRefused_Fragment = { readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> };

type Violations_SiteUpdateRefused_Fragment = { readonly violations: ReadonlyArray<{ readonly code: RefusalCode, readonly field: string | null, readonly message: string }> };

export type ViolationsFragment =
  | Violations_AssetRegisterRefused_Fragment
  | Violations_AssetRetireRefused_Fragment
  | Violations_AssetUpdateRefused_Fragment
  | Violations_SiteRegisterRefused_Fragment
  | Violations_SiteRetireRefused_Fragment
  | Violations_SiteUpdateRefused_Fragment
;

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly id: string, readonly name: string | null, readonly expiresAt: string | null, readonly roles: ReadonlyArray<{ readonly role: Role, readonly siteIds: ReadonlyArray<string> | null, readonly assetIds: ReadonlyArray<string> | null, readonly pathPrefixes: ReadonlyArray<string> | null }> } };

export type AuditLogQueryVariables = Exact<{
  actor?: string | null | undefined;
  action?: string | null | undefined;
  target?: string | null | undefined;
  channel?: string | null | undefined;
  outcome?: string | null | undefined;
  from?: string | null | undefined;
  until?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { readonly auditLog: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly timestamp: string, readonly actor: string, readonly actorName: string | null, readonly address: string | null, readonly channel: string, readonly action: string, readonly target: string, readonly before: unknown, readonly after: unknown, readonly reason: string | null, readonly requestId: string | null, readonly outcome: string, readonly code: string | null, readonly hash: string }>, readonly pageInfo: { readonly endCursor: string | null, readonly hasNextPage: boolean } } };

export type AuditEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AuditEventsSubscription = { readonly auditEvents: { readonly cursor: string, readonly record: { readonly id: string, readonly timestamp: string, readonly actor: string, readonly actorName: string | null, readonly address: string | null, readonly channel: string, readonly action: string, readonly target: string, readonly before: unknown, readonly after: unknown, readonly reason: string | null, readonly requestId: string | null, readonly outcome: string, readonly code: string | null, readonly hash: string } } };

export type AuditPartsFragment = { readonly id: string, readonly timestamp: string, readonly actor: string, readonly actorName: string | null, readonly address: string | null, readonly channel: string, readonly action: string, readonly target: string, readonly before: unknown, readonly after: unknown, readonly reason: string | null, readonly requestId: string | null, readonly outcome: string, readonly code: string | null, readonly hash: string };

export type SettingsQueryVariables = Exact<{
  scope?: string | null | undefined;
  asOf?: string | null | undefined;
}>;


export type SettingsQuery = { readonly settings: ReadonlyArray<{ readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }> };

export type ChangeSettingMutationVariables = Exact<{
  id: string;
  scope?: string | null | undefined;
  value: unknown;
  expectedVersion: number;
  reason?: string | null | undefined;
  dryRun?: boolean | null | undefined;
}>;


export type ChangeSettingMutation = { readonly changeSetting:
    | { readonly __typename: 'SettingChanged', readonly note: string | null, readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly change: { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null } }
    | { readonly __typename: 'SettingConflict', readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly current: { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null } | null }
    | { readonly __typename: 'SettingPreview', readonly value: unknown, readonly effectCount: number, readonly note: string | null, readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly effects: ReadonlyArray<{ readonly scope: string, readonly before: unknown, readonly after: unknown }> }
    | { readonly __typename: 'SettingRefused', readonly code: RefusalCode, readonly message: string, readonly field: string | null }
   };

export type ResetSettingMutationVariables = Exact<{
  id: string;
  scope?: string | null | undefined;
  expectedVersion: number;
  reason?: string | null | undefined;
  dryRun?: boolean | null | undefined;
}>;


export type ResetSettingMutation = { readonly resetSetting:
    | { readonly __typename: 'SettingChanged', readonly note: string | null, readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly change: { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null } }
    | { readonly __typename: 'SettingConflict', readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly current: { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null } | null }
    | { readonly __typename: 'SettingPreview', readonly value: unknown, readonly effectCount: number, readonly note: string | null, readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly effects: ReadonlyArray<{ readonly scope: string, readonly before: unknown, readonly after: unknown }> }
    | { readonly __typename: 'SettingRefused', readonly code: RefusalCode, readonly message: string, readonly field: string | null }
   };

export type RollbackSettingMutationVariables = Exact<{
  id: string;
  scope?: string | null | undefined;
  toVersion: number;
  expectedVersion: number;
  reason?: string | null | undefined;
  dryRun?: boolean | null | undefined;
}>;


export type RollbackSettingMutation = { readonly rollbackSetting:
    | { readonly __typename: 'SettingChanged', readonly note: string | null, readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly change: { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null } }
    | { readonly __typename: 'SettingConflict', readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly current: { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null } | null }
    | { readonly __typename: 'SettingPreview', readonly value: unknown, readonly effectCount: number, readonly note: string | null, readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly effects: ReadonlyArray<{ readonly scope: string, readonly before: unknown, readonly after: unknown }> }
    | { readonly __typename: 'SettingRefused', readonly code: RefusalCode, readonly message: string, readonly field: string | null }
   };

export type SettingPartsFragment = { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> };

export type SettingVersionFragment = { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null };

type SettingAnswer_SettingChanged_Fragment = { readonly __typename: 'SettingChanged', readonly note: string | null, readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly change: { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null } };

type SettingAnswer_SettingConflict_Fragment = { readonly __typename: 'SettingConflict', readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly current: { readonly version: number, readonly value: unknown, readonly isReset: boolean, readonly changedAt: string, readonly changedBy: string, readonly reason: string | null } | null };

type SettingAnswer_SettingPreview_Fragment = { readonly __typename: 'SettingPreview', readonly value: unknown, readonly effectCount: number, readonly note: string | null, readonly setting: { readonly id: string, readonly scope: string, readonly description: string, readonly unit: string | null, readonly jsonSchema: unknown, readonly default: unknown, readonly value: unknown, readonly version: number, readonly inForceScope: string | null, readonly inForceVersion: number | null, readonly isOverriddenBy: string | null, readonly takesEffect: string, readonly invalid: ReadonlyArray<{ readonly scope: string, readonly version: number, readonly value: unknown, readonly message: string }> }, readonly effects: ReadonlyArray<{ readonly scope: string, readonly before: unknown, readonly after: unknown }> };

type SettingAnswer_SettingRefused_Fragment = { readonly __typename: 'SettingRefused', readonly code: RefusalCode, readonly message: string, readonly field: string | null };

export type SettingAnswerFragment =
  | SettingAnswer_SettingChanged_Fragment
  | SettingAnswer_SettingConflict_Fragment
  | SettingAnswer_SettingPreview_Fragment
  | SettingAnswer_SettingRefused_Fragment
;

export const Trails: Operation<TrailsQuery, TrailsQueryVariables> = {
  query: "query Trails($after: String) {\n  assets(first: 100, after: $after) {\n    nodes {\n      id\n      samples(first: 60) {\n        nodes {\n          currentMw\n        }\n      }\n    }\n    pageInfo {\n      ...Page\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const Frames: Operation<FramesSubscription, FramesSubscriptionVariables> = {
  query: "subscription Frames($after: String) {\n  telemetry(after: $after) {\n    cursor\n    timestamp\n    kind\n    missedTicks\n    samples {\n      assetId\n      socPct\n      socMwhr\n      capacityMwhr\n      currentMw\n      setpointMw\n      status\n      limitedBy\n      availableMinMw\n      availableMaxMw\n    }\n  }\n}",
};

export const FleetHistory: Operation<FleetHistoryQuery, FleetHistoryQueryVariables> = {
  query: "query FleetHistory($from: DateTime!, $until: DateTime!, $stepS: Int!, $after: String) {\n  fleet {\n    history(from: $from, until: $until, stepS: $stepS, after: $after) {\n      nodes {\n        ...Step\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment Step on HistoryStep {\n  from\n  until\n  currentMw {\n    mean\n    min\n    max\n  }\n  socPct {\n    last\n  }\n}",
};

export const Asset: Operation<AssetQuery, AssetQueryVariables> = {
  query: "query Asset($id: ID!) {\n  asset(id: $id) {\n    id\n    name\n    location\n    capacityMwhr\n    maxMw\n    minMw\n    rampRateMwPerMin\n    efficiency\n    fallbackMw\n    socMinRatio\n    socMaxRatio\n    retired\n    origin\n    site {\n      id\n      name\n      maxExportMw\n      maxImportMw\n    }\n  }\n}",
};

export const AssetHistory: Operation<AssetHistoryQuery, AssetHistoryQueryVariables> = {
  query: "query AssetHistory($id: ID!, $from: DateTime!, $until: DateTime!, $stepS: Int!, $after: String) {\n  asset(id: $id) {\n    history(from: $from, until: $until, stepS: $stepS, after: $after) {\n      nodes {\n        ...Step\n        ...AtLimits\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment AtLimits on HistoryStep {\n  sampleCount\n  limitedByRampS\n  limitedByPowerS\n  limitedByEnergyS\n  limitedBySiteS\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment Step on HistoryStep {\n  from\n  until\n  currentMw {\n    mean\n    min\n    max\n  }\n  socPct {\n    last\n  }\n}",
};

export const Site: Operation<SiteQuery, SiteQueryVariables> = {
  query: "query Site($id: ID!) {\n  site(id: $id) {\n    id\n    name\n    location\n    maxExportMw\n    maxImportMw\n    retired\n    origin\n  }\n}",
};

export const AssetSamples: Operation<AssetSamplesQuery, AssetSamplesQueryVariables> = {
  query: "query AssetSamples($id: ID!, $from: DateTime, $until: DateTime, $first: Int!, $after: String) {\n  asset(id: $id) {\n    samples(from: $from, until: $until, first: $first, after: $after) {\n      nodes {\n        timestamp\n        currentMw\n        setpointMw\n        socPct\n        limitedBy\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const SiteHistory: Operation<SiteHistoryQuery, SiteHistoryQueryVariables> = {
  query: "query SiteHistory($id: ID!, $from: DateTime!, $until: DateTime!, $stepS: Int!, $after: String) {\n  site(id: $id) {\n    history(from: $from, until: $until, stepS: $stepS, after: $after) {\n      nodes {\n        ...Step\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment Step on HistoryStep {\n  from\n  until\n  currentMw {\n    mean\n    min\n    max\n  }\n  socPct {\n    last\n  }\n}",
};

export const AssetForecast: Operation<AssetForecastQuery, AssetForecastQueryVariables> = {
  query: "query AssetForecast($id: ID!, $until: DateTime!, $with: [DispatchInput!]) {\n  asset(id: $id) {\n    capacityMwhr\n    socMinRatio\n    socMaxRatio\n    forecast(until: $until, with: $with) {\n      ...Foreseen\n      limitedBy\n      dispatchId\n    }\n  }\n}\nfragment Foreseen on ForecastPoint {\n  timestamp\n  mw\n  socMwhr\n}",
};

export const SiteForecast: Operation<SiteForecastQuery, SiteForecastQueryVariables> = {
  query: "query SiteForecast($id: ID!, $until: DateTime!) {\n  site(id: $id) {\n    totals {\n      capacityMwhr\n    }\n    forecast(until: $until) {\n      ...Foreseen\n    }\n  }\n}\nfragment Foreseen on ForecastPoint {\n  timestamp\n  mw\n  socMwhr\n}",
};

export const TimelineDispatches: Operation<TimelineDispatchesQuery, TimelineDispatchesQueryVariables> = {
  query: "query TimelineDispatches($assetIds: [ID!], $siteIds: [ID!], $status: [DispatchStatus!], $after: String) {\n  dispatches(\n    first: 500\n    assetIds: $assetIds\n    siteIds: $siteIds\n    status: $status\n    after: $after\n  ) {\n    nodes {\n      ...TimelineParts\n    }\n    pageInfo {\n      ...Page\n    }\n  }\n}\nfragment TimelineParts on Dispatch {\n  id\n  mw\n  status\n  onShortfall\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  shortfall {\n    from\n    missingMwhr\n  }\n  asset {\n    id\n    name\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const TimelineEvents: Operation<TimelineEventsSubscription, TimelineEventsSubscriptionVariables> = {
  query: "subscription TimelineEvents($after: String, $assetIds: [ID!], $siteIds: [ID!]) {\n  dispatchEvents(after: $after, assetIds: $assetIds, siteIds: $siteIds) {\n    cursor\n    dispatch {\n      ...TimelineParts\n    }\n  }\n}\nfragment TimelineParts on Dispatch {\n  id\n  mw\n  status\n  onShortfall\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  shortfall {\n    from\n    missingMwhr\n  }\n  asset {\n    id\n    name\n  }\n}",
};

export const OneDispatch: Operation<OneDispatchQuery, OneDispatchQueryVariables> = {
  query: "query OneDispatch($id: ID!) {\n  dispatch(id: $id) {\n    ...DispatchParts\n    asset {\n      id\n      name\n    }\n  }\n}\nfragment DispatchBase on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  validForS\n  leaseUntil\n  shortfall {\n    from\n    missingMwhr\n    limitedBy\n    reason\n  }\n  scheduleId\n}\nfragment DispatchParts on Dispatch {\n  ...DispatchBase\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};

export const FleetEnergy: Operation<FleetEnergyQuery, FleetEnergyQueryVariables> = {
  query: "query FleetEnergy($from: DateTime!, $until: DateTime!, $stepS: Int!, $after: String) {\n  fleet {\n    history(from: $from, until: $until, stepS: $stepS, after: $after) {\n      nodes {\n        ...Energy\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Energy on HistoryStep {\n  from\n  energyInMwhr\n  energyOutMwhr\n  coverageRatio\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const SiteEnergy: Operation<SiteEnergyQuery, SiteEnergyQueryVariables> = {
  query: "query SiteEnergy($id: ID!, $from: DateTime!, $until: DateTime!, $stepS: Int!, $after: String) {\n  site(id: $id) {\n    history(from: $from, until: $until, stepS: $stepS, after: $after) {\n      nodes {\n        ...Energy\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Energy on HistoryStep {\n  from\n  energyInMwhr\n  energyOutMwhr\n  coverageRatio\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const AssetEnergy: Operation<AssetEnergyQuery, AssetEnergyQueryVariables> = {
  query: "query AssetEnergy($id: ID!, $from: DateTime!, $until: DateTime!, $stepS: Int!, $after: String) {\n  asset(id: $id) {\n    history(from: $from, until: $until, stepS: $stepS, after: $after) {\n      nodes {\n        ...Energy\n        ...AtLimits\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Energy on HistoryStep {\n  from\n  energyInMwhr\n  energyOutMwhr\n  coverageRatio\n}\nfragment AtLimits on HistoryStep {\n  sampleCount\n  limitedByRampS\n  limitedByPowerS\n  limitedByEnergyS\n  limitedBySiteS\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const AssetDispatches: Operation<AssetDispatchesQuery, AssetDispatchesQueryVariables> = {
  query: "query AssetDispatches($id: ID!, $status: [DispatchStatus!]!, $first: Int!, $after: String) {\n  asset(id: $id) {\n    dispatches(status: $status, first: $first, after: $after) {\n      nodes {\n        ...DispatchParts\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment DispatchBase on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  validForS\n  leaseUntil\n  shortfall {\n    from\n    missingMwhr\n    limitedBy\n    reason\n  }\n  scheduleId\n}\nfragment DispatchParts on Dispatch {\n  ...DispatchBase\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};

export const WaitingDispatches: Operation<WaitingDispatchesQuery, WaitingDispatchesQueryVariables> = {
  query: "query WaitingDispatches($id: ID!, $after: String) {\n  asset(id: $id) {\n    dispatches(status: [ACCEPTED], first: 500, after: $after) {\n      nodes {\n        ...DispatchBase\n      }\n      pageInfo {\n        ...Page\n      }\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment DispatchBase on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  validForS\n  leaseUntil\n  shortfall {\n    from\n    missingMwhr\n    limitedBy\n    reason\n  }\n  scheduleId\n}",
};

export const DispatchEvents: Operation<DispatchEventsSubscription, DispatchEventsSubscriptionVariables> = {
  query: "subscription DispatchEvents($after: String, $assetIds: [ID!]!) {\n  dispatchEvents(after: $after, assetIds: $assetIds) {\n    cursor\n    dispatch {\n      ...DispatchParts\n    }\n  }\n}\nfragment DispatchBase on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  validForS\n  leaseUntil\n  shortfall {\n    from\n    missingMwhr\n    limitedBy\n    reason\n  }\n  scheduleId\n}\nfragment DispatchParts on Dispatch {\n  ...DispatchBase\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};

export const Preview: Operation<PreviewQuery, PreviewQueryVariables> = {
  query: "query Preview($input: DispatchInput!) {\n  dispatchPreview(input: $input) {\n    accepted\n    startAt\n    endAt\n    refused {\n      ...RefusalParts\n    }\n    shortfall {\n      from\n      missingMwhr\n    }\n    windows {\n      energy {\n        minMw\n        maxMw\n      }\n    }\n  }\n}\nfragment RefusalParts on DispatchRefused {\n  code\n  message\n  field\n  minMw\n  maxMw\n  limitedBy\n  longestDurationS\n  highestMw\n}",
};

export const Dispatch: Operation<DispatchMutation, DispatchMutationVariables> = {
  query: "mutation Dispatch($input: DispatchInput!) {\n  dispatch(input: $input) {\n    __typename\n    ... on DispatchAccepted {\n      dispatch {\n        ...DispatchParts\n      }\n      decision {\n        shortfall {\n          from\n          missingMwhr\n        }\n      }\n    }\n    ... on DispatchRefused {\n      ...RefusalParts\n    }\n  }\n}\nfragment DispatchBase on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  validForS\n  leaseUntil\n  shortfall {\n    from\n    missingMwhr\n    limitedBy\n    reason\n  }\n  scheduleId\n}\nfragment DispatchParts on Dispatch {\n  ...DispatchBase\n  events {\n    timestamp\n    to\n    reason\n  }\n}\nfragment RefusalParts on DispatchRefused {\n  code\n  message\n  field\n  minMw\n  maxMw\n  limitedBy\n  longestDurationS\n  highestMw\n}",
};

export const Demo: Operation<DemoQuery, DemoQueryVariables> = {
  query: "query Demo {\n  demo\n}",
};

export const EndDemo: Operation<EndDemoMutation, EndDemoMutationVariables> = {
  query: "mutation EndDemo {\n  endDemo\n}",
};

export const Cancel: Operation<CancelMutation, CancelMutationVariables> = {
  query: "mutation Cancel($id: ID!) {\n  dispatchCancel(id: $id) {\n    __typename\n    ... on DispatchChanged {\n      dispatch {\n        ...DispatchParts\n      }\n    }\n    ... on DispatchRefused {\n      code\n      message\n    }\n  }\n}\nfragment DispatchBase on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  validForS\n  leaseUntil\n  shortfall {\n    from\n    missingMwhr\n    limitedBy\n    reason\n  }\n  scheduleId\n}\nfragment DispatchParts on Dispatch {\n  ...DispatchBase\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};

export const Renew: Operation<RenewMutation, RenewMutationVariables> = {
  query: "mutation Renew($id: ID!) {\n  dispatchRenew(id: $id) {\n    __typename\n    ... on DispatchChanged {\n      dispatch {\n        ...DispatchParts\n      }\n    }\n    ... on DispatchRefused {\n      code\n      message\n    }\n  }\n}\nfragment DispatchBase on Dispatch {\n  id\n  mw\n  status\n  reason\n  durationS\n  startAt\n  endAt\n  endedAt\n  submittedAt\n  deliveredMwhr\n  validForS\n  leaseUntil\n  shortfall {\n    from\n    missingMwhr\n    limitedBy\n    reason\n  }\n  scheduleId\n}\nfragment DispatchParts on Dispatch {\n  ...DispatchBase\n  events {\n    timestamp\n    to\n    reason\n  }\n}",
};

export const Schedule: Operation<ScheduleMutation, ScheduleMutationVariables> = {
  query: "mutation Schedule($input: ScheduleInput!) {\n  scheduleSet(input: $input) {\n    __typename\n    ... on ScheduleAccepted {\n      pastCount\n    }\n    ... on ScheduleRefused {\n      index\n      refusal {\n        ...RefusalParts\n      }\n    }\n  }\n}\nfragment RefusalParts on DispatchRefused {\n  code\n  message\n  field\n  minMw\n  maxMw\n  limitedBy\n  longestDurationS\n  highestMw\n}",
};

export const OpenAlarms: Operation<OpenAlarmsQuery, OpenAlarmsQueryVariables> = {
  query: "query OpenAlarms($after: String) {\n  alarms(open: true, first: 500, after: $after) {\n    nodes {\n      ...AlarmParts\n    }\n    pageInfo {\n      ...Page\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment AlarmParts on Alarm {\n  id\n  code\n  severity\n  message\n  raisedAt\n  clearedAt\n  acknowledgedAt\n  acknowledgedBy\n  assetId\n  siteId\n  dispatchId\n}",
};

export const Alarms: Operation<AlarmsQuery, AlarmsQueryVariables> = {
  query: "query Alarms($open: Boolean, $severity: [AlarmSeverity!], $after: String) {\n  alarms(open: $open, severity: $severity, first: 50, after: $after) {\n    nodes {\n      ...AlarmParts\n    }\n    pageInfo {\n      ...Page\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment AlarmParts on Alarm {\n  id\n  code\n  severity\n  message\n  raisedAt\n  clearedAt\n  acknowledgedAt\n  acknowledgedBy\n  assetId\n  siteId\n  dispatchId\n}",
};

export const AlarmEvents: Operation<AlarmEventsSubscription, AlarmEventsSubscriptionVariables> = {
  query: "subscription AlarmEvents($after: String) {\n  alarmEvents(after: $after) {\n    cursor\n    alarm {\n      ...AlarmParts\n    }\n  }\n}\nfragment AlarmParts on Alarm {\n  id\n  code\n  severity\n  message\n  raisedAt\n  clearedAt\n  acknowledgedAt\n  acknowledgedBy\n  assetId\n  siteId\n  dispatchId\n}",
};

export const AcknowledgeAlarm: Operation<AcknowledgeAlarmMutation, AcknowledgeAlarmMutationVariables> = {
  query: "mutation AcknowledgeAlarm($id: ID!) {\n  acknowledgeAlarm(id: $id) {\n    __typename\n    ... on AlarmAcknowledged {\n      alarm {\n        ...AlarmParts\n      }\n    }\n    ... on AlarmRefused {\n      code\n      message\n    }\n  }\n}\nfragment AlarmParts on Alarm {\n  id\n  code\n  severity\n  message\n  raisedAt\n  clearedAt\n  acknowledgedAt\n  acknowledgedBy\n  assetId\n  siteId\n  dispatchId\n}",
};

export const RecentDispatches: Operation<RecentDispatchesQuery, RecentDispatchesQueryVariables> = {
  query: "query RecentDispatches {\n  dispatches(first: 50) {\n    nodes {\n      id\n      mw\n      asset {\n        id\n        name\n      }\n      events {\n        timestamp\n        to\n        reason\n      }\n    }\n  }\n}",
};

export const FleetEvents: Operation<FleetEventsSubscription, FleetEventsSubscriptionVariables> = {
  query: "subscription FleetEvents($after: String) {\n  dispatchEvents(after: $after) {\n    cursor\n    timestamp\n    to\n    reason\n    dispatch {\n      id\n      mw\n      asset {\n        id\n        name\n      }\n    }\n  }\n}",
};

export const SitePreview: Operation<SitePreviewQuery, SitePreviewQueryVariables> = {
  query: "query SitePreview($input: DispatchSiteInput!) {\n  dispatchSitePreview(input: $input) {\n    accepted\n    refused {\n      ...RefusalParts\n    }\n    shares {\n      asset {\n        id\n        name\n        minMw\n        maxMw\n      }\n      decision {\n        mw\n        shortfall {\n          from\n          missingMwhr\n        }\n      }\n    }\n  }\n}\nfragment RefusalParts on DispatchRefused {\n  code\n  message\n  field\n  minMw\n  maxMw\n  limitedBy\n  longestDurationS\n  highestMw\n}",
};

export const DispatchMany: Operation<DispatchManyMutation, DispatchManyMutationVariables> = {
  query: "mutation DispatchMany($inputs: [DispatchInput!]!) {\n  dispatchMany(inputs: $inputs) {\n    __typename\n    ... on DispatchAccepted {\n      ...AcceptedParts\n    }\n    ... on DispatchRefused {\n      ...RefusalParts\n    }\n  }\n}\nfragment RefusalParts on DispatchRefused {\n  code\n  message\n  field\n  minMw\n  maxMw\n  limitedBy\n  longestDurationS\n  highestMw\n}\nfragment AcceptedParts on DispatchAccepted {\n  dispatch {\n    mw\n    startAt\n    endAt\n    leaseUntil\n    asset {\n      id\n      name\n    }\n  }\n  decision {\n    shortfall {\n      from\n      missingMwhr\n    }\n  }\n}",
};

export const DispatchSite: Operation<DispatchSiteMutation, DispatchSiteMutationVariables> = {
  query: "mutation DispatchSite($input: DispatchSiteInput!) {\n  dispatchSite(input: $input) {\n    __typename\n    ... on DispatchSiteAccepted {\n      shares {\n        ...AcceptedParts\n      }\n    }\n    ... on DispatchRefused {\n      ...RefusalParts\n    }\n  }\n}\nfragment RefusalParts on DispatchRefused {\n  code\n  message\n  field\n  minMw\n  maxMw\n  limitedBy\n  longestDurationS\n  highestMw\n}\nfragment AcceptedParts on DispatchAccepted {\n  dispatch {\n    mw\n    startAt\n    endAt\n    leaseUntil\n    asset {\n      id\n      name\n    }\n  }\n  decision {\n    shortfall {\n      from\n      missingMwhr\n    }\n  }\n}",
};

export const Sites: Operation<SitesQuery, SitesQueryVariables> = {
  query: "query Sites($after: String) {\n  sites(first: 500, after: $after) {\n    nodes {\n      id\n      name\n      retired\n    }\n    pageInfo {\n      ...Page\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}",
};

export const AssetRegister: Operation<AssetRegisterMutation, AssetRegisterMutationVariables> = {
  query: "mutation AssetRegister($input: AssetInput!) {\n  assetRegister(input: $input) {\n    __typename\n    ... on AssetRegistered {\n      asset {\n        id\n        name\n      }\n    }\n    ... on FleetChangeRefused {\n      ...Violations\n    }\n  }\n}\nfragment Violations on FleetChangeRefused {\n  violations {\n    code\n    field\n    message\n  }\n}",
};

export const AssetUpdate: Operation<AssetUpdateMutation, AssetUpdateMutationVariables> = {
  query: "mutation AssetUpdate($id: ID!, $input: AssetUpdateInput!) {\n  assetUpdate(id: $id, input: $input) {\n    __typename\n    ... on AssetUpdated {\n      asset {\n        id\n        name\n      }\n      clamps {\n        field\n        from\n        to\n      }\n      cutDispatches {\n        id\n      }\n    }\n    ... on FleetChangeRefused {\n      ...Violations\n    }\n  }\n}\nfragment Violations on FleetChangeRefused {\n  violations {\n    code\n    field\n    message\n  }\n}",
};

export const AssetRetire: Operation<AssetRetireMutation, AssetRetireMutationVariables> = {
  query: "mutation AssetRetire($id: ID!) {\n  assetRetire(id: $id) {\n    __typename\n    ... on FleetChangeRefused {\n      ...Violations\n    }\n  }\n}\nfragment Violations on FleetChangeRefused {\n  violations {\n    code\n    field\n    message\n  }\n}",
};

export const SiteRegister: Operation<SiteRegisterMutation, SiteRegisterMutationVariables> = {
  query: "mutation SiteRegister($input: SiteInput!) {\n  siteRegister(input: $input) {\n    __typename\n    ... on SiteRegistered {\n      site {\n        id\n        name\n      }\n    }\n    ... on FleetChangeRefused {\n      ...Violations\n    }\n  }\n}\nfragment Violations on FleetChangeRefused {\n  violations {\n    code\n    field\n    message\n  }\n}",
};

export const SiteUpdate: Operation<SiteUpdateMutation, SiteUpdateMutationVariables> = {
  query: "mutation SiteUpdate($id: ID!, $input: SiteUpdateInput!) {\n  siteUpdate(id: $id, input: $input) {\n    __typename\n    ... on SiteUpdated {\n      site {\n        id\n        name\n      }\n    }\n    ... on FleetChangeRefused {\n      ...Violations\n    }\n  }\n}\nfragment Violations on FleetChangeRefused {\n  violations {\n    code\n    field\n    message\n  }\n}",
};

export const SiteRetire: Operation<SiteRetireMutation, SiteRetireMutationVariables> = {
  query: "mutation SiteRetire($id: ID!) {\n  siteRetire(id: $id) {\n    __typename\n    ... on FleetChangeRefused {\n      ...Violations\n    }\n  }\n}\nfragment Violations on FleetChangeRefused {\n  violations {\n    code\n    field\n    message\n  }\n}",
};

export const Viewer: Operation<ViewerQuery, ViewerQueryVariables> = {
  query: "query Viewer {\n  viewer {\n    id\n    name\n    roles {\n      role\n      siteIds\n      assetIds\n      pathPrefixes\n    }\n    expiresAt\n  }\n}",
};

export const AuditLog: Operation<AuditLogQuery, AuditLogQueryVariables> = {
  query: "query AuditLog($actor: String, $action: String, $target: String, $channel: String, $outcome: String, $from: DateTime, $until: DateTime, $after: String) {\n  auditLog(\n    actor: $actor\n    action: $action\n    target: $target\n    channel: $channel\n    outcome: $outcome\n    from: $from\n    until: $until\n    first: 50\n    after: $after\n  ) {\n    nodes {\n      ...AuditParts\n    }\n    pageInfo {\n      ...Page\n    }\n  }\n}\nfragment Page on PageInfo {\n  endCursor\n  hasNextPage\n}\nfragment AuditParts on AuditRecord {\n  id\n  timestamp\n  actor\n  actorName\n  address\n  channel\n  action\n  target\n  before\n  after\n  reason\n  requestId\n  outcome\n  code\n  hash\n}",
};

export const AuditEvents: Operation<AuditEventsSubscription, AuditEventsSubscriptionVariables> = {
  query: "subscription AuditEvents($after: String) {\n  auditEvents(after: $after) {\n    cursor\n    record {\n      ...AuditParts\n    }\n  }\n}\nfragment AuditParts on AuditRecord {\n  id\n  timestamp\n  actor\n  actorName\n  address\n  channel\n  action\n  target\n  before\n  after\n  reason\n  requestId\n  outcome\n  code\n  hash\n}",
};

export const Settings: Operation<SettingsQuery, SettingsQueryVariables> = {
  query: "query Settings($scope: String, $asOf: DateTime) {\n  settings(scope: $scope, asOf: $asOf) {\n    ...SettingParts\n  }\n}\nfragment SettingParts on Setting {\n  id\n  scope\n  description\n  unit\n  jsonSchema\n  default\n  value\n  version\n  inForceScope\n  inForceVersion\n  isOverriddenBy\n  takesEffect\n  invalid {\n    scope\n    version\n    value\n    message\n  }\n}",
};

export const ChangeSetting: Operation<ChangeSettingMutation, ChangeSettingMutationVariables> = {
  query: "mutation ChangeSetting($id: ID!, $scope: String, $value: JSON!, $expectedVersion: Int!, $reason: String, $dryRun: Boolean) {\n  changeSetting(\n    id: $id\n    scope: $scope\n    value: $value\n    expectedVersion: $expectedVersion\n    reason: $reason\n    dryRun: $dryRun\n  ) {\n    ...SettingAnswer\n  }\n}\nfragment SettingParts on Setting {\n  id\n  scope\n  description\n  unit\n  jsonSchema\n  default\n  value\n  version\n  inForceScope\n  inForceVersion\n  isOverriddenBy\n  takesEffect\n  invalid {\n    scope\n    version\n    value\n    message\n  }\n}\nfragment SettingVersion on SettingValue {\n  version\n  value\n  isReset\n  changedAt\n  changedBy\n  reason\n}\nfragment SettingAnswer on SettingResult {\n  __typename\n  ... on SettingChanged {\n    setting {\n      ...SettingParts\n    }\n    change {\n      ...SettingVersion\n    }\n    note\n  }\n  ... on SettingPreview {\n    setting {\n      ...SettingParts\n    }\n    value\n    effects {\n      scope\n      before\n      after\n    }\n    effectCount\n    note\n  }\n  ... on SettingConflict {\n    setting {\n      ...SettingParts\n    }\n    current {\n      ...SettingVersion\n    }\n  }\n  ... on SettingRefused {\n    code\n    message\n    field\n  }\n}",
};

export const ResetSetting: Operation<ResetSettingMutation, ResetSettingMutationVariables> = {
  query: "mutation ResetSetting($id: ID!, $scope: String, $expectedVersion: Int!, $reason: String, $dryRun: Boolean) {\n  resetSetting(\n    id: $id\n    scope: $scope\n    expectedVersion: $expectedVersion\n    reason: $reason\n    dryRun: $dryRun\n  ) {\n    ...SettingAnswer\n  }\n}\nfragment SettingParts on Setting {\n  id\n  scope\n  description\n  unit\n  jsonSchema\n  default\n  value\n  version\n  inForceScope\n  inForceVersion\n  isOverriddenBy\n  takesEffect\n  invalid {\n    scope\n    version\n    value\n    message\n  }\n}\nfragment SettingVersion on SettingValue {\n  version\n  value\n  isReset\n  changedAt\n  changedBy\n  reason\n}\nfragment SettingAnswer on SettingResult {\n  __typename\n  ... on SettingChanged {\n    setting {\n      ...SettingParts\n    }\n    change {\n      ...SettingVersion\n    }\n    note\n  }\n  ... on SettingPreview {\n    setting {\n      ...SettingParts\n    }\n    value\n    effects {\n      scope\n      before\n      after\n    }\n    effectCount\n    note\n  }\n  ... on SettingConflict {\n    setting {\n      ...SettingParts\n    }\n    current {\n      ...SettingVersion\n    }\n  }\n  ... on SettingRefused {\n    code\n    message\n    field\n  }\n}",
};

export const RollbackSetting: Operation<RollbackSettingMutation, RollbackSettingMutationVariables> = {
  query: "mutation RollbackSetting($id: ID!, $scope: String, $toVersion: Int!, $expectedVersion: Int!, $reason: String, $dryRun: Boolean) {\n  rollbackSetting(\n    id: $id\n    scope: $scope\n    toVersion: $toVersion\n    expectedVersion: $expectedVersion\n    reason: $reason\n    dryRun: $dryRun\n  ) {\n    ...SettingAnswer\n  }\n}\nfragment SettingParts on Setting {\n  id\n  scope\n  description\n  unit\n  jsonSchema\n  default\n  value\n  version\n  inForceScope\n  inForceVersion\n  isOverriddenBy\n  takesEffect\n  invalid {\n    scope\n    version\n    value\n    message\n  }\n}\nfragment SettingVersion on SettingValue {\n  version\n  value\n  isReset\n  changedAt\n  changedBy\n  reason\n}\nfragment SettingAnswer on SettingResult {\n  __typename\n  ... on SettingChanged {\n    setting {\n      ...SettingParts\n    }\n    change {\n      ...SettingVersion\n    }\n    note\n  }\n  ... on SettingPreview {\n    setting {\n      ...SettingParts\n    }\n    value\n    effects {\n      scope\n      before\n      after\n    }\n    effectCount\n    note\n  }\n  ... on SettingConflict {\n    setting {\n      ...SettingParts\n    }\n    current {\n      ...SettingVersion\n    }\n  }\n  ... on SettingRefused {\n    code\n    message\n    field\n  }\n}",
};
