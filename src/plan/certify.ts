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

/** What a certificate is made from: one row. */
export type CertifyRow = Readonly<Record<string, unknown>>

/**
 * The query that certifies a model, over the table `gold.<name>` and the relations it reconciles with.
 * It is made from the front matter alone and reads nothing of the model's own SQL. One row: row_count, the rows of the table, and
 * for check number i name_i, kind_i, severity_i, ok_i, and those of expected_i, actual_i, remainder_i, failing_i that it has.
 */
export function certifySql(model: GoldModel): string {
  const figures = new Figures()
  const own = tableSql({ name: model.name })
  const rows = figures.over(own, 'count(*)')
  const checks = [
    grainCheck(model, figures, own),
    ...model.reconciles.map((reconciliation) => reconciliationCheck(reconciliation, figures, own)),
    ...model.checks.map((check) => rowCheck(check, figures, own)),
  ]
  const columns = [`${rows} as row_count`, ...checks.flatMap(checkColumns)]
  return `with ${figures.ctes().join(',\n')}\nselect ${columns.join(',\n')}\nfrom ${figures.names().join(' cross join ')}`
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
const tableSql = ({ schema, name }: Pick<TableRead, 'schema' | 'name'>): string =>
  `${quoted(schema ?? 'gold')}.${quoted(name)}`
/** On lines of its own: the text may end in a comment. */
const enclosed = (sql: string): string => `(\n${sql}\n)`

/** Collects figures, each a column of a query with one row: every relation is scanned once for all that is asked of it. */
class Figures {
  private readonly byTable = new Map<string, string[]>()

  /** An aggregate over a table, or over a query in brackets. */
  over(table: string, aggregate: string): string {
    const list = this.byTable.get(table) ?? []
    this.byTable.set(table, list)
    if (!list.includes(aggregate)) list.push(aggregate)
    return `s${[...this.byTable.keys()].indexOf(table)}.a${list.indexOf(aggregate)}`
  }

  ctes(): string[] {
    return [...this.byTable].map(
      ([table, list], t) =>
        `s${t} as (select ${list.map((a, i) => `${a} as a${i}`).join(', ')} from ${table})`,
    )
  }

  names(): string[] {
    return [...this.byTable.keys()].map((_, t) => `s${t}`)
  }
}

const when = (where: string | undefined, value: string): string =>
  where === undefined ? value : `case when ${enclosed(where)} then ${value} end`

const counted = (where: string | undefined): string =>
  where === undefined ? 'count(*)' : `count(${when(where, '1')})`
const summed = (expression: string, where: string | undefined): string =>
  `coalesce(sum(${when(where, enclosed(expression))}), 0)`

interface Check {
  readonly name: string
  readonly kind: CheckKind
  readonly severity: 'warn' | 'fail'
  readonly ok: string
  readonly expected?: string
  readonly actual?: string
  readonly remainder?: string | undefined
  readonly failing?: string
}

function checkColumns(check: Check, i: number): string[] {
  const { name, kind, severity, ok, failing } = check
  const texts = (['expected', 'actual', 'remainder'] as const).flatMap((key) =>
    check[key] === undefined ? [] : [`cast(${check[key]} as varchar) as ${key}_${i}`],
  )
  return [
    `${literal(name)} as name_${i}, ${literal(kind)} as kind_${i}, ${literal(severity)} as severity_${i}, ${ok} as ok_${i}`,
    ...texts,
    ...(failing === undefined ? [] : [`cast(${failing} as bigint) as failing_${i}`]),
  ]
}

function grainCheck({ grain }: GoldModel, figures: Figures, own: string): Check {
  const keys = grain.map(quoted)
  const nulls = figures.over(own, counted(keys.map((key) => `${key} is null`).join(' or ')))
  const twice = figures.over(
    `(select 1 from ${own} group by ${keys.join(', ')} having count(*) > 1)`,
    'count(*)',
  )
  const failing = `${nulls} + ${twice}`
  return { name: grain.join(', '), kind: 'grain', severity: 'fail', ok: `${failing} = 0`, failing }
}

function reconciliationCheck(
  { label, measure, where, terms }: Reconciliation,
  figures: Figures,
  own: string,
): Check {
  const actual = figures.over(own, measure === undefined ? counted(where) : summed(quoted(measure), where))
  const expected = terms.map((term) => termSql(term, figures)).join(' + ')
  const [term, ...more] = terms
  const remainder = term && more.length === 0 ? remainderSql(term, figures) : undefined
  return {
    name: label,
    kind: 'reconciliation',
    severity: 'fail',
    ok: `${actual} = ${expected}`,
    expected,
    actual,
    remainder,
  }
}

function termSql(term: Term, figures: Figures): string {
  const [relation] = term.relations
  const table = relation ? tableSql(relation) : ''
  switch (term.aggregate) {
    case 'count':
      return figures.over(table, counted(term.where))
    case 'sum':
      return figures.over(table, summed(term.expressions.join(''), term.where))
    case 'count_distinct':
      return figures.over(
        `(select distinct ${term.expressions.map(enclosed).join(', ')} from ${table}${filter(term)})`,
        'count(*)',
      )
    case 'days':
      return spanSql(term, `date_diff('day', min(a), max(b)) + 1`, figures)
    case 'months':
      return spanSql(term, `${monthNumber('max(b)')} - ${monthNumber('min(a)')} + 1`, figures)
  }
}

const filter = ({ where }: Term): string => (where === undefined ? '' : ` where ${enclosed(where)}`)

const monthNumber = (date: string): string =>
  `(12 * extract(year from ${date}) + extract(month from ${date}))`

/** `length` over the first date a and the last date b of all relations. */
function spanSql(term: Term, length: string, figures: Figures): string {
  const bounds = term.relations.map(
    (relation, i) =>
      `select min(${term.expressions[i]}) as a, max(${term.expressions[i]}) as b from ${tableSql(relation)}${filter(term)}`,
  )
  return figures.over(`(${bounds.join(' union all ')})`, `coalesce(${length}, 0)`)
}

/** What the population excludes; only where it can be said with one figure. */
function remainderSql(term: Term, figures: Figures): string | undefined {
  if (term.aggregate !== 'count' && term.aggregate !== 'sum') return undefined
  const { where: _, ...whole } = term
  return `${termSql(whole, figures)} - ${termSql(term, figures)}`
}

function rowCheck({ name, expect, severity }: RowCheck, figures: Figures, own: string): Check {
  const failing = figures.over(own, `count(case when ${enclosed(expect)} then null else 1 end)`)
  return { name, kind: 'row', severity, ok: `${failing} = 0`, failing }
}

function resultOf(row: CertifyRow, i: number): CheckResult {
  const textIn = (key: string): string | undefined => {
    const value = row[`${key}_${i}`]
    return value === null || value === undefined ? undefined : String(value)
  }
  const texts = ['expected', 'actual', 'remainder'].flatMap((key) => {
    const value = textIn(key)
    return value === undefined ? [] : [[key, value] as const]
  })
  const failing = textIn('failing')
  return {
    name: textIn('name') ?? '',
    kind: (textIn('kind') ?? 'row') as CheckKind,
    severity: textIn('severity') === 'warn' ? 'warn' : 'fail',
    ok: row[`ok_${i}`] === true,
    ...Object.fromEntries(texts),
    ...(failing === undefined ? {} : { failing: Number(failing) }),
  }
}

/** The certificate from the row that certifySql's query returned; without one, nothing is certified. */
export function certificateOf(row: CertifyRow = {}): Certificate {
  const checks: CheckResult[] = []
  while (`name_${checks.length}` in row) checks.push(resultOf(row, checks.length))
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
