import { type FactName, facts } from '../model/semantic/facts.ts'
import type { Context } from './context.ts'
import { addDays, type Period } from './days.ts'

/** The days that facts cover: from the first dated row to the last one or the as-of day; undefined without any. */
export function extentOf(context: Context, names: readonly FactName[]): Period | undefined {
  const dated = names.filter((name) => facts[name].date !== undefined).map((name) => context.facts[name])
  const firsts = dated.flatMap(({ first }) => (first === null ? [] : [first])).sort()
  const lasts = [...dated.flatMap(({ last }) => (last === null ? [] : [last])), context.asOf ?? ''].sort()
  const [from, last] = [firsts[0], lasts.at(-1)]
  return from === undefined || last === undefined ? undefined : { from, to: addDays(last, 1) }
}
