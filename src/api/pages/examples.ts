// The operations that the GraphiQL page opens with. Each runs as it stands, on an asset of the fleet.

export const examplesFor = (assetId: string) => [
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
