/** What one step calls its values: name -> expression. */
export type Step = Readonly<Record<string, string>>

/**
 * A value calculated in steps, as a subquery of one row: each step may use what those before it have named, and an expression is
 * calculated once however often it is used. What comes from outside may stand in the first step only: further in, its names could mean others.
 */
export function inSteps([first, ...others]: readonly [Step, ...Step[]], result: string): string {
  const row = (step: Step, place: number): string =>
    `(values (${Object.values(step).join(', ')})) z${place}(${Object.keys(step).join(', ')})`
  const applied = others.map((step, place) => ` cross apply ${row(step, place + 1)}`)
  return `(select ${result} from ${row(first, 0)}${applied.join('')})`
}
