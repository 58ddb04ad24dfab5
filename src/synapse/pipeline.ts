import type { Contract } from '../project/types.ts'
import { CONTAINER } from './datasets.ts'
import { readingsOf } from './files.ts'
import { LANDING } from './flow/script.ts'
import { expression, flowName, PIPELINE, type Resource, TRIGGER } from './names.ts'
import type { Places } from './places.ts'

/** The contracts whose rows those of `contract` refer to, of the ones given. */
export const parentsAmong = (contracts: readonly Contract[], contract: Contract): Contract[] =>
  contracts.filter(
    (other) =>
      other !== contract &&
      other.idSpace === contract.idSpace &&
      contract.columns.some(({ references }) => references?.entity === other.entity),
  )

/** A contract and those that are loaded before it. */
export interface Turn {
  readonly contract: Contract
  readonly after: readonly Contract[]
}

/** Parents before their dependents; else in the order given. Of references that run in a circle, the one that would close it does not count. */
export function inTurn(contracts: readonly Contract[]): readonly Turn[] {
  const turns: Turn[] = []
  const done = (contract: Contract) => turns.some((turn) => turn.contract === contract)
  const visit = (contract: Contract, above: readonly Contract[]): void => {
    if (done(contract)) return
    const parents = parentsAmong(contracts, contract).filter((parent) => !above.includes(parent))
    for (const parent of parents) visit(parent, [...above, contract])
    if (!done(contract)) turns.push({ contract, after: parents.filter(done) })
  }
  for (const contract of contracts) visit(contract, [])
  return turns
}

/** One activity per source; one run at a time. */
export const pipeline = (contracts: readonly Contract[], places: Places): Resource => ({
  name: PIPELINE,
  properties: {
    activities: inTurn(contracts).map(activity),
    concurrency: 1,
    parameters: {
      [CONTAINER]: { type: 'String', defaultValue: places.container },
      [LANDING]: { type: 'String', defaultValue: places.landing },
    },
    annotations: [],
  },
})

const ofPipeline = (parameter: string): string => `pipeline().parameters.${parameter}`

function activity({ contract, after }: Turn): object {
  const container = { [CONTAINER]: expression(`@${ofPipeline(CONTAINER)}`) }
  return {
    name: contract.source,
    type: 'ExecuteDataFlow',
    dependsOn: after.map(({ source }) => ({ activity: source, dependencyConditions: ['Succeeded'] })),
    policy: {
      timeout: '0.12:00:00',
      retry: 0,
      retryIntervalInSeconds: 30,
      secureInput: false,
      secureOutput: false,
    },
    userProperties: [],
    typeProperties: {
      dataflow: {
        referenceName: flowName(contract.source),
        type: 'DataFlowReference',
        parameters: { [LANDING]: expression(`'@{${ofPipeline(LANDING)}}'`) },
        datasetParameters: Object.fromEntries(readingsOf(contract).map(({ stream }) => [stream, container])),
      },
      compute: { coreCount: 8, computeType: 'General' },
      traceLevel: 'Fine',
    },
  }
}

/** Every day at five, once somebody starts it. */
export const trigger = (zone: string): Resource => ({
  name: TRIGGER,
  properties: {
    annotations: [],
    runtimeState: 'Stopped',
    pipelines: [
      { pipelineReference: { referenceName: PIPELINE, type: 'PipelineReference' }, parameters: {} },
    ],
    type: 'ScheduleTrigger',
    typeProperties: {
      recurrence: {
        frequency: 'Day',
        interval: 1,
        startTime: zone === 'UTC' ? '2025-01-01T05:00:00Z' : '2025-01-01T05:00:00',
        timeZone: zone,
        schedule: { minutes: [0], hours: [5] },
      },
    },
  },
})
