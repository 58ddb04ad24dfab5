import type { Problem } from '../errors.ts'
import { reaches } from '../model/semantic/catalogue.ts'
import { type Aggregate, type Expression, factsOf } from '../model/semantic/expression.ts'
import { type FactName, facts } from '../model/semantic/facts.ts'
import type { Measure } from '../model/semantic/measure.ts'
import type { Dialect } from '../sql/dialect.ts'
import { counted, onceOnly } from './aggregates.ts'
import type { Context } from './context.ts'
import { addDays, bucketOf, type Period } from './days.ts'
import { extentOf } from './extent.ts'
import { type Figure, figureOf } from './figure.ts'
import { type Cut, Parts, type Zero } from './parts.ts'
import { type Compared, comparedWith, covers } from './period.ts'
import type { Filled, Plan } from './plan.ts'
import { rollupFor } from './rollups.ts'
import { statement } from './statement.ts'
import type { AnswerColumn, Grain, Query } from './types.ts'
import { type Wanted, wanted } from './wanted.ts'

/** A query as one SELECT, and what `toAnswer` needs to make its rows an answer. */
export interface Asked {
  /** Written when it is first asked for. */
  readonly sql: string
  readonly plan: Plan
  readonly columns: readonly AnswerColumn[]
  /** One row more than this may come back: then the answer is truncated. */
  readonly limit: number
  readonly unfiltered: Readonly<Record<string, readonly string[]>>
  readonly compared?: Period | null
  /** The grain of the dates, and the days that their buckets should cover. */
  readonly buckets?: { readonly grain: Grain; readonly range?: Period; readonly data?: Period }
}

export type Asking =
  | { readonly ok: true; readonly asked: Asked }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Compiles a query to SQL over the gold tables of a version. Pure: names come from the catalogue, values become literals,
 * and whatever else a query holds is a Problem. Each fact is aggregated for itself, so that no row of one can ever
 * multiply those of another.
 */
export function ask(query: Query, dialect: Dialect, context: Context): Asking {
  const checked = wanted(query)
  if (!checked.wanted) return { ok: false, problems: checked.problems }
  return { ok: true, asked: new Compiler(checked.wanted, dialect, context).asked() }
}

class Compiler {
  private readonly parts = new Parts()
  private readonly want: Wanted
  private readonly d: Dialect
  private readonly context: Context
  private readonly facts: readonly FactName[]
  private readonly grain: Grain | undefined
  private readonly extent: Period | undefined
  /** The earlier period; undefined when none is asked for or the whole range lies after the data. */
  private readonly compared: Compared | undefined

  constructor(want: Wanted, dialect: Dialect, context: Context) {
    const { measures, by, range, compare } = want
    this.want = want
    this.d = dialect
    this.context = context
    this.facts = [...new Set(measures.flatMap(({ expression }) => factsOf(expression)))]
    this.grain = by.find(({ grain }) => grain !== undefined)?.grain
    this.extent = extentOf(context, this.facts)
    this.compared = compare && range && comparedWith(range, compare, this.extent?.to, this.grain)
  }

  asked(): Asked {
    const { want, compared, grain, extent } = this
    const { measures, compare, range } = want
    const figures = measures.flatMap(({ name, expression }) => [
      { name, figure: this.figure(expression) },
      ...(compare
        ? [{ name: `${name}.before`, figure: this.figure({ op: 'shift', of: expression, by: compare }) }]
        : []),
    ])
    const filled = this.filled()
    const plan: Plan = { want, parts: this.parts.list, figures, ...(filled ? { filled } : {}) }
    const { d } = this
    let sql: string | undefined
    const hasBefore = compared && this.facts.some((fact) => this.covered(fact))
    return {
      get sql() {
        sql ??= statement(d, plan)
        return sql
      },
      plan,
      columns: columnsOf(want),
      limit: want.limit,
      unfiltered: Object.fromEntries(
        measures.flatMap((measure) => {
          const names = unfilteredBy(want, measure)
          return names.length > 0 ? [[measure.name, names] as const] : []
        }),
      ),
      ...(compare ? { compared: hasBefore ? compared.period : null } : {}),
      ...(grain
        ? { buckets: { grain, ...(range ? { range } : {}), ...(extent ? { data: extent } : {}) } }
        : {}),
    }
  }

  private figure(expression: Expression): Figure {
    return figureOf(
      expression,
      [],
      (aggregate) => this.value(aggregate),
      (shifted) => figureOf(shifted, [], (aggregate) => this.valueBefore(aggregate)),
    )
  }

  private value(aggregate: Aggregate): string {
    return this.column(aggregate, this.cut(aggregate.fact), extentOf(this.context, [aggregate.fact]))
  }

  private valueBefore(aggregate: Aggregate): string | undefined {
    const { range } = this.want
    const { compared, extent } = this
    if (!compared || !range || !this.covered(aggregate.fact)) return undefined
    const to = extent && extent.to < range.to ? extent.to : range.to
    return this.column(aggregate, { ...this.cut(aggregate.fact), compared }, { from: range.from, to })
  }

  private column(given: Aggregate, whole: Cut, known: Period | undefined): string {
    const once = onceOnly(given, this.want)
    const cut = once ? { ...whole, values: [...whole.values, once.filter] } : whole
    const aggregate = once?.aggregate ?? counted(given, this.want, this.context)
    const rollup = rollupFor(this.d, aggregate, cut, this.context)
    return this.parts.add(aggregate, cut, this.zero(aggregate.fact, known), rollup)
  }

  /** Where a fact has no rows there are 0 of them; on days its data does not reach nobody knows. */
  private zero(fact: FactName, known: Period | undefined): Zero {
    if (this.grain === undefined || facts[fact].date === undefined) return 'everywhere'
    if (!known) return 'nowhere'
    const shown = this.want.range ?? this.extent ?? known
    if (known.from <= shown.from && known.to >= shown.to) return 'everywhere'
    return {
      first: bucketOf(known.from, this.grain),
      last: bucketOf(addDays(known.to, -1), this.grain),
    }
  }

  /** Filters reach a fact only over its relationships. */
  private cut(fact: FactName): Cut {
    const { by, range, values } = this.want
    return {
      by,
      values: values.filter(({ dimension }) => reaches(fact, dimension)),
      ...(range ? { range } : {}),
    }
  }

  private covered(fact: FactName): boolean {
    return (
      this.compared !== undefined &&
      facts[fact].date !== undefined &&
      covers(this.context.facts[fact].first, this.compared.period)
    )
  }

  private filled(): Filled | undefined {
    const days = this.want.range ?? this.extent
    return this.grain === undefined || days === undefined ? undefined : { grain: this.grain, days }
  }
}

/** Dimensions with their labels, then measures with what they were before. */
const columnsOf = ({ by, measures, compare }: Wanted): readonly AnswerColumn[] => [
  ...by.flatMap(({ dimension: { name, labelOf } }): AnswerColumn[] => [
    { name, kind: 'dimension' },
    ...(labelOf ? [{ name: `${name}.label`, kind: 'label' } as const] : []),
  ]),
  ...measures.flatMap(({ name }): AnswerColumn[] => [
    { name, kind: 'measure' },
    ...(compare ? [{ name: `${name}.before`, kind: 'before' } as const] : []),
  ]),
]

function unfilteredBy({ range, values }: Wanted, { expression }: Measure): readonly string[] {
  const own = factsOf(expression)
  return [
    ...(range && own.some((fact) => facts[fact].date === undefined) ? ['date'] : []),
    ...values
      .map(({ dimension }) => dimension)
      .filter((dimension) => !own.every((fact) => reaches(fact, dimension)))
      .map(({ name }) => name),
  ]
}
