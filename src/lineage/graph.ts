import { entityNamed } from '../model/entities.ts'
import type { Pii } from '../model/types.ts'
import { relationOf } from '../plan/names.ts'
import { silverFields } from '../plan/stage.ts'
import { lookupsOf } from '../project/lookup.ts'
import type { Contract, Project } from '../project/types.ts'
import { type Catalog, entityOf } from './catalog.ts'
import { mostPersonal, piiOf } from './pii.ts'
import type { Role } from './refs.ts'
import { same } from './scope.ts'
import { cleaningOf, feeding } from './silver-columns.ts'
import { sourcesOf } from './trace.ts'

export type Layer = 'gold' | 'conformed' | 'rules' | 'silver' | 'bronze' | 'constant'

/** A column on the way from a file to a figure. */
export interface LineageNode {
  /** `gold.customer_360.total_spend`, `bronze.online_transactions.Amount`; `*` as the column stands for the rows. */
  readonly id: string
  readonly layer: Layer
  readonly table: string
  readonly column: string
  readonly description?: string
  readonly unit?: string
  readonly pii: Pii
  /** Where it was written: a file relative to the project, or `c360:` for what comes with c360. */
  readonly at?: { readonly file: string; readonly line?: number }
  /** Globs of the landing files, for a bronze column. */
  readonly files?: readonly string[]
  /** What happens to the text on its way into silver, in order. */
  readonly cleaning?: readonly string[]
}

/** `from` is made from `to`. */
export interface LineageEdge {
  readonly from: string
  readonly to: string
  readonly role: Role
  readonly via: readonly string[]
}

export interface Lineage {
  readonly root: string
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
}

export interface LineageInput {
  readonly catalog: Catalog
  readonly project: Project
  /** Line of a rule's key in c360.yaml. */
  readonly ruleLine: (key: string) => number | undefined
}

/** The lineage of one column, down to the columns of the files. `table` is `gold.x`, `conformed.x`, `rules.x` or `silver.x`. */
export function lineageOf(input: LineageInput, table: string, column: string): Lineage {
  const nodes = new Map<string, LineageNode>()
  const edges: LineageEdge[] = []
  const visit = (at: Place): void => {
    const id = idOf(at)
    if (nodes.has(id)) return
    nodes.set(id, nodeOf(input, at))
    for (const { to, role, via } of stepsFrom(input, at)) {
      edges.push({ from: id, to: idOf(to), role, via })
      visit(to)
    }
  }
  const root = placeOf(table, column)
  visit(root)
  return { root: idOf(root), nodes: [...nodes.values()], edges }
}

interface Place {
  readonly layer: Layer
  readonly table: string
  readonly column: string
}

interface Step {
  readonly to: Place
  readonly role: Role
  readonly via: readonly string[]
}

const idOf = ({ layer, table, column }: Place): string => `${layer}.${table}.${column}`

const placeOf = (path: string, column: string): Place => {
  const [schema = '', name] = path.split('.')
  return name === undefined
    ? { layer: 'gold', table: schema, column }
    : { layer: schema as Layer, table: name, column }
}

const pathOf = ({ layer, table }: Place): string => (layer === 'gold' ? table : `${layer}.${table}`)

const contractOf = ({ project }: LineageInput, source: string): Contract | undefined =>
  project.contracts.find((contract) => contract.source === source)

function stepsFrom(input: LineageInput, at: Place): Step[] {
  if (at.column === '*') return []
  switch (at.layer) {
    case 'gold':
      return sourcesOf(input.catalog, at.table.toLowerCase(), at.column).map(
        ({ relation, column, role, via }) => ({
          to: placeOf(relation, column),
          role,
          via,
        }),
      )
    case 'conformed':
      return fromSilver(input, at)
    case 'silver':
      return fromBronze(input, at)
    default:
      return []
  }
}

/** A local time is the time of the same name; an order without a number is its transaction. */
function fromSilver({ project }: LineageInput, at: Place): Step[] {
  const entity = entityOf(pathOf(at))
  const field = at.column.replace(/_local$/, '')
  return project.contracts
    .filter((contract) => contract.entity === entity)
    .flatMap((contract) => {
      const fields = silverFields(contract)
      const known = fields.includes(at.column) ? at.column : fields.includes(field) ? field : undefined
      const found = known ?? (at.column === 'order_id' ? 'transaction_id' : undefined)
      const own = found === undefined ? [] : [step('value', 'silver', contract.source, found)]
      return [...own, ...byValue(contract, at.column)]
    })
}

const step = (role: Role, layer: Layer, table: string, column: string): Step => ({
  to: { layer, table, column },
  role,
  via: [],
})

/** A reference that goes by a value: the id is that of the thing found, and the value on both sides decides which. */
const byValue = (contract: Contract, reference: string): Step[] =>
  lookupsOf(contract).flatMap(({ field, lookup: { entity, by, fills } }) => {
    if (fills !== reference) return []
    const [relation, key] = [relationOf[entity], entityNamed(entity).key[0] ?? '']
    return [
      step('value', 'conformed', relation, key),
      step('condition', 'conformed', relation, by),
      step('condition', 'silver', contract.source, field),
    ]
  })

function fromBronze(input: LineageInput, at: Place): Step[] {
  const contract = contractOf(input, at.table)
  if (!contract) return []
  const columns = feeding(contract, at.column)
  if (columns.length > 0)
    return columns.map(({ name }) => ({
      to: { layer: 'bronze', table: at.table, column: name },
      role: 'value',
      via: [],
    }))
  return at.column in contract.set
    ? [{ to: { layer: 'constant', table: at.table, column: at.column }, role: 'value', via: [] }]
    : []
}

/** The key of c360.yaml that fills a column of a rules table. */
const RULE_KEYS: Readonly<Record<string, string>> = {
  'counted_statuses.status': 'counted_statuses',
  'tiers.tier': 'tier_order',
  'tiers.tier_rank': 'tier_order',
  'tiers.is_champion': 'champion_tiers',
  'high_value.percentile': 'high_value',
  'high_value.population': 'high_value',
  'activity.active_months': 'active_within',
  'activity.churn_days': 'churned_after',
  'calendar.time_zone': 'time_zone',
  'calendar.currency': 'currency',
  'calendar.as_of': 'as_of',
}

function nodeOf(input: LineageInput, at: Place): LineageNode {
  const base = { id: idOf(at), ...at }
  switch (at.layer) {
    case 'gold':
      return { ...base, ...goldFacts(input, at) }
    case 'conformed':
      return { ...base, ...fieldFacts(at), pii: piiOf(input.catalog, input.project, pathOf(at), at.column) }
    case 'rules': {
      const key = RULE_KEYS[`${at.table}.${at.column}`]
      const line = key === undefined ? undefined : input.ruleLine(key)
      const where = { file: 'c360.yaml', ...(line === undefined ? {} : { line }) }
      return { ...base, pii: 'none', description: `Rule ${key ?? at.table}`, at: where }
    }
    case 'silver':
      return { ...base, ...silverFacts(input, at) }
    case 'bronze':
      return { ...base, ...bronzeFacts(input, at) }
    case 'constant': {
      const contract = contractOf(input, at.table)
      const description = `Always ${contract?.set[at.column] ?? ''}`
      return { ...base, pii: 'none', description, ...(contract ? { at: { file: contract.file } } : {}) }
    }
  }
}

function goldFacts({ catalog, project }: LineageInput, { table, column }: Place) {
  const model = catalog.models.get(table.toLowerCase())?.model
  const description =
    column === '*' ? model?.description : model?.columns.find(({ name }) => same(name, column))?.description
  return {
    pii: column === '*' ? ('none' as const) : piiOf(catalog, project, table, column),
    ...(description ? { description } : {}),
    ...(model ? { at: { file: model.file, line: model.sqlLine } } : {}),
  }
}

function fieldFacts(at: Place) {
  const entity = entityOf(pathOf(at))
  const field =
    entity && entityNamed(entity).fields.find(({ name }) => name === at.column.replace(/_local$/, ''))
  return {
    ...(field ? { description: field.description } : {}),
    ...(field?.unit === undefined ? {} : { unit: field.unit }),
  }
}

function silverFacts(input: LineageInput, at: Place) {
  const contract = contractOf(input, at.table)
  const columns = contract ? feeding(contract, at.column) : []
  const field = contract && entityNamed(contract.entity).fields.find(({ name }) => name === at.column)
  const unit = columns[0]?.unit ?? field?.unit
  return {
    pii: columns.length > 0 ? mostPersonal(columns.map(({ pii }) => pii)) : (field?.pii ?? 'none'),
    ...(field ? { description: field.description } : {}),
    ...(unit === undefined ? {} : { unit }),
    ...(columns[0] ? { cleaning: cleaningOf(columns[0], at.column) } : {}),
  }
}

function bronzeFacts(input: LineageInput, at: Place) {
  const contract = contractOf(input, at.table)
  const column = contract?.columns.find(({ name }) => name === at.column)
  return {
    pii: column?.pii ?? ('direct' as const),
    ...(contract ? { files: contract.files } : {}),
    ...(contract && column ? { at: { file: contract.file, line: column.line } } : {}),
  }
}
