import type { Condition } from '../../api-types.ts'
import { readList, writeList } from '../../state.ts'

/** What a condition needs to know of a column. */
export interface KnownColumn {
  readonly name: string
  readonly personal: boolean
}

/**
 * Conditions as text for the address: `tier.in.Gold,Silver;total_spend.between.100..;email_opt_in.is.yes`. Conditions on personal
 * columns never stand there.
 */
export const writeConditions = (conditions: readonly Condition[]): string => conditions.map(write).join(';')

/** The other way. What is no condition, or not one of these columns, or personal, is left out and its column named. */
export const readConditions = (
  text: string,
  columns: readonly KnownColumn[],
): { readonly conditions: readonly Condition[]; readonly dropped: readonly string[] } => {
  const allowed = new Set(columns.filter(({ personal }) => !personal).map(({ name }) => name))
  const dropped: string[] = []
  const conditions: Condition[] = []
  for (const part of text.match(/(?:\\.|[^;\\])+/g) ?? []) {
    const [, column = '', op = '', value = ''] = /^([a-z0-9_]+)\.([a-z]+)\.(.*)$/s.exec(part) ?? []
    const condition = allowed.has(column) ? read(column, op, value) : undefined
    if (condition) conditions.push(condition)
    else dropped.push(column === '' ? '?' : column)
  }
  return { conditions, dropped }
}

/** A column has one condition at most: a new one takes the place of the old one. */
export const withCondition = (conditions: readonly Condition[], next: Condition): readonly Condition[] =>
  conditions.some(({ column }) => column === next.column)
    ? conditions.map((one) => (one.column === next.column ? next : one))
    : [...conditions, next]

export const withoutColumn = (conditions: readonly Condition[], column: string): readonly Condition[] =>
  conditions.filter((one) => one.column !== column)

const write = (condition: Condition): string => {
  const { column, op } = condition
  switch (condition.op) {
    case 'in':
      return `${column}.${op}.${escaped(writeList(condition.values))}`
    case 'contains':
      return `${column}.${op}.${escaped(condition.text)}`
    case 'between':
      return `${column}.${op}.${condition.from ?? ''}..${condition.to ?? ''}`
    case 'is':
    case 'empty':
      return `${column}.${op}.${condition.value ? 'yes' : 'no'}`
  }
}

const read = (column: string, op: string, value: string): Condition | undefined => {
  const plain = unescaped(value)
  if (op === 'in') {
    const values = [...readList(plain)]
    return values.length > 0 && values.length <= 200 ? { column, op, values } : undefined
  }
  if (op === 'contains') return plain !== '' && plain.length <= 200 ? { column, op, text: plain } : undefined
  if (op === 'between') return between(column, value)
  if ((op === 'is' || op === 'empty') && /^(yes|no)$/.test(value))
    return { column, op, value: value === 'yes' }
  return undefined
}

/** Both ends are included; one of them may be open. Numbers and days only. */
const between = (column: string, text: string): Condition | undefined => {
  const [from = '', to = '', ...more] = text.split('..')
  const ends = [from, to].map(end)
  if (more.length > 0 || ends.includes(null) || (from === '' && to === '')) return undefined
  const [low, high] = ends
  return {
    column,
    op: 'between',
    ...(low === undefined || low === null ? {} : { from: low }),
    ...(high === undefined || high === null ? {} : { to: high }),
  }
}

/** Undefined is open, null is nonsense. */
const end = (text: string): string | number | undefined | null => {
  if (text === '') return undefined
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : null
}

const escaped = (text: string): string => text.replace(/[;\\]/g, '\\$&')
const unescaped = (text: string): string => text.replace(/\\([;\\])/g, '$1')
