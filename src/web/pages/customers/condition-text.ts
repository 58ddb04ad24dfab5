import type { Condition } from '../../api-types.ts'
import type { Format } from '../../format.ts'
import { text } from '../../strings/customers.ts'
import { type ColumnType, cellText, columnLabel } from './columns.ts'

/** A condition in words, without its column: "Gold or Silver", "100 to 500", "not known". */
export const conditionText = (condition: Condition, type: ColumnType, format: Format): string => {
  const write = (value: string | number | boolean | null) => cellText(condition.column, type, value, format)
  switch (condition.op) {
    case 'in':
      return condition.values.map((value) => (value === null ? text.unknown : write(value))).join(text.or)
    case 'contains':
      return text.contains(condition.text)
    case 'is':
      return condition.value ? text.yes : text.no
    case 'empty':
      return condition.value ? text.unknown : text.known
    case 'between': {
      const { from, to } = condition
      if (from !== undefined && to !== undefined) return text.between(write(from), write(to))
      return from === undefined ? text.atMost(write(to ?? null)) : text.atLeast(write(from))
    }
  }
}

/** All conditions in words, for an exported file. Texts typed to find people stay out of it. */
export const conditionsText = (
  conditions: readonly Condition[],
  typeOf: (column: string) => ColumnType,
  isPersonal: (column: string) => boolean,
  format: Format,
): string =>
  conditions
    .map((condition) =>
      isPersonal(condition.column)
        ? `${columnLabel(condition.column)}: ${text.notWritten}`
        : `${columnLabel(condition.column)}: ${conditionText(condition, typeOf(condition.column), format)}`,
    )
    .join('; ')
