import type { Contract, Project } from '../project/types.ts'
import { dataFlow } from './data-flow.ts'
import { filesDataset, tableDataset } from './datasets.ts'
import { readingsOf } from './files.ts'
import { flowOf } from './flow/script.ts'
import { isReadable, type Limit, leftOutBecause, limitsOf } from './limits.ts'
import type { Folder, Resource } from './names.ts'
import { pipeline, trigger } from './pipeline.ts'
import { linkedServices, type Places } from './places.ts'
import { tablesScript } from './tables.ts'

export interface Workspace {
  /** By path below the workspace's folder. */
  readonly files: ReadonlyMap<string, string>
  /** Sources with a data flow, in the order of the contracts. */
  readonly loaded: readonly string[]
  readonly leftOut: readonly Limit[]
  readonly limits: readonly Limit[]
}

/** A Synapse workspace in git mode that loads each source of a project into a table of its own; `zone` is the trigger's, as Windows names it. */
export function workspace(project: Project, places: Places, zone: string): Workspace {
  const loaded = project.contracts.filter((contract) => leftOutBecause(contract) === undefined)
  const files = new Map<string, string>()
  const put = (folder: Folder, resources: readonly Resource[]) => {
    for (const resource of resources) files.set(`${folder}/${resource.name}.json`, jsonText(resource))
  }
  for (const contract of loaded) {
    put('dataset', datasetsOf(contract, places))
    const readings = readingsOf(contract)
    put('dataflow', [dataFlow(contract, readings, flowOf(contract, readings, project.currency))])
  }
  put('linkedService', linkedServices(places))
  put('pipeline', [pipeline(loaded, places)])
  put('trigger', [trigger(zone)])
  files.set('tables.sql', tablesScript(places.schema, loaded))
  return {
    files,
    loaded: loaded.map(({ source }) => source),
    leftOut: project.contracts.flatMap(leftOut),
    limits: loaded.flatMap((contract) => limitsOf(project, contract)),
  }
}

const jsonText = (resource: Resource): string => `${JSON.stringify(resource, null, '\t')}\n`

function datasetsOf(contract: Contract, places: Places): Resource[] {
  const { format } = contract
  if (!isReadable(format)) return []
  const over = readingsOf(contract).map((reading) => filesDataset(contract, format, reading))
  return [...over, tableDataset(contract, places.schema)]
}

function leftOut(contract: Contract): Limit[] {
  const because = leftOutBecause(contract)
  return because === undefined ? [] : [{ source: contract.source, text: because }]
}
