import { entityNamed } from '../model/entities.ts'
import { heldReferences } from '../plan/stage.ts'
import type { Column, Contract, Project } from '../project/types.ts'
import type { Readable } from './datasets.ts'

/** Something a contract says that its data flow does not do. */
export interface Limit {
  readonly source: string
  readonly text: string
}

/** Why a source has no data flow at all; undefined: it has one. */
export function leftOutBecause({ format, columns }: Contract): string | undefined {
  if (format.type === 'json')
    return 'a data flow has to be told the shape of JSON, which a contract leaves open'
  if (format.type === 'parquet') return 'a data flow takes Parquet as typed, and a contract as text'
  if (format.type === 'csv' && format.quote === '')
    return 'a data flow cannot read CSV without a quote character'
  if (columns.some(({ name }) => /[{}\r\n]/.test(name)))
    return 'a data flow cannot name columns whose header has braces or line ends'
  return undefined
}

export const isReadable = (format: Contract['format']): format is Readable =>
  format.type === 'csv' || format.type === 'xlsx'

/** What the data flow of a source leaves undone, in plain words; what holds for every source is in the documentation. */
export function limitsOf(project: Project, contract: Contract): readonly Limit[] {
  const held = heldBack(project, contract)
  const texts = [
    ...(held.length === 0 ? [] : [`loads rows that a run holds back: ${held.join('; ')}`]),
    ...ordering(contract),
    ...loading(contract),
    ...contract.columns.flatMap(({ field, lookup }) =>
      lookup === undefined ? [] : [`${field} is kept as it is: no ${lookup.entity} is found by it`],
    ),
    ...reading(contract),
  ]
  return texts.map((text) => ({ source: contract.source, text }))
}

const named = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(', ')

function heldBack(project: Project, contract: Contract): string[] {
  const of = (test: (column: Column) => boolean) => contract.columns.filter(test)
  const chronology = entityNamed(contract.entity).chronology ?? []
  const fields = contract.columns.map(({ field }) => field)
  const conditions: readonly (readonly [columns: readonly Column[], text: string])[] = [
    [of(({ required, field }) => required && !contract.key.includes(field)), 'missing'],
    [
      of(({ type, field }) => type !== 'text' && !contract.key.includes(field)),
      'not of its type (NULL then)',
    ],
    [of(({ oneOf }) => oneOf !== undefined), 'not in its list'],
    [of(({ min, max }) => min !== undefined || max !== undefined), 'outside its limits'],
    [of(({ clean }) => clean.some(({ op }) => op === 'email')), 'no e-mail address'],
    [of(({ field }) => field === 'currency' && contract.entity === 'transaction'), 'another currency'],
    [heldReferences(project, contract), 'without its parent'],
  ]
  return [
    ...conditions.flatMap(([columns, text]) => (columns.length === 0 ? [] : [`${named(columns)} ${text}`])),
    ...chronology
      .filter(({ earlier, later }) => fields.includes(earlier) && fields.includes(later))
      .map(({ earlier, later }) => `${later} before ${earlier}`),
  ]
}

const ordering = ({ key, order }: Contract): string[] =>
  key.length > 0 && order.length === 0
    ? [
        'has no `order`: of two rows with one key that of the last file by name wins, a run takes what came last',
      ]
    : []

function loading({ load, key }: Contract): string[] {
  if (load === 'full') return ['what the newest file lacks is not deleted']
  if (key.length > 0) return []
  return [
    'has no key: the table is emptied and filled on each run, and a file that lies there twice counts twice',
  ]
}

function reading({ format, columns }: Contract): string[] {
  const fractions = columns.filter(({ formats }) =>
    formats.some((one) => /%[fg]/.test(one) && !/:%-?S[.,]%[fg]/.test(one)),
  )
  const years = columns.filter(({ formats }) => formats.some((one) => one.includes('%y')))
  return [
    ...(format.type === 'xlsx' && format.sheet === undefined ? ['reads the first sheet, hidden or not'] : []),
    ...(fractions.length === 0 ? [] : [`${named(fractions)}: fractions of a second need three figures`]),
    ...(years.length === 0 ? [] : [`${named(years)}: the century of a two-digit year is Java's choice`]),
  ]
}
