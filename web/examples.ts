// The example operations of the GraphiQL page. Each runs unchanged, on an asset of the fleet.

interface Example {
  readonly name: string;
  readonly query: string;
  readonly variables: object;
}

export interface Place {
  readonly assetId: string;
  readonly siteId: string;
  /** The time of the fleet, in ms since the epoch. */
  readonly nowMs: number;
}

export const examplesFor = ({ assetId, siteId, nowMs }: Place): Example[] => [
  {
    name: "Fleet",
    query: `# The fleet as a whole, and its first assets.
query Fleet {
  fleet {
    totals {
      timestamp
      assetCount
      capacityMwhr
      socMwhr
      socPct
      currentMw
      setpointMw
      chargingCount
      dischargingCount
      idleCount
    }
  }
  assets(first: 3) {
    edges {
      node {
        id
        name
        location
        telemetry {
          timestamp
          status
          currentMw
          setpointMw
          socPct
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
    variables: {},
  },
  {
    name: "Dispatch",
    query: `# Sets an asset's power. Discharge is positive.
mutation Dispatch($input: DispatchInput!) {
  dispatch(input: $input) {
    __typename
    ... on DispatchAccepted {
      dispatch {
        id
        mw
        status
        submittedAt
        asset {
          name
        }
      }
    }
    ... on DispatchRefused {
      code
      message
      field
      requestedMw
      minMw
      maxMw
      limitedBy
    }
  }
}
`,
    variables: { input: { assetId, mw: 5 } },
  },
  {
    name: "Schedule",
    query: `# Sets the schedule of an asset: all of its intervals, or none. An empty list removes it.
mutation Schedule($input: ScheduleInput!) {
  scheduleSet(input: $input) {
    __typename
    ... on ScheduleAccepted {
      scheduleId
      intervals {
        id
        startAt
        endAt
        mw
        status
      }
    }
    ... on ScheduleRefused {
      index
      refusal {
        code
        message
        longestDurationS
        highestMw
      }
    }
  }
}
`,
    variables: {
      input: {
        assetId,
        intervals: [
          { from: instant(nowMs, 1), until: instant(nowMs, 16), mw: 2 },
          { from: instant(nowMs, 16), until: instant(nowMs, 31), mw: -2 },
        ],
      },
    },
  },
  {
    name: "Register",
    query: `# Adds an asset to a site: it ticks from now on. assetRetire removes it again.
mutation Register($input: AssetInput!) {
  assetRegister(input: $input) {
    __typename
    ... on AssetRegistered {
      asset {
        id
        name
        origin
        telemetry {
          timestamp
          socPct
        }
      }
    }
    ... on AssetRegisterRefused {
      violations {
        code
        field
        message
      }
    }
  }
}
`,
    variables: {
      input: {
        siteId,
        name: "BESS-NEW",
        capacityMwhr: 20,
        maxMw: 10,
        minMw: -10,
        rampRateMwPerMin: 10,
        efficiency: 0.95,
      },
    },
  },
  {
    name: "Events",
    query: `# Follows what happens to dispatches. With the last cursor as after, it goes on from there.
subscription Events($after: String) {
  dispatchEvents(after: $after) {
    cursor
    timestamp
    from
    to
    reason
    dispatch {
      id
      mw
      deliveredMwhr
      asset {
        name
      }
    }
  }
}
`,
    variables: { after: null },
  },
  {
    name: "Watch",
    query: `# Follows an asset: first its state, then each tick.
subscription Watch($assetIds: [ID!]) {
  telemetry(assetIds: $assetIds) {
    timestamp
    kind
    missedTicks
    samples {
      asset {
        name
      }
      status
      currentMw
      setpointMw
      socPct
    }
  }
}
`,
    variables: { assetIds: [assetId] },
  },
];

/** An instant some minutes later, on the full minute. */
function instant(nowMs: number, minutes: number): string {
  return new Date((Math.floor(nowMs / 60_000) + minutes) * 60_000).toISOString();
}
