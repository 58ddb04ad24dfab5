import type { Problem } from '../errors.ts'
import type { GoldModel, Reconciliation, RowCheck, Term } from '../model/gold-model.ts'
import type { TableRead } from '../sql/reads.ts'

export type CheckKind = 'grain' | 'reconciliation' | 'row'

/** One check of a model as the warehouse answered it; figures are exact decimal texts. */
export interface CheckResult {
  readonly name: string
  readonly kind: CheckKind
  readonly severity: 'warn' | 'fail'
  readonly ok: boolean
  /** Rows or sums that should be there, and are there. */
  readonly expected?: string
  readonly actual?: string
  /** What the population leaves out of the relation it was taken from. */
  readonly remainder?: string
  /** Rows that break a row check; keys that are NULL or stand twice for the grain. */
  readonly failing?: number
}

export interface Certificate {
  /** Every check with severity `fail` is ok. */
  readonly certified: boolean
  readonly checks: readonly CheckResult[]
  /** One per check that is not ok. */
  readonly problems: readonly Problem[]
}

/**
 * The query that certifies a model, over the table `gold.<name>` and the relations it reconciles with.
 * It is made from the front matter alone and reads nothing of the model's own SQL. One row per check:
 * check_name, kind, severity, ok, expected, actual, remainder, failing.
 */
export function certifySql(model: GoldModel): string {
  const sums = new Sums()
  const own = tableSql({ name: model.name })
  const rows = [
    grainRow(model, sums, own),
    ...model.reconciles.map((reconciliation) => reconciliationRow(reconciliation, sums, own)),
    ...model.checks.map((check) => rowCheckRow(check, sums, own)),
  ]
  return `with ${sums.ctes().join(',\n')}\n${rows.join('\nunion all\n')}`
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
const tableSql = ({ schema, name }: Pick<TableRead, 'schema' | 'name'>): string =>
  `${quoted(schema ?? 'gold')}.${quoted(name)}`
/** On lines of its own: the text may end in a comment. */
const enclosed = (sql: string): string => `(\n${sql}\n)`

/** Collects aggregates so that each relation is scanned once for all of them. */
class Sums {
  private readonly byTable = new Map<string, string[]>()

  /** A scalar expression for an aggregate over a table. */
  over(table: string, aggregate: string): string {
    const list = this.byTable.get(table) ?? []
    this.byTable.set(table, list)
    if (!list.includes(aggregate)) list.push(aggregate)
    return `(select a${list.indexOf(aggregate)} from s${[...this.byTable.keys()].indexOf(table)})`
  }

  ctes(): string[] {
    return [...this.byTable].map(
      ([table, list], t) =>
        `s${t} as (select ${list.map((a, i) => `${a} as a${i}`).join(', ')} from ${table})`,
    )
  }
}

const when = (where: string | undefined, value: string): string =>
  where === undefined ? value : `case when ${enclosed(where)} then ${value} end`

const counted = (where: string | undefined): string =>
  where === undefined ? 'count(*)' : `count(${when(where, '1')})`
const summed = (expression: string, where: string | undefined): string =>
  `coalesce(sum(${when(where, enclosed(expression))}), 0)`

interface Row {
  readonly name: string
  readonly kind: CheckKind
  readonly severity: 'warn' | 'fail'
  readonly ok: string
  readonly expected?: string
  readonly actual?: string
  readonly remainder?: string | undefined
  readonly failing?: string
}

const asText = (sql: string | undefined): string => `cast(${sql ?? 'null'} as varchar)`

const rowSql = ({ name, kind, severity, ok, expected, actual, remainder, failing }: Row): string =>
  [
    `select ${literal(name)} as check_name, ${literal(kind)} as kind, ${literal(severity)} as severity, ${ok} as ok,`,
    `${asText(expected)} as expected, ${asText(actual)} as actual, ${asText(remainder)} as remainder,`,
    `cast(${failing ?? 'null'} as bigint) as failing`,
  ].join(' ')

function grainRow({ grain }: GoldModel, sums: Sums, own: string): string {
  const keys = grain.map(quoted)
  const nulls = sums.over(own, counted(keys.map((key) => `${key} is null`).join(' or ')))
  const twice = `(select count(*) from (select 1 from ${own} group by ${keys.join(', ')} having count(*) > 1))`
  const failing = `${nulls} + ${twice}`
  return rowSql({ name: grain.join(', '), kind: 'grain', severity: 'fail', ok: `${failing} = 0`, failing })
}

function reconciliationRow(
  { label, measure, where, terms }: Reconciliation,
  sums: Sums,
  own: string,
): string {
  const actual = sums.over(own, measure === undefined ? counted(where) : summed(quoted(measure), where))
  const expected = terms.map((term) => termSql(term, sums)).join(' + ')
  const [term, ...more] = terms
  const remainder = term && more.length === 0 ? remainderSql(term, sums) : undefined
  return rowSql({
    name: label,
    kind: 'reconciliation',
    severity: 'fail',
    ok: `${actual} = ${expected}`,
    expected,
    actual,
    remainder,
  })
}

function termSql(term: Term, sums: Sums): string {
  const [relation] = term.relations
  const table = relation ? tableSql(relation) : ''
  switch (term.aggregate) {
    case 'count':
      return sums.over(table, counted(term.where))
    case 'sum':
      return sums.over(table, summed(term.expressions.join(''), term.where))
    case 'count_distinct':
      return `(select count(*) from (select distinct ${term.expressions.map(enclosed).join(', ')} from ${table}${filter(term)}))`
    case 'days':
      return spanSql(term, `date_diff('day', min(a), max(b)) + 1`)
    case 'months':
      return spanSql(term, `${monthNumber('max(b)')} - ${monthNumber('min(a)')} + 1`)
  }
}

const filter = ({ where }: Term): string => (where === undefined ? '' : ` where ${enclosed(where)}`)

const monthNumber = (date: string): string =>
  `(12 * extract(year from ${date}) + extract(month from ${date}))`

/** `length` over the first date a and the last date b of all relations. */
function spanSql(term: Term, length: string): string {
  const bounds = term.relations.map(
    (relation, i) =>
      `select min(${term.expressions[i]}) as a, max(${term.expressions[i]}) as b from ${tableSql(relation)}${filter(term)}`,
  )
  return `(select coalesce(${length}, 0) from (${bounds.join(' union all ')}))`
}

/** What the population excludes; only where it can be said with one figure. */
function remainderSql(term: Term, sums: Sums): string | undefined {
  if (term.aggregate !== 'count' && term.aggregate !== 'sum') return undefined
  const { where: _, ...whole } = term
  return `${termSql(whole, sums)} - ${termSql(term, sums)}`
}

function rowCheckRow({ name, expect, severity }: RowCheck, sums: Sums, own: string): string {
  const failing = sums.over(own, `count(case when ${enclosed(expect)} then null else 1 end)`)
  return rowSql({ name, kind: 'row', severity, ok: `${failing} = 0`, failing })
}

const textIn = (row: Readonly<Record<string, unknown>>, key: string): string | undefined =>
  row[key] === null || row[key] === undefined ? undefined : String(row[key])

function resultOf(row: Readonly<Record<string, unknown>>): CheckResult {
  const texts = ['expected', 'actual', 'remainder'].flatMap((key) => {
    const value = textIn(row, key)
    return value === undefined ? [] : [[key, value] as const]
  })
  const failing = textIn(row, 'failing')
  return {
    name: textIn(row, 'check_name') ?? '',
    kind: (textIn(row, 'kind') ?? 'row') as CheckKind,
    severity: row.severity === 'warn' ? 'warn' : 'fail',
    ok: row.ok === true,
    ...Object.fromEntries(texts),
    ...(failing === undefined ? {} : { failing: Number(failing) }),
  }
}

/** The certificate from the rows that certifySql's query returned. */
export function certificateOf(rows: readonly Readonly<Record<string, unknown>>[]): Certificate {
  const checks = rows.map(resultOf)
  const broken = checks.filter(({ ok }) => !ok)
  return {
    certified: checks.length > 0 && broken.every(({ severity }) => severity === 'warn'),
    checks,
    problems: broken.map(problemOf),
  }
}

function problemOf({ name, kind, severity, expected, actual, failing }: CheckResult): Problem {
  const level = severity === 'warn' ? ({ severity } as const) : {}
  switch (kind) {
    case 'grain':
      return {
        code: 'grain',
        message: `${failing} keys (${name}) are NULL or stand for several rows`,
        hint: 'is a table joined that has several rows per key? aggregate it first',
        ...level,
      }
    case 'reconciliation':
      return {
        code: 'reconciliation',
        message: `${name} is ${actual}, and ${expected} was expected`,
        hint: 'are rows lost or multiplied by a join?',
        ...level,
      }
    case 'row':
      return { code: 'row_check', message: `${failing} rows break the check ${name}`, ...level }
  }
}
