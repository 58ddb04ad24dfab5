import type { z } from '@hono/zod-openapi'
import { entityNamed } from '../../model/entities.ts'
import type { Contract } from '../../project/types.ts'
import type { Prepared } from '../../run/prepare.ts'
import type { Hosted } from '../projects/hosted.ts'
import type { Lease } from '../reading/snapshot.ts'
import type { tablesResponse } from '../schemas/data.ts'
import { dataChecks } from './data-checks.ts'
import { hiddenColumns, type StoredTable, storedTables } from './sql-views.ts'

export type TableList = z.infer<typeof tablesResponse>

/** The tables SQL can ask, with what is known of each column, and checks that can be asked at once. */
export async function tableList(hosted: Hosted, lease: Lease): Promise<TableList> {
  const prepared = await hosted.prepared()
  const stored = await storedTables(lease)
  const isHidden = await hiddenColumns(hosted)
  return {
    version: lease.version,
    tables: stored.map((table) => {
      const describe = describerOf(prepared, table)
      return {
        schema: table.schema,
        name: table.name,
        description: describe.table,
        rows: table.rows,
        columns: table.columns.map(({ name, type }) => ({
          name,
          type,
          description: describe.column(name),
          personal: isHidden(table, name),
        })),
      }
    }),
    checks: dataChecks(prepared, stored),
  }
}

interface Describer {
  readonly table: string
  readonly column: (name: string) => string
}

function describerOf({ catalogue, project }: Prepared, { schema, name }: StoredTable): Describer {
  if (schema === 'gold') {
    const model = catalogue.find((known) => known.name === name)
    return {
      table: model?.description ?? '',
      column: (column) => model?.columns.find((known) => known.name === column)?.description ?? '',
    }
  }
  const contract = project.contracts.find(({ source }) => source === name)
  return {
    table: contract
      ? `Clean rows of ${name}: ${entityNamed(contract.entity).description.toLowerCase()}`
      : (OF_THE_RUN[name] ?? ''),
    column: (column) => TECHNICAL[column] ?? (contract ? fieldText(contract, column) : ''),
  }
}

const fieldText = ({ entity }: Contract, column: string): string =>
  entityNamed(entity).fields.find(({ name }) => name === column)?.description ?? "The source's own column"

const OF_THE_RUN: Readonly<Record<string, string>> = {
  quarantine: 'Rows that are held back, with every reason',
  _fates: 'Rows that were superseded, dismissed or deleted, and by what',
  _held: 'Full loads whose deletions wait for a person',
}

const TECHNICAL: Readonly<Record<string, string>> = {
  _source_file: 'Landing file of the row',
  _row_number: 'Row in the file; 1 is the first after the header',
  _delivery: 'Number of the delivery: a file seen at one content',
  _run_id: 'Run that brought the row',
}
