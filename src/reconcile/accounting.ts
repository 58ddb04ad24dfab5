import type { GoldModel } from '../model/gold-model.ts'
import { type Amount, amountOf, amountSql, amountText } from './amount.ts'
import { type CertifiedMeasure, certifiedMeasure, type Fact, promiseOf } from './certified.ts'
import type { GoldColumns, Mapping, Pair } from './mapping.ts'
import type { Ask } from './measure.ts'
import { makeup, type Part } from './parts.ts'
import { type Leaf, type Trace, traceColumn, traceParts } from './trace.ts'
import { quoted } from './tsql/scope.ts'
import type { Block, BoundQuery } from './tsql/types.ts'
import type { Accounting, Step, StepKind } from './types.ts'

interface Books {
  readonly ask: Ask
  readonly query: BoundQuery
  /** The table that holds the view's rows, under the names in `columns`. */
  readonly rows: string
  readonly mapping: Mapping
  readonly catalogue: readonly GoldModel[]
  readonly gold: GoldColumns
  /** Sources of the rows a fact holds: what COUNT(*) is taken to count. */
  readonly sourcesOf: (relation: string) => ReadonlySet<string>
  readonly columns: readonly string[]
}

/** An accounting for every figure of the view that adds up to something. */
export async function accountings(books: Books, measures: readonly Pair[]): Promise<Accounting[]> {
  const done: Accounting[] = []
  const shown = { query: books.query, sql: books.rows, names: books.columns.map(quoted) }
  for (const pair of measures) {
    const index = books.columns.indexOf(pair.legacy.name)
    const certified = await certifiedFor(books, pair.certified)
    const trace = certified && (await traceColumn(books.ask, shown, index, preferred(books, certified)))
    if (trace && certified) done.push(await account(books, pair.legacy.name, trace, certified))
    else
      for (const found of await partAccountings(books, pair, index))
        if (!done.some(({ measure }) => measure === found.measure)) done.push(found)
  }
  return done
}

const certifiedFor = ({ ask, mapping, catalogue, gold }: Books, column: string) =>
  certifiedMeasure(ask, mapping.model, column, catalogue, gold)

const preferred = ({ sourcesOf }: Books, { fact }: CertifiedMeasure): ReadonlySet<string> =>
  fact ? sourcesOf(fact.relation) : new Set()

/** A ratio has no total: the sums and counts in it have. */
async function partAccountings(books: Books, pair: Pair, index: number): Promise<Accounting[]> {
  if (books.query.kind === 'union') return []
  const output = books.query.outputs[index]
  if (!output) return []
  const found: Accounting[] = []
  for (const part of makeup(books.query, output.expression).parts) {
    const certified = await certifiedFor(books, counterpart(books, books.query, part) ?? '')
    const trace = await traceParts(
      books.ask,
      books.query,
      [part],
      certified ? preferred(books, certified) : new Set(),
    )
    found.push(await account(books, `${part.label} in ${pair.legacy.name}`, trace, certified))
  }
  return found
}

/** The model's column that adds up the same kind of thing: a sum of the same field, or a count. */
function counterpart({ mapping: { model } }: Books, block: Block, part: Part): string | undefined {
  const field = part.argument && block.bindRow(part.argument).column?.column.origin?.field
  const fits = (column: string) =>
    promiseOf(model, column)?.terms.every(({ aggregate, expressions }) =>
      part.op === 'sum'
        ? aggregate === 'sum' && expressions[0] === field
        : aggregate === 'count' || aggregate === 'count_distinct',
    ) === true
  return model.columns.find(({ name }) => fits(name))?.name
}

async function account(
  { ask }: Books,
  measure: string,
  trace: Trace,
  certified: CertifiedMeasure | undefined,
): Promise<Accounting> {
  const whole = trace.whole
  const text = (amount: Amount) => amountText(amount, whole)
  const fact = certified?.fact
  const joins =
    trace.complete &&
    fact !== undefined &&
    trace.leaves.every(({ keys }) => fact.keys.every((key) => keys.includes(key)))
  const rows = joins ? await rowSteps(ask, trace.leaves, fact) : []
  const steps = [...trace.changes.map((change) => ({ ...change, rows: undefined })), ...rows].filter(
    ({ amount }) => amount !== 0n,
  )
  const explained = steps.reduce((sum, { amount }) => sum + amount, trace.total)
  const promised = certified
    ? { certified: text(certified.total), remainder: text(certified.total - explained) }
    : { certified: undefined, remainder: undefined }
  return {
    measure,
    certifiedColumn: certified?.column,
    legacy: text(trace.total),
    ...promised,
    steps: running(trace.total, steps, text),
    notes: notesOf(certified, joins),
  }
}

function running(
  start: Amount,
  steps: readonly (Omit<RowStep, 'rows'> & { readonly rows?: number | undefined })[],
  text: (amount: Amount) => string,
): Step[] {
  let after = start
  return steps.map(({ kind, label, amount, rows }) => {
    after += amount
    return { kind, label, amount: text(amount), after: text(after), ...(rows === undefined ? {} : { rows }) }
  })
}

function notesOf(certified: CertifiedMeasure | undefined, joins: boolean): string[] {
  if (!certified)
    return ['the model has no figure that adds up the same: only what the view multiplies is shown']
  return joins
    ? []
    : ['the figure cannot be followed to single rows: what is not explained stays in the remainder']
}

interface RowStep {
  readonly kind: StepKind
  readonly label: string
  readonly amount: Amount
  readonly rows: number
}

/** Row by row: what the view counts and the model does not, and the other way round, by reason. */
async function rowSteps(ask: Ask, leaves: readonly Leaf[], fact: Fact): Promise<RowStep[]> {
  const keys = fact.keys.map(quoted)
  const list = leaves.map(
    ({ source, sql }) => `select '${source}' as source, ${keys.join(', ')}, v from (${sql}) x`,
  )
  const on = [
    ...(fact.hasSource ? ['l.source = f.source'] : []),
    ...keys.map((key) => `l.${key} = f.${key}`),
  ].join(' and ')
  const read = [...new Set(leaves.map(({ source }) => `'${source}'`))].join(', ')
  const rows = await ask(`
    with l as (select source, ${keys.join(', ')}, sum(v) as lv from (${list.join(' union all ')}) u group by source, ${keys.join(', ')}),
    f as (${fact.sql}),
    pairs as (
      select l.lv, f.cv, f.is_sale, coalesce(f.status, '(no status)') as status, coalesce(l.source, f.source) as source,
        case
          when f.${keys[0]} is null then 'not_in_model'
          when l.${keys[0]} is null and f.inside then case when f.source in (${read}) then 'left_out' else 'not_in_view' end
          when l.${keys[0]} is null then 'neither'
          when f.inside then 'value'
          when f.is_sale then 'population'
          else 'status'
        end as kind
      from l full join f on ${on})
    select * from (select kind, case when kind = 'status' then status when kind = 'population' then '' else source end as detail,
      ${amountSql('sum(coalesce(cv, 0) - coalesce(lv, 0))')} as amount,
      count(*) filter (where coalesce(cv, 0) <> coalesce(lv, 0)) as size
    from pairs where kind <> 'neither' group by all) g
    order by array_position(['not_in_model', 'left_out', 'not_in_view', 'value', 'population', 'status'], kind), detail`)
  return rows.map(({ kind, detail, amount, size }) => ({
    kind: kind as StepKind,
    label: stepLabel(String(kind), String(detail), fact),
    amount: amountOf(amount),
    rows: Number(size),
  }))
}

function stepLabel(kind: string, detail: string, { relation, where }: Fact): string {
  switch (kind) {
    case 'status':
      return `status ${detail} does not count as a sale`
    case 'population':
      return `rows the model leaves out: not (${where})`
    case 'value':
      return `another value in the same rows of ${detail}`
    case 'not_in_model':
      return `rows of ${detail} that ${relation} does not have`
    case 'left_out':
      return `rows of ${detail} that the view leaves out`
    default:
      return `rows of ${detail}, which the figure does not read`
  }
}
