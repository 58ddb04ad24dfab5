import type { FieldType } from '../model/types.ts'
import type { Contract } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Deliveries } from './deliveries.ts'
import { loadOrder } from './deliveries.ts'
import { foldFullLoads } from './full-load.ts'
import type { SourceContext } from './source-context.ts'
import { bronzeRows, DECIDED, DECISIONS, DISMISSED, silverFields, stageSelect } from './stage.ts'
import type { Delivery } from './types.ts'

/** What a merge takes in: deliveries bronze has and the version lacks, and held-back rows that deserve a new look. */
export interface MergeInput {
  readonly added: readonly Delivery[]
  readonly retryOrphans: boolean
  /** Rows decided upon since the version was made. */
  readonly decidedRows: readonly { readonly delivery: number; readonly row: number }[]
}

export const STAGE = 'c360_stage'
const CONTEST = 'c360_contest'
const AGAIN = 'c360_again'

/** The whole source from bronze: stage into the silver table itself, then take out what is bad, old or deleted. */
export function rebuildStatements(context: SourceContext): string[] {
  const { d, contract, bronze, deliveries } = context
  const table = silverTable(context)
  const from = bronzeRows(d, contract.source, bronze, deliveries.active)
  const full = contract.load === 'full' ? foldFullLoads(context, table) : undefined
  return [
    ...forgotten(context),
    ...d.tableAs(table, stage(context, from)),
    ...(full?.before ?? []),
    ...takeOutBad(context, table),
    ...contestWithin(context, table),
    ...(full?.after ?? []),
    ...inactiveFates(context),
    ...d.withoutColumns(table, ['_reasons', '_raw'], silverColumns(context)),
  ]
}

type Columns = readonly (readonly [name: string, type: FieldType])[]

/** Tables beside those of the sources: rows held back, the fates of rows that are in neither, and full loads that wait for a person. */
export const besideSilver: readonly { readonly name: string; readonly columns: Columns }[] = [
  {
    name: 'quarantine',
    columns: [
      ['source', 'text'],
      ['_source_file', 'text'],
      ['_row_number', 'integer'],
      ['_delivery', 'integer'],
      ['_run_id', 'text'],
      ['reasons', 'text'],
      ['raw', 'text'],
      ['amount', 'decimal'],
    ],
  },
  {
    name: '_fates',
    columns: [
      ['source', 'text'],
      ['_delivery', 'integer'],
      ['_row_number', 'integer'],
      ['fate', 'text'],
      ['by_delivery', 'integer'],
      ['by_row', 'integer'],
    ],
  },
  {
    name: '_held',
    columns: [
      ['source', 'text'],
      ['delivery', 'integer'],
      ['would_delete', 'integer'],
      ['living', 'integer'],
    ],
  },
]

/** Empties those tables of a source. */
export const forgetSource = (d: Dialect, source: string): string[] =>
  besideSilver.map(({ name }) => `delete from ${d.table('silver', name)} where source = ${d.literal(source)}`)

/** Where everything is built anew, those tables were emptied before. */
export const forgotten = ({ d, contract, afresh }: SourceContext): string[] =>
  afresh ? [] : forgetSource(d, contract.source)

export const silverColumns = ({ d, contract }: SourceContext): string[] => [
  ...silverFields(contract).map(d.ident),
  '_source_file',
  '_row_number',
  '_delivery',
  '_run_id',
]

/** New rows against what silver holds: the same contest, over the keys that the new rows touch. */
export function mergeStatements(context: SourceContext, input: MergeInput): string[] {
  const { d, contract } = context
  const table = silverTable(context)
  const fields = silverColumns(context).join(', ')
  const staged = d.table('work', STAGE)
  return [
    ...restage(context, input),
    ...takeOutBad(context, staged),
    ...(contract.key.length === 0 ? [] : contestAgainst(context, table)),
    `insert into ${table} (${fields}) select ${fields} from ${staged}`,
    d.dropWorkTable(STAGE),
  ]
}

export const silverTable = ({ d, contract }: Pick<SourceContext, 'd' | 'contract'>): string =>
  d.table('silver', contract.source)

export const stage = ({ d, project, contract, bronze, decided }: SourceContext, from: string): string =>
  stageSelect(d, project, contract, bronze, { from, decided })

function restage(context: SourceContext, input: MergeInput): string[] {
  const { d, contract, deliveries } = context
  const fresh = input.added.length === 0 ? [] : [bronzeRows(d, contract.source, context.bronze, input.added)]
  const conditions = [
    ...(input.retryOrphans ? [`reasons like '%"reason":"orphan"%'`] : []),
    ...rowsOf(input.decidedRows),
  ]
  if (conditions.length === 0) return d.workTable(STAGE, stage(context, fresh[0] ?? ''))
  const own = `source = ${d.literal(contract.source)}`
  const again = d.table('work', AGAIN)
  const quarantine = d.table('silver', 'quarantine')
  const old = deliveries.active.filter(
    ({ delivery }) => !input.added.some((added) => added.delivery === delivery),
  )
  const selected = `(select x.* from ${bronzeRows(d, contract.source, context.bronze, old)} x join ${again} a on a._delivery = x._delivery and a._row_number = x._row_number)`
  return [
    ...d.workTable(
      AGAIN,
      `select _delivery, _row_number from ${quarantine} where ${own} and (${conditions.join(' or ')})`,
    ),
    d.deleteMatching(
      quarantine,
      'q',
      again,
      'a',
      `q.${own} and q._delivery = a._delivery and q._row_number = a._row_number`,
    ),
    ...d.workTable(STAGE, stage(context, selected)),
    ...fresh.map((from) => `insert into ${d.table('work', STAGE)} ${stage(context, from)}`),
    d.dropWorkTable(AGAIN),
  ]
}

/** A condition that holds for just these rows; none for no rows. */
function rowsOf(rows: MergeInput['decidedRows']): string[] {
  const byDelivery = new Map<number, number[]>()
  for (const { delivery, row } of rows) byDelivery.set(delivery, [...(byDelivery.get(delivery) ?? []), row])
  return [...byDelivery].map(
    ([delivery, numbers]) => `(_delivery = ${delivery} and _row_number in (${numbers.join(', ')}))`,
  )
}

/** Rows with reasons go to quarantine, dismissed ones to their fate. */
const takeOutBad = (context: SourceContext, table: string): string[] => [
  ...noteBad(context, table),
  `delete from ${table} where _reasons is not null`,
]

/** The same, but they stay in the table. */
export function noteBad({ d, contract, decided }: SourceContext, table: string): string[] {
  const source = d.literal(contract.source)
  const held = contract.columns.some(({ field }) => field === 'amount') ? 'amount' : 'null'
  return [
    `insert into ${d.table('silver', 'quarantine')} select ${source}, _source_file, _row_number, _delivery, _run_id, _reasons, _raw, ${held} from ${table} where _reasons is not null and _reasons <> '${DISMISSED}'`,
    ...(decided
      ? [
          `insert into ${fates(d)} select ${source}, _delivery, _row_number, 'dismissed', null, null from ${table} where _reasons = '${DISMISSED}'`,
        ]
      : []),
  ]
}

export const fates = (d: Dialect): string => d.table('silver', '_fates')

const keysOf = ({ d, contract }: SourceContext): string[] => contract.key.map(d.ident)

/** Newest first: declared order, then the load's rank or the delivery, then the row. */
function newestFirst({ d, contract, deliveries }: SourceContext): string {
  const declared = contract.order.map((field) => d.descNullsLast(d.ident(field)))
  return [...declared, `${loadRank(contract, deliveries)} desc`, '_row_number desc'].join(', ')
}

export function loadRank(contract: Contract, { active }: Deliveries): string {
  if (contract.dated === undefined || active.length === 0) return '_delivery'
  const branches = [...loadOrder(contract, active)].map(([delivery, rank]) => `when ${delivery} then ${rank}`)
  return `case _delivery ${branches.join(' ')} end`
}

const contestTable = (context: SourceContext, candidates: string, named = ''): string[] =>
  context.d.workTable(CONTEST, contestSelect(context, candidates, named))

/**
 * The contest: candidates whose key occurs more than once, each with its place and the winner of its key. Which keys
 * those are is told by a hash: two keys that share one by accident are still ranked apart.
 */
export function contestSelect(context: SourceContext, candidates: string, named = ''): string {
  const keys = keysOf(context)
  const hash = context.d.hash(keys)
  const inContest = `over (partition by ${keys.join(', ')} order by ${newestFirst(context)})`
  return [
    `${named}select _delivery, _row_number, is_new, row_number() ${inContest} as place,`,
    `first_value(_delivery) ${inContest} as by_delivery, first_value(_row_number) ${inContest} as by_row`,
    `from ${candidates} c where ${hash} in (select ${hash} from ${candidates} c group by ${hash} having count(*) > 1)`,
  ].join(' ')
}

export function candidatesFrom(
  { d, contract }: SourceContext,
  table: string,
  isNew: boolean,
  where = '',
): string {
  const columns = [...new Set([...contract.key, ...contract.order])].map(d.ident)
  return `select ${[...columns, '_delivery', '_row_number', `${d.bool(isNew)} as is_new`].join(', ')} from ${table} s${where}`
}

const deleteLosers = ({ d }: SourceContext, table: string, isNew: boolean): string =>
  d.deleteMatching(
    table,
    's',
    d.table('work', CONTEST),
    'c',
    `c.place > 1 and c.is_new = ${d.bool(isNew)} and s._delivery = c._delivery and s._row_number = c._row_number`,
  )

export const loserFates = ({ d, contract }: SourceContext, contest = d.table('work', CONTEST)): string =>
  `insert into ${fates(d)} select ${d.literal(contract.source)}, _delivery, _row_number, 'superseded', by_delivery, by_row from ${contest} where place > 1`

function contestWithin(context: SourceContext, table: string): string[] {
  if (context.contract.key.length === 0) return []
  return [
    ...contestTable(context, `(${candidatesFrom(context, table, true)})`),
    loserFates(context),
    deleteLosers(context, table, true),
    context.d.dropWorkTable(CONTEST),
  ]
}

function contestAgainst(context: SourceContext, table: string): string[] {
  const { d, contract } = context
  const staged = d.table('work', STAGE)
  const same = keysOf(context)
    .map((key) => `x.${key} = s.${key}`)
    .join(' and ')
  const touched = ` where exists (select 1 from ${staged} x where ${same})`
  const candidates = [candidatesFrom(context, staged, true), candidatesFrom(context, table, false, touched)]
  const repoint = d.updateMatching(
    fates(d),
    'f',
    { by_delivery: 'c.by_delivery', by_row: 'c.by_row' },
    d.table('work', CONTEST),
    'c',
    [
      `f.source = ${d.literal(contract.source)} and f.fate = 'superseded' and c.place > 1 and c.is_new = ${d.bool(false)}`,
      'and f.by_delivery = c._delivery and f.by_row = c._row_number',
    ].join(' '),
  )
  return [
    ...contestTable(context, 'candidates', `with candidates as (${candidates.join(' union all ')}) `),
    repoint,
    loserFates(context),
    deleteLosers(context, table, false),
    deleteLosers(context, staged, true),
    d.dropWorkTable(CONTEST),
  ]
}

/** Every row of a delivery that no longer counts has that delivery's fate. */
export function inactiveFates({ d, contract, deliveries }: SourceContext): string[] {
  const source = d.literal(contract.source)
  return deliveries.inactive
    .filter(({ delivery }) => delivery.urls.length > 0)
    .map((inactive) => {
      const by = inactive.fate === 'superseded' ? inactive.by : 'null'
      return `insert into ${fates(d)} select ${source}, _delivery, _row_number, '${inactive.fate}', ${by}, null from ${d.bronze({ table: contract.source, urls: inactive.delivery.urls, deliveries: [inactive.delivery.delivery], mixed: true })} b`
    })
}

/** The newest decision about each row of any source, with the texts it carries, for the staging queries to join. */
export function decisionsTable(d: Dialect, urls: readonly string[]): string[] {
  const ranked = `select source, delivery, row_number, kind, edits, row_number() over (partition by source, delivery, row_number order by id desc) as place from ${d.bronze({ table: DECIDED, urls })} d where kind in ('edit', 'dismiss', 'reopen')`
  return d.workTable(
    DECISIONS,
    `select source, delivery, row_number, kind, edits from (${ranked}) r where place = 1 and kind <> 'reopen'`,
  )
}

/**
 * One row per delivery: its records in bronze and the count of each fate, each counted by its own query.
 * `accounted` holds when the fates together are exactly the rows 1..n, told by their count, sum and sum of squares.
 */
export function accountingQuery(context: SourceContext, all: readonly Delivery[]): string {
  const { d, contract } = context
  const source = d.literal(contract.source)
  const wide = (x: string | number) => `cast(${x} as ${d.wideInteger})`
  const sums = `count(*) as n, sum(_row_number) as s1, sum(${wide('_row_number')} * _row_number) as s2`
  const taken = ['superseded', 'dismissed', 'deleted'].map(
    (fate) =>
      `select _delivery, '${fate}' as fate, ${sums} from ${fates(d)} where source = ${source} and fate = '${fate}' group by _delivery`,
  )
  const counted = [
    `select _delivery, 'kept' as fate, ${sums} from ${silverTable(context)} group by _delivery`,
    `select _delivery, 'quarantined' as fate, ${sums} from ${d.table('silver', 'quarantine')} where source = ${source} group by _delivery`,
    ...taken,
  ].join(' union all ')
  const bronze =
    all.length === 0
      ? `select 0 as delivery, ${wide(0)} as n where 1 = 0`
      : all
          .map(({ delivery, rows }) => `select ${delivery} as delivery, ${wide(rows)} as n`)
          .join(' union all ')
  const of = (fate: string) =>
    `cast(coalesce(sum(case when c.fate = '${fate}' then c.n end), 0) as bigint) as ${fate}`
  return [
    `select b.delivery, cast(b.n as bigint) as ${d.ident('rows')}, ${['kept', 'superseded', 'quarantined', 'dismissed', 'deleted'].map(of).join(', ')},`,
    'case when coalesce(sum(c.n), 0) = b.n and 2 * coalesce(sum(c.s1), 0) = b.n * (b.n + 1)',
    'and 6 * coalesce(sum(c.s2), 0) = b.n * (b.n + 1) * (2 * b.n + 1) then 1 else 0 end as accounted',
    `from (${bronze}) b left join (${counted}) c on c._delivery = b.delivery group by b.delivery, b.n order by b.delivery`,
  ].join(' ')
}
