import { didYouMean } from '../../project/words.ts'
import { type Dimension, dimensions } from './dimensions.ts'
import { factsOf } from './expression.ts'
import { type Fact, type FactName, facts, type ThingName, things } from './facts.ts'
import type { Measure } from './measure.ts'
import { customerMeasures } from './measures/customers.ts'
import { loyaltyMeasures } from './measures/loyalty.ts'
import { salesMeasures } from './measures/sales.ts'
import { supportMeasures } from './measures/support.ts'
import { webMeasures } from './measures/web.ts'

/** Every measure, in the order screens offer them. */
export const measures: readonly Measure[] = [
  ...salesMeasures,
  ...supportMeasures,
  ...webMeasures,
  ...loyaltyMeasures,
  ...customerMeasures,
]

const measureByName = new Map(measures.map((one) => [one.name, one]))
const dimensionByName = new Map(dimensions.map((one) => [one.name, one]))

export const measureNamed = (name: string): Measure | undefined => measureByName.get(name)
export const dimensionNamed = (name: string): Dimension | undefined => dimensionByName.get(name)

/** Says what an unknown name was probably meant to be. */
export const measureMeant = (name: string): string | undefined => didYouMean(name, [...measureByName.keys()])
export const dimensionMeant = (name: string, among?: readonly string[]): string | undefined =>
  didYouMean(name, among ?? [...dimensionByName.keys()])

/** One column of a fact, or of the thing at the end of a chain of references. */
export interface Reached {
  /** Things passed through, in order, with the column that refers to each; empty = the fact's own column. */
  readonly through: readonly { readonly thing: ThingName; readonly by: string }[]
  readonly column: string
}

/** How a fact reaches a column of a thing: over declared references only, each of which is many to one. */
export function reach(fact: Fact, thing: ThingName, column: string): Reached | undefined {
  if (fact.is === thing) return { through: [], column }
  const path = pathTo(fact.refers, thing)
  if (!path) return undefined
  const last = path.at(-1)
  return last && things[thing].key === column && path.length === 1
    ? { through: [], column: last.by }
    : { through: path, column }
}

function pathTo(refers: Fact['refers'], thing: ThingName): Reached['through'] | undefined {
  const direct = refers[thing]
  if (direct !== undefined) return [{ thing, by: direct }]
  for (const [next, by] of Object.entries(refers) as [ThingName, string][]) {
    const rest = pathTo(things[next].refers, thing)
    if (rest) return [{ thing: next, by }, ...rest]
  }
  return undefined
}

/** Whether a fact has a value for a dimension. */
export function reaches(name: FactName, dimension: Dimension): boolean {
  const fact = facts[name]
  if (dimension.name === 'date') return fact.date !== undefined
  if (dimension.own?.[name]) return true
  return dimension.of !== undefined && reach(fact, dimension.of.thing, dimension.of.column) !== undefined
}

/** The dimensions a measure can be grouped by: those that all its facts reach. */
export const dimensionsOf = ({ expression }: Measure): readonly Dimension[] =>
  dimensions.filter((dimension) => factsOf(expression).every((fact) => reaches(fact, dimension)))
