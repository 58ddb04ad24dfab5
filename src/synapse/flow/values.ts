import type { FieldType } from '../../model/types.ts'
import { FALSE_WORDS, fieldType, TRUE_WORDS } from '../../plan/columns.ts'
import type { Column, Contract } from '../../project/types.ts'
import { namedState, orNothing, withoutEnds } from './clean.ts'
import { pattern, quoted } from './text.ts'
import { dateOf, timestampOf } from './times.ts'

/** A field of the table and the expression it is, over cleaned texts. */
export interface Assigned {
  readonly field: string
  readonly expression: string
}

/** The fields of a contract, cast to what the table has. */
export function fieldValues(contract: Contract, textOf: (column: Column) => string): readonly Assigned[] {
  return [
    ...Object.entries(contract.set).map(([field, value]) => ({
      field,
      expression: constant(value, fieldType(contract, field)),
    })),
    ...contract.columns.map((column) => ({
      field: column.field,
      expression: typed(textOf(column), column, contract),
    })),
  ]
}

function typed(x: string, column: Column, contract: Contract): string {
  switch (column.type) {
    case 'date':
      return dateOf(x, column)
    case 'timestamp':
      return timestampOf(x, column, contract)
    default:
      return plain(x, column.type)
  }
}

function plain(x: string, type: Exclude<FieldType, 'date' | 'timestamp'>): string {
  switch (type) {
    case 'text':
      return x
    case 'integer':
      return `toLong(${x})`
    case 'decimal':
      return `toDecimal(${x}, 18, 2)`
    case 'boolean':
      return `case(${isOneOf(x, TRUE_WORDS)}, true(), ${isOneOf(x, FALSE_WORDS)}, false())`
  }
}

const isOneOf = (x: string, words: readonly string[]): string =>
  `in([${words.map(quoted).join(', ')}], lower(${x}))`

/** Of a contract's `set`: a day or an instant is written as ISO 8601. */
function constant(value: string, type: FieldType): string {
  const text = quoted(value)
  if (type === 'date') return `toDate(${text}, 'yyyy-MM-dd')`
  if (type === 'timestamp') return `toTimestamp(${text}, 'yyyy-MM-dd HH:mm:ss')`
  return plain(text, type)
}

const cut = (x: string, regex: string): string => `regexReplace(${x}, ${pattern(regex)}, '')`

/**
 * What splits fill, over cleaned texts, in derivations one after the other: the parts, what of them is no value, then states by the name
 * or code asked for.
 */
export function splitParts(
  { columns }: Contract,
  textOf: (column: Column) => string,
): readonly (readonly Assigned[])[] {
  const parts = columns.flatMap((column) => partsOf(column, textOf(column)))
  const present = parts.map(({ field }) => ({ field, expression: orNothing(field) }))
  return [parts, present, columns.flatMap(stateOf)].filter((stage) => stage.length > 0)
}

function partsOf({ split }: Column, x: string): Assigned[] {
  if (split === undefined) return []
  return split === 'name'
    ? [
        { field: 'first_name', expression: cut(x, ' [\\s\\S]*$') },
        { field: 'last_name', expression: withoutEnds(cut(x, '^[^ ]*')) },
      ]
    : [
        { field: 'city', expression: withoutEnds(cut(x, ',[^,]*$')) },
        { field: 'state', expression: withoutEnds(`regexExtract(${x}, ${pattern(',([^,]*)$')}, 1)`) },
      ]
}

function stateOf({ split, clean }: Column): Assigned[] {
  if (split !== 'city_state') return []
  const step = clean.findLast(({ op }) => op === 'state_code' || op === 'state_name')
  return step?.op === 'state_code' || step?.op === 'state_name'
    ? [{ field: 'state', expression: namedState[step.op]('state') }]
    : []
}
