import type { Column, Contract } from '../project/types.ts'

const SPLITS: Readonly<Record<NonNullable<Column['split']>, readonly string[]>> = {
  name: ['first_name', 'last_name'],
  city_state: ['city', 'state'],
}

/** The columns of a source that fill one of its silver fields: mapped onto it, or else split into it. */
export function feeding({ columns }: Contract, field: string): readonly Column[] {
  const mapped = columns.filter((column) => column.field === field)
  if (mapped.length > 0) return mapped
  return columns.filter(({ split }) => split !== undefined && SPLITS[split].includes(field))
}

/** What is done to a column's text on its way to silver, in order, as a person reads it. */
export function cleaningOf(column: Column, field: string): readonly string[] {
  const steps = column.clean
    .filter(({ op }) => op !== 'trim')
    .map((step) => `${step.op} ${detail(step)}`.trim())
  const { formats, type, required, oneOf, min, max, references, lookup } = column
  return [
    'trim',
    ...steps,
    ...(column.field === field || column.split === undefined ? [] : [`split ${column.split}`]),
    ...(type === 'text' ? [] : [`as ${type}${formats.length > 0 ? ` (${formats.join(', ')})` : ''}`]),
    ...(required ? ['required'] : []),
    ...(oneOf ? [`one of ${oneOf.join(', ')}`] : []),
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(references ? [`refers to ${references.entity}, orphans: ${references.orphan}`] : []),
    ...(lookup ? [`refers to the one ${lookup.entity} with this ${lookup.by}`] : []),
  ]
}

function detail(step: Column['clean'][number]): string {
  switch (step.op) {
    case 'phone':
      return step.country
    case 'strip_prefix':
      return step.prefix
    case 'nulls':
      return step.words.join(', ')
    default:
      return ''
  }
}
