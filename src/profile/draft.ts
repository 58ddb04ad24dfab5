import type { EntityName } from '../model/types.ts'
import { besideOf } from '../project/lookup.ts'
import { addressLink, identityRemarks, takesCustomer } from './addresses.ts'
import { channelOf } from './channel.ts'
import { draftColumns } from './draft-columns.ts'
import type { Draft, DraftContract, LeftOut, Remark } from './draft-types.ts'
import { hintsOf } from './hints.ts'
import { chooseKey, type KeyChoice } from './keys.ts'
import type { Look, TableLook } from './look.ts'
import { SURE } from './match.ts'
import type { Measuring } from './measure.ts'
import { questionsOf } from './questions.ts'
import { snapshotRemarks } from './snapshots.ts'
import { emailColumn, fieldColumn, type Systems, systemsOf } from './systems.ts'
import type { Link } from './types.ts'
import { names, tokensOf } from './vocabulary.ts'

/** Contracts for what was found, and what only a person can say. Reads the open tables, writes nothing. */
export async function draftFrom(context: Measuring, look: Look): Promise<Draft> {
  const systems = await systemsOf(context, look)
  const contracts: DraftContract[] = []
  const leftOut: LeftOut[] = []
  for (const table of look.tables) {
    const made = contractOf(table, look, systems)
    if ('entity' in made)
      contracts.push({ ...made, remarks: [...made.remarks, ...(await snapshotRemarks(context, table))] })
    else leftOut.push(made)
  }
  return { contracts, leftOut, questions: await questionsOf(context, look) }
}

const paths = ({ open }: TableLook): string[] =>
  open.table.files.map(({ path, format }) => (format.type === 'xlsx' ? `${path}#${format.sheet}` : path))

function contractOf(table: TableLook, look: Look, systems: Systems): DraftContract | LeftOut {
  const left = (why: string, hint: string): LeftOut => ({
    table: table.open.table.name,
    files: paths(table),
    columns: table.profile.columns.map(({ name }) => name),
    why,
    hint,
  })
  const { best } = table.match
  if (table.profile.rows === 0)
    return left(
      'it has a header and no rows',
      'Put a file with rows there, and run `c360 init` again or write its contract.',
    )
  if (!best) return left(...nothingFits(table))
  const excluded = systems.excluded.get(table.open.table.name)
  if (excluded) return left(excluded.why, excluded.hint)
  const link = addressLink(table, look, systems)
  const fields = fieldsFor(table, systems, link)
  const columnOf = (field: string) => [...fields].find(([, name]) => name === field)?.[0]
  const choice = chooseKey(best.entity, columnOf, table.profile.keys)
  const points = best.entity === 'loyalty_transaction' && losesRows(table)
  if (points)
    return left(
      `${choice.doubts[0]}, and changes of points would be lost`,
      'Export it with the time of day, or with one row per account and time.',
    )
  promote(fields, choice, best.entity)
  return assembled(table, look, systems, fields, choice, link)
}

/** More than one key in a hundred has rows that differ: the key is too coarse, not the data dirty. */
const losesRows = ({ profile }: TableLook): boolean => {
  const [key] = profile.keys
  return key !== undefined && key.differing > key.distinct / 100
}

/** Why, and what to do. */
function nothingFits({ profile }: TableLook): [string, string] {
  const json = profile.columns.find(({ kinds }) => kinds.json >= 0.8)
  if (json)
    return [
      `its column ${json.name} holds JSON objects, and what is in them are no columns, so nothing in the file can be mapped`,
      `Export the keys within ${json.name} as columns of their own, or the objects as a file of JSON lines (.jsonl), which is read as it is.`,
    ]
  const kinds = 'customers, products, stores, agents, sales, tickets, loyalty or web sessions'
  return [
    `it resembles none of ${kinds}`,
    'If it is one of them, write its contract (docs/contracts.md); else leave it: it is not read.',
  ]
}

/** Header to field, as the contract will say it. */
function fieldsFor(table: TableLook, { identity }: Systems, link: Link | undefined): Map<string, string> {
  const fields = new Map(table.match.best?.fields.map(({ column, field }) => [column, field]) ?? [])
  const email = emailColumn(table)
  if (identity === 'email' && email !== undefined && takesCustomer(table)) {
    for (const [column, field] of fields) if (field === 'customer_id') fields.delete(column)
    fields.set(email, 'customer_id')
  }
  if (link) fields.set(link.from.column, 'customer_id')
  return fields
}

/** An order id that identifies its row is the transaction's own; one that does not is the order's. */
function promote(fields: Map<string, string>, { lines, key }: KeyChoice, entity: EntityName): void {
  if (entity !== 'transaction') return
  const at = (field: string) => [...fields].find(([, name]) => name === field)?.[0]
  const [own, order] = [at('transaction_id'), at('order_id')]
  if (own === undefined && order !== undefined && !lines && key.length > 0)
    fields.set(order, 'transaction_id')
  if (own !== undefined && lines) {
    if (order === undefined) fields.set(own, 'order_id')
    else fields.delete(own)
  }
}

function assembled(
  table: TableLook,
  look: Look,
  systems: Systems,
  fields: Map<string, string>,
  choice: KeyChoice,
  link: Link | undefined,
): DraftContract {
  const { open, profile, match } = table
  const entity = match.best?.entity ?? 'customer'
  const name = open.table.name
  const byEmail = systems.identity === 'email' && emailColumn(table) !== undefined
  const hints = hintsOf(look)
  const columns = draftColumns({
    table,
    fields,
    byEmail,
    ...(link ? { byValue: link } : {}),
    links: look.links,
    callingCode:
      profile.columns.find(({ callingCode }) => callingCode !== undefined)?.callingCode ?? hints.prefix,
    stateNames: look.tables.some(writesStatesOut),
    dayFirst: dayFirst(look, table, hints.currencies[0]?.code === 'USD' || hints.prefix === '+1'),
  })
  const fieldOf = (header: string) =>
    header === link?.from.column
      ? besideOf('customer_id', 'email')
      : (columns.find((column) => column.header === header)?.field ?? '')
  const idSpace = systems.idSpace.get(name)
  const precedence = systems.precedence.get(name)
  const { set, remarks: channel } = channelOf(table, look, fields)
  return {
    source: name,
    from: paths(table),
    rows: profile.rows,
    globs: open.table.globs,
    format: table.format,
    entity,
    key: choice.key.map(fieldOf),
    order: orderOf(
      entity,
      choice,
      columns.map(({ field, options }) => ({ field, type: options.find(([key]) => key === 'type')?.[1] })),
    ),
    load: choice.load,
    ...(idSpace === undefined ? {} : { idSpace }),
    ...(precedence === undefined ? {} : { precedence }),
    set,
    columns,
    remarks: [
      ...formatRemarks(table),
      ...whyEntity(table),
      ...(table.style.certain || fields.size === 0
        ? []
        : [{ kind: 'unsure' as const, text: `numbers: ${table.style.evidence}` }]),
      ...choice.why.map((text): Remark => ({ kind: 'note', text })),
      ...choice.doubts.map((text): Remark => ({ kind: 'decide', text })),
      ...identityRemarks(table, look, systems, fields),
      ...missingRemarks(entity, table, fields),
      ...channel,
      ...(systems.remarks.get(name) ?? []),
      ...(profile.malformed > 0
        ? [
            {
              kind: 'note' as const,
              text: `${profile.malformed.toLocaleString('en-US')} records cannot be split into fields: they are held back`,
            },
          ]
        : []),
      ...(profile.sampled === undefined
        ? []
        : [
            {
              kind: 'note' as const,
              text: `types were read from a sample of ${profile.sampled.toLocaleString('en-US')} rows, and so was how an id repeats; the key was counted in all`,
            },
          ]),
    ],
  }
}

/** How the files were recognised; without a header columns go by their place, and only a person knows what they are. */
function formatRemarks({ open, format }: TableLook): Remark[] {
  const [file] = open.table.files
  const told = (file?.evidence ?? []).join('; ')
  const nameless = (format.type === 'csv' || format.type === 'xlsx') && !format.header
  return [
    ...(told === '' ? [] : [{ kind: 'note' as const, text: told }]),
    ...(nameless
      ? [
          {
            kind: 'decide' as const,
            text: 'the file has no header: columns go by their place, and fields were taken from contents alone. Check each, and give the others their field',
          },
        ]
      : []),
  ]
}

const writesStatesOut = (table: TableLook): boolean => {
  const state = table.profile.columns.find(({ name }) => name === fieldColumn(table, 'state'))
  return state !== undefined && state.kinds.two_letters < 0.98
}

/** Where the figures themselves leave it open: as the other columns have it, else as the country would. */
function dayFirst({ tables }: Look, table: TableLook, american: boolean): boolean {
  const orders = (of: TableLook) => of.profile.columns.flatMap(({ dates }) => dates?.order ?? [])
  const settled = [...orders(table), ...tables.flatMap(orders)].find(({ certain }) => certain)
  return settled?.dayFirst ?? !american
}

function whyEntity({ match }: TableLook): Remark[] {
  const { best, rival } = match
  if (!best) return []
  const told = best.fields.filter(({ score }) => score >= SURE).map(({ column }) => column)
  const text = `${best.entity}, by ${told.length > 0 ? told.slice(0, 8).join(', ') : 'what its columns hold'}`
  return [
    { kind: 'note', text },
    ...(rival ? [{ kind: 'unsure' as const, text: `it resembles ${rival.entity} almost as much` }] : []),
  ]
}

/** The newest row of a key: by when it was changed, else by when it happened. */
function orderOf(
  entity: EntityName,
  { load, lines }: KeyChoice,
  columns: readonly { field: string; type: string | undefined }[],
): string[] {
  if (load !== 'upsert' || lines) return []
  const changed = columns.find(({ field, type }) => type === 'timestamp' && names(tokensOf(field), 'updated'))
  if (changed) return [changed.field]
  const moments: Partial<Record<EntityName, string>> = {
    transaction: 'occurred_at',
    service_interaction: 'opened_at',
    web_session: 'started_at',
  }
  const moment = moments[entity]
  return moment !== undefined && columns.some(({ field }) => field === moment) ? [moment] : []
}

function missingRemarks(entity: EntityName, table: TableLook, fields: ReadonlyMap<string, string>): Remark[] {
  const has = (field: string) => [...fields.values()].includes(field)
  if (entity !== 'transaction') return []
  const out: Remark[] = []
  const price = table.profile.columns.find(({ name }) => names(tokensOf(name), 'price'))
  if (!has('amount'))
    out.push({
      kind: 'decide',
      text: `no column is the value of the sale${price ? ` (${price.name} is a price per piece, and a contract cannot multiply)` : ''}: sales are counted without amounts until the export has one`,
    })
  if (!has('occurred_at'))
    out.push({
      kind: 'decide',
      text: 'no column is the time of the sale: figures over time leave these rows out',
    })
  if (!has('customer_id') && emailColumn(table) === undefined)
    out.push({ kind: 'decide', text: 'no column names the customer: sales stand without one' })
  return out
}
