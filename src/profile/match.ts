import { entities, entityNamed } from '../model/entities.ts'
import type { EntityName } from '../model/types.ts'
import { fieldsOf, fileScore, headerScore } from './fields.ts'
import { contentScore } from './fit.ts'
import type { ColumnProfile } from './types.ts'
import { type Token, tokensOf } from './vocabulary.ts'

/** A column as a field of the model. */
export interface FieldMatch {
  readonly column: string
  readonly field: string
  /** 0 to 1; below `SURE` it is a guess worth a look. */
  readonly score: number
  readonly by: 'header' | 'contents' | 'both'
}

export interface EntityMatch {
  readonly entity: EntityName
  readonly score: number
  readonly fields: readonly FieldMatch[]
}

/** What a table resembles: the best entity first. Empty when nothing in it does. */
export interface TableMatch {
  readonly best?: EntityMatch
  /** The next best one, when it is close. */
  readonly rival?: EntityMatch
}

export const SURE = 0.75
const ACCEPT = 0.42

/** Fields that no other entity has in this way: what makes a file one of its kind, and how much. */
const hallmarks: Readonly<Record<EntityName, Readonly<Record<string, number>>>> = {
  customer: {
    email: 1.2,
    first_name: 1,
    last_name: 1,
    phone: 1,
    address: 0.7,
    signup_date: 0.8,
    email_opt_in: 0.8,
    sms_opt_in: 0.8,
    name: 0.5,
    city: 0.4,
    state: 0.3,
  },
  product: { price: 1.2, category: 0.9, name: 0.5 },
  store: { manager: 1.2, opening_hours: 1.4, location: 0.9, city: 0.4, state: 0.3, time_zone: 1 },
  agent: { department: 1, shift: 1.4, name: 0.4 },
  transaction: {
    amount: 1.4,
    payment_method: 1.2,
    quantity: 0.9,
    occurred_at: 0.6,
    status: 0.6,
    product_id: 0.7,
    store_id: 0.7,
    channel: 0.8,
    currency: 0.5,
    order_id: 0.4,
  },
  service_interaction: {
    issue_type: 1.3,
    resolution_status: 1,
    resolved_at: 1.3,
    satisfaction_score: 1.3,
    agent_id: 0.9,
    opened_at: 0.5,
  },
  loyalty_account: { tier: 1.4, points_earned: 1, joined_on: 0.6 },
  loyalty_transaction: { points_change: 1.4, reason: 0.7, occurred_at: 0.5 },
  web_session: { page_views: 1.5, duration_seconds: 1.3, device: 1.3, started_at: 0.5 },
}

/** Without these a file is not of the kind, whatever else it has: one of each list. */
const needs: Readonly<Record<EntityName, readonly (readonly string[])[]>> = {
  customer: [
    ['customer_id', 'email'],
    ['name', 'first_name', 'last_name', 'email', 'phone', 'address', 'signup_date'],
  ],
  product: [['product_id'], ['name', 'price', 'category']],
  store: [['store_id'], ['location', 'city', 'manager', 'opening_hours']],
  agent: [['agent_id'], ['name', 'department', 'shift']],
  transaction: [
    ['amount', 'quantity'],
    ['transaction_id', 'order_id', 'customer_id', 'occurred_at', 'product_id'],
  ],
  service_interaction: [
    ['issue_type', 'resolution_status', 'resolved_at', 'satisfaction_score'],
    ['interaction_id', 'opened_at', 'customer_id', 'agent_id'],
  ],
  loyalty_account: [['loyalty_id'], ['tier', 'points_earned', 'joined_on']],
  loyalty_transaction: [['loyalty_id'], ['points_change'], ['occurred_at']],
  web_session: [
    ['page_views', 'duration_seconds', 'device'],
    ['session_id', 'started_at'],
  ],
}

/** What a table resembles, by the names of file and columns and by what stands in them. */
export function matchTable(fileName: string, columns: readonly ColumnProfile[]): TableMatch {
  const file = tokensOf(fileName.replaceAll('_', ' '))
  const tokens = new Map(columns.map((column) => [column.name, tokensOf(column.name)]))
  const found = entities
    .map(({ name }) => matchEntity(name, file, columns, tokens))
    .filter((match) => match !== undefined)
    .sort((a, b) => b.score - a.score)
  const [best, next] = found
  if (!best) return {}
  return next && next.score > best.score * 0.85 ? { best, rival: next } : { best }
}

function matchEntity(
  entity: EntityName,
  file: readonly Token[],
  columns: readonly ColumnProfile[],
  tokens: ReadonlyMap<string, readonly Token[]>,
): EntityMatch | undefined {
  const fields = settled(entity, assign(entity, columns, tokens), columns)
  const has = (field: string) => fields.some((match) => match.field === field)
  if (needs[entity].some((list) => !list.some(has))) return undefined
  const weight = (field: string) =>
    hallmarks[entity][field] ?? (entityNamed(entity).key.includes(field) ? 0.8 : 0.3)
  const sum = fields.reduce((total, { field, score }) => total + score * weight(field), 0)
  const left = columns.filter(({ name }) => !fields.some(({ column }) => column === name)).length
  const score = sum + 1.6 * fileScore(file, entity) - 0.12 * left
  return { entity, score, fields }
}

/** Each column fills one field and each field is filled once, the best pairs first. */
function assign(
  entity: EntityName,
  columns: readonly ColumnProfile[],
  tokens: ReadonlyMap<string, readonly Token[]>,
): FieldMatch[] {
  const pairs = columns
    .flatMap((column, place) =>
      fieldsOf(entity).map((field) => ({
        place,
        ...pair(entity, field, column, tokens.get(column.name) ?? []),
      })),
    )
    .filter(({ score }) => score >= ACCEPT)
    .sort((a, b) => b.score - a.score || a.place - b.place)
  const out: FieldMatch[] = []
  for (const { column, field, score, by } of pairs)
    if (!out.some((match) => match.column === column || match.field === field))
      out.push({ column, field, score: Math.min(1, score), by })
  return out
}

/** What only the whole row of columns tells. */
function settled(
  entity: EntityName,
  fields: readonly FieldMatch[],
  columns: readonly ColumnProfile[],
): FieldMatch[] {
  const has = (field: string) => fields.some((match) => match.field === field)
  // `Prénom; Nom` and `Vorname; Name`: the name beside a first name is the last one.
  if (entity === 'customer' && has('first_name') && has('name') && !has('last_name'))
    return fields.map((match) => (match.field === 'name' ? { ...match, field: 'last_name' } : match))
  // The number of a line within its order is no id.
  const line = fields.find(({ field }) => field === 'transaction_id')?.column
  const counted = columns.find(({ name }) => name === line)
  if (entity === 'transaction' && has('order_id') && counted && counted.distinct < counted.filled * 0.5)
    return fields.filter(({ field }) => field !== 'transaction_id')
  const [key, ...more] = entityNamed(entity).key
  const unnamed = columns.every(({ name }) => /^column_\d+$/.test(name))
  const wanted = key !== undefined && more.length === 0 && !has(key) && !has('order_id')
  const guessed = (field: string, column: string | undefined): FieldMatch[] =>
    column === undefined ? [] : [{ column, field, score: 0.5, by: 'contents' }]
  const speaks = entity === 'transaction' || (unnamed && (entity === 'customer' || entity === 'product'))
  const id = wanted && speaks ? guessed(key, unnamedId(fields, columns)) : []
  const person =
    unnamed && entity === 'customer' && !has('name') ? guessed('name', unnamedName(fields, columns)) : []
  return [...fields, ...id, ...person]
}

/** Words in capitals, nearly all different, in a file about people without a header. */
const unnamedName = (fields: readonly FieldMatch[], columns: readonly ColumnProfile[]): string | undefined =>
  columns.find(
    ({ name, kinds, distinct, filled, personal }) =>
      !fields.some(({ column }) => column === name) &&
      personal === undefined &&
      kinds.words >= 0.7 &&
      kinds.place < 0.5 &&
      distinct >= filled * 0.9,
  )?.name

/** A short text that is different in every row, as `#1001` is, serves as the id of a sale that has no other. */
function unnamedId(fields: readonly FieldMatch[], columns: readonly ColumnProfile[]): string | undefined {
  const free = columns.filter(({ name }) => !fields.some(({ column }) => column === name))
  return free.find(({ kinds, distinct, filled, rows, longest, personal }) => {
    const whole = rows > 1 && filled === rows && distinct === rows && longest <= 40
    const other =
      kinds.date + kinds.timestamp > 0.2 ||
      kinds.money > 0.2 ||
      kinds.words > 0.2 ||
      kinds.street > 0.5 ||
      kinds.json > 0
    return whole && !other && (personal === undefined || personal === 'name')
  })?.name
}

/** Contents that are a field by themselves, whatever the header says. */
const SPEAKING = 0.45

function pair(
  entity: EntityName,
  field: string,
  column: ColumnProfile,
  tokens: readonly Token[],
): FieldMatch {
  const header = headerScore(tokens, entity, field)
  const contents = contentScore(column, entity, field)
  const by = header > 0 && contents >= SPEAKING ? 'both' : header > 0 ? 'header' : 'contents'
  const score =
    contents <= -1
      ? 0
      : header > 0
        ? header + 0.3 * contents
        : contents >= SPEAKING && isUnknown(tokens)
          ? (isPlace(tokens) ? 0.9 : 0.75) * contents
          : 0
  return { column: column.name, field, score, by }
}

/** `column_3` of a file without a header says nothing against the contents either. */
const isPlace = ([word, place, ...more]: readonly Token[]): boolean =>
  word?.text === 'column' && /^\d+$/.test(place?.text ?? '') && more.length === 0

/** A header that says something else is believed before the contents are. */
const isUnknown = (tokens: readonly Token[]): boolean => tokens.every(({ concepts }) => concepts.length === 0)
