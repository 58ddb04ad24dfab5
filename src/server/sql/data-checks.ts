import { dialect } from '../../engines/duckdb/dialect.ts'
import type { GoldModel } from '../../model/gold-model.ts'
import type { Contract } from '../../project/types.ts'
import type { Prepared } from '../../run/prepare.ts'
import type { StoredTable } from './sql-views.ts'

/** A ready-made query of the SQL page: what a careful person looks at first. */
export interface DataCheck {
  readonly id: string
  readonly group: 'duplicates' | 'empty values' | 'orphans' | 'ranges' | 'freshness'
  readonly title: string
  readonly sql: string
}

const { ident } = dialect
const at = (schema: string, table: string): string => `${schema}.${ident(table)}`

/** For the tables there are: duplicates, share of empty values, references without a thing, smallest and largest values, newest rows. */
export function dataChecks({ project, catalogue }: Prepared, tables: readonly StoredTable[]): DataCheck[] {
  const stored = (schema: string, name: string) =>
    tables.find((table) => table.schema === schema && table.name === name && (table.rows ?? 0) > 0)
  const sources = project.contracts.flatMap((contract) => {
    const table = stored('silver', contract.source)
    return table ? [{ contract, table }] : []
  })
  const facts = catalogue.flatMap((model) => {
    const table = stored('gold', model.name)
    return table && model.name.startsWith('fact_') ? [{ model, table }] : []
  })
  return [
    ...sources.flatMap(({ contract, table }) => duplicates(contract, table)),
    ...sources.map(({ table }) => empties(table)),
    ...facts.flatMap(({ model, table }) => orphans(model, table, tables)),
    ...sources.flatMap(({ table }) => ranges(table)),
    ...sources.map(({ table }) => newest(table)),
  ]
}

/** The same customer twice is seldom the same id twice: the key is unique by contract, the address is not. */
function duplicates({ source, entity }: Contract, { columns }: StoredTable): DataCheck[] {
  if (entity !== 'customer') return []
  return ['email', 'phone']
    .filter((name) => columns.some((column) => column.name === name))
    .map((name) => ({
      id: `duplicates-${source}-${name}`,
      group: 'duplicates',
      title: `${source}: several rows with one ${name}`,
      sql: `select ${ident(name)}, count(*) as rows, string_agg(customer_id, ', ' order by customer_id) as customers\nfrom ${at('silver', source)}\nwhere ${ident(name)} is not null\ngroup by all having count(*) > 1\norder by rows desc`,
    }))
}

function empties({ name, columns }: StoredTable): DataCheck {
  const own = columns.filter((column) => !column.name.startsWith('_'))
  const parts = own.map(
    (column) =>
      `select '${column.name.replaceAll("'", "''")}' as column_name, count(*) - count(${ident(column.name)}) as empty, count(*) as rows from ${at('silver', name)}`,
  )
  return {
    id: `empty-${name}`,
    group: 'empty values',
    title: `${name}: empty values per column`,
    sql: `select *, round(100.0 * empty / nullif(rows, 0), 2) as percent from (\n  ${parts.join('\n  union all ')}\n) order by empty desc`,
  }
}

const PARENTS: Readonly<Record<string, string>> = {
  customer_id: 'dim_customers',
  product_id: 'dim_products',
  store_id: 'dim_stores',
  agent_id: 'dim_agents',
  loyalty_id: 'dim_loyalty_accounts',
}

/** Inferred parents were made from the reference alone: the thing itself never came. */
function orphans({ name }: GoldModel, { columns }: StoredTable, tables: readonly StoredTable[]): DataCheck[] {
  return Object.entries(PARENTS)
    .filter(
      ([key, parent]) =>
        columns.some((column) => column.name === key) && tables.some((t) => t.name === parent),
    )
    .map(([key, parent]) => ({
      id: `orphans-${name}-${key}`,
      group: 'orphans',
      title: `${name}: ${key} that no source describes`,
      sql: `select f.source, f.${key}, count(*) as rows\nfrom gold.${name} f left join gold.${parent} d on d.${key} = f.${key}\nwhere f.${key} is not null and (d.${key} is null or d.is_inferred)\ngroup by all order by rows desc`,
    }))
}

const RANGED = /^(DECIMAL|DOUBLE|FLOAT|BIGINT|INTEGER|DATE|TIMESTAMP)/

function ranges({ name, columns }: StoredTable): DataCheck[] {
  const own = columns.filter((column) => !column.name.startsWith('_') && RANGED.test(column.type))
  if (own.length === 0) return []
  const parts = own.map((column) => {
    const x = ident(column.name)
    return `select '${column.name.replaceAll("'", "''")}' as column_name, cast(min(${x}) as varchar) as smallest, cast(max(${x}) as varchar) as largest, approx_count_distinct(${x}) as different from ${at('silver', name)}`
  })
  return [
    {
      id: `ranges-${name}`,
      group: 'ranges',
      title: `${name}: smallest and largest values`,
      sql: parts.join('\nunion all\n'),
    },
  ]
}

const newest = ({ name }: StoredTable): DataCheck => ({
  id: `newest-${name}`,
  group: 'freshness',
  title: `${name}: rows by file`,
  sql: `select _source_file as file, _delivery as delivery, count(*) as rows\nfrom ${at('silver', name)}\ngroup by all order by delivery desc`,
})
