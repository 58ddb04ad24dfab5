import type { Contract } from '../project/types.ts'
import type { FilesRead } from './files.ts'
import type { Flow } from './flow/script.ts'
import { filesName, flowName, type Resource, tableName, toDataset } from './names.ts'

/** A mapping data flow: its streams by name, and the script that says what they do. */
export function dataFlow({ source }: Contract, readings: readonly FilesRead[], flow: Flow): Resource {
  return {
    name: flowName(source),
    properties: {
      type: 'MappingDataFlow',
      typeProperties: {
        sources: readings.map(({ stream, packed }) => ({
          dataset: toDataset(filesName(source, packed)),
          name: stream,
        })),
        sinks: [{ dataset: toDataset(tableName(source)), name: flow.sink }],
        transformations: flow.transformations.map((name) => ({ name })),
        scriptLines: flow.lines,
      },
    },
  }
}
