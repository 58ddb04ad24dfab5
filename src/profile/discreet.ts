import { entityNamed } from '../model/entities.ts'
import type { TableMatch } from './match.ts'
import type { ColumnProfile } from './types.ts'

/**
 * A column as it may be shown. Values, even the smallest and largest, stay only where the model says that the field is not
 * personal: a column nobody knows may hold anything.
 */
export function discreet(column: ColumnProfile, { best }: TableMatch): ColumnProfile {
  const field = best?.fields.find((match) => match.column === column.name)?.field
  const model = best && entityNamed(best.entity).fields.find(({ name }) => name === field)
  if (model?.pii === 'none') {
    const { personal, ...rest } = column
    return personal === 'email' || personal === 'phone' ? { ...rest, personal, values: [] } : rest
  }
  const { numbers, dates, ...rest } = column
  return { ...rest, values: [], ...withoutRange('numbers', numbers), ...withoutRange('dates', dates) }
}

function withoutRange<K extends string, T extends { readonly min?: unknown; readonly max?: unknown }>(
  key: K,
  facts: T | undefined,
): { readonly [N in K]?: Omit<T, 'min' | 'max'> } {
  if (facts === undefined) return {}
  const { min: _min, max: _max, ...rest } = facts
  return { [key]: rest } as { readonly [N in K]: Omit<T, 'min' | 'max'> }
}
