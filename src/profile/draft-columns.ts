import { entityNamed } from '../model/entities.ts'
import { snakeCase } from '../project/words.ts'
import type { DraftColumn, Remark } from './draft-types.ts'
import type { TableLook } from './look.ts'
import { SURE } from './match.ts'
import type { ColumnProfile, Link, ValueCount } from './types.ts'
import { names, tokensOf } from './vocabulary.ts'

export interface ColumnContext {
  readonly table: TableLook
  /** Header to field of the model, as decided for this contract. */
  readonly fields: ReadonlyMap<string, string>
  /** Customers are known by e-mail address: such columns are cleaned as addresses. */
  readonly byEmail: boolean
  /** The table has no ids of its customers: this column of it holds their addresses. */
  readonly byValue?: Link
  readonly links: readonly Link[]
  readonly callingCode: string | undefined
  readonly dayFirst: boolean
  /** States are written out somewhere, so codes are to be as well. */
  readonly stateNames: boolean
}

const n = (value: number): string => value.toLocaleString('en-US')
const percent = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(1).replace(/\.0$/, '')} %`

/** Every column of a table: fields of the model with what they need, all others as columns of their own. */
export function draftColumns(context: ColumnContext): DraftColumn[] {
  const { table, fields } = context
  const entity = entityNamed(table.match.best?.entity ?? 'customer')
  const taken = new Set<string>([
    ...entity.fields.map(({ name }) => name),
    'first_name',
    'last_name',
    'city',
    'state',
  ])
  return table.profile.columns
    .filter(({ name }) => name !== '')
    .map((column) => {
      const field = fields.get(column.name)
      return field === undefined ? ownColumn(column, taken, context) : modelColumn(column, field, context)
    })
}

function modelColumn(column: ColumnProfile, field: string, context: ColumnContext): DraftColumn {
  const { table, byEmail } = context
  const entity = entityNamed(table.match.best?.entity ?? 'customer')
  const model = entity.fields.find(({ name }) => name === field)
  const matched = table.match.best?.fields.find((match) => match.column === column.name)
  const byValue = context.byValue?.from.column === column.name ? context.byValue : undefined
  const isAddress = field === 'email' || (field === 'customer_id' && byEmail)
  const asEmail = isAddress || byValue !== undefined
  const remarks: Remark[] = []
  if (matched && matched.field === field && matched.score < SURE)
    remarks.push({
      kind: 'unsure',
      text: `taken for ${field} by its ${matched.by === 'contents' ? 'contents alone' : 'name'}`,
    })
  const options: [string, string][] = []
  if (byValue) {
    options.push(['by', 'email'])
    remarks.push(matchRemark(byValue))
  }
  const clean = cleaning(column, field, isAddress, context, remarks)
  if (clean.length > 0) options.push(['clean', `[${clean.join(', ')}]`])
  if (model?.type === 'date' || model?.type === 'timestamp')
    options.push(...dateOptions(column, context, remarks))
  if (
    field === 'name' &&
    entity.name === 'customer' &&
    !hasField(context, 'first_name') &&
    !hasField(context, 'last_name')
  )
    options.push(['split', 'name'])
  if (isPlace(column, context) && field === 'location') options.push(['split', 'city_state'])
  if (needed(entity.name, field) && column.filled >= column.rows * 0.99) options.push(['required', 'true'])
  if (field === 'customer_id' && byEmail) options.push(['pii', 'direct'])
  remarks.push(...contentRemarks(column, field, model?.type, asEmail), ...linkRemarks(column, context))
  return { header: column.name, field, options, remarks }
}

const matchRemark = ({ to, values, found }: Link): Remark => ({
  kind: found * 2 < values ? 'unsure' : 'note',
  text: `no ids of customers here: ${percent(found, values)} of ${n(values)} different addresses are in ${to.table}.${to.column}; rows with another stand without a customer`,
})

const hasField = ({ fields }: ColumnContext, field: string): boolean => [...fields.values()].includes(field)

/** A sale without amount or time is none. */
const needed = (entity: string, field: string): boolean =>
  (entity === 'transaction' && (field === 'amount' || field === 'occurred_at')) ||
  (entity === 'service_interaction' && field === 'opened_at')

const isPlace = (column: ColumnProfile, context: ColumnContext): boolean =>
  column.kinds.place >= 0.8 &&
  !hasField(context, 'city') &&
  !hasField(context, 'state') &&
  entityNamed(context.table.match.best?.entity ?? 'customer').fields.some(({ name }) => name === 'state')

const quoted = (text: string): string => JSON.stringify(text)

function cleaning(
  column: ColumnProfile,
  field: string,
  asEmail: boolean,
  { callingCode }: ColumnContext,
  remarks: Remark[],
): string[] {
  const steps: string[] = []
  if (column.prefix !== undefined) {
    steps.push(`{ strip_prefix: ${quoted(column.prefix)} }`)
    remarks.push({ kind: 'note', text: `every value begins with ${quoted(column.prefix)}` })
  }
  if (column.untidy.spaces > 0) steps.push('collapse_spaces')
  if (column.nullWords.length > 0) {
    steps.push(`{ nulls: [${column.nullWords.map(({ value }) => quoted(value)).join(', ')}] }`)
    remarks.push({
      kind: 'note',
      text: `${column.nullWords.map(({ value, count }) => `${quoted(value)} ${n(count)} times`).join(', ')}: read as no value`,
    })
  }
  if (asEmail) steps.push('email')
  if (field === 'phone') {
    steps.push(`{ phone: ${quoted(callingCode ?? '+1')} }`)
    remarks.push(
      callingCode === undefined
        ? { kind: 'unsure', text: 'no number has a country prefix: +1 is put before those without one' }
        : { kind: 'note', text: `${callingCode} is put before numbers without a country prefix` },
    )
  }
  if (['category', 'tier', 'device'].includes(field) && column.untidy.cases > 0) {
    steps.push('title_case')
    remarks.push({ kind: 'note', text: `${n(column.untidy.cases)} words are written in several cases` })
  }
  if ((column.numbers?.symbols.length ?? 0) > 0 && ['amount', 'price'].includes(field)) steps.push('money')
  if (field === 'state' && mixesStates(column)) steps.push('state_name')
  return steps
}

/** Codes and names of states in one column. */
const mixesStates = ({ kinds }: ColumnProfile): boolean =>
  kinds.letters > 0.8 && kinds.two_letters >= 0.02 && kinds.two_letters <= 0.98

function dateOptions(
  { dates, looked }: ColumnProfile,
  { dayFirst }: ColumnContext,
  remarks: Remark[],
): [string, string][] {
  if (!dates) return []
  const { order, formats, other } = dates
  const settled =
    order !== undefined && !order.certain && order.dayFirst !== dayFirst ? formats.map(swapped) : formats
  if (order)
    remarks.push(
      order.certain
        ? { kind: 'note', text: order.evidence }
        : { kind: 'decide', text: `${order.evidence}; taken as ${dayFirst ? 'day' : 'month'} first` },
    )
  if (other > 0)
    remarks.push({
      kind: 'unsure',
      text: `${n(other)} of ${n(looked)} values are no such date: their rows are held back`,
    })
  return settled.length === 0 ? [] : [['formats', `[${settled.map(quoted).join(', ')}]`]]
}

const swapped = (format: string): string =>
  format.replace(/%d(.)%m|%m(.)%d/, (_, a?: string, b?: string) =>
    a === undefined ? `%d${b}%m` : `%m${a}%d`,
  )

function contentRemarks(
  { looked, kinds, filled, rows, values, numbers }: ColumnProfile,
  field: string,
  type: string | undefined,
  asEmail: boolean,
): Remark[] {
  const out: Remark[] = []
  const bad = (share: number) => Math.round((1 - share) * looked)
  if (asEmail && bad(kinds.email) > 0)
    out.push({
      kind: 'unsure',
      text: `${n(bad(kinds.email))} of ${n(looked)} values are no e-mail address: their rows are held back`,
    })
  const numeric = type === 'integer' || type === 'decimal'
  if (numeric && bad(kinds.number) > 0)
    out.push({
      kind: 'unsure',
      text: `${n(bad(kinds.number))} of ${n(looked)} values are no number: their rows are held back`,
    })
  if (numeric && (numbers?.negative ?? 0) > 0 && ['amount', 'price'].includes(field))
    out.push({
      kind: 'unsure',
      text: `${n(numbers?.negative ?? 0)} values are negative${field === 'amount' ? ': taken for refunds; write `min: 0` to hold them back' : ''}`,
    })
  if (type === 'decimal' && (numbers?.decimals ?? 0) > 2)
    out.push({ kind: 'unsure', text: 'some values have more than two decimals: their rows are held back' })
  if (filled < rows) out.push({ kind: 'note', text: `${n(rows - filled)} of ${n(rows)} are empty` })
  if (values.length > 0 && !numeric && type === 'text') out.push({ kind: 'note', text: listed(values) })
  return out
}

/** The most frequent values, as many as fit on a line. */
function listed(values: readonly ValueCount[]): string {
  const shown: string[] = []
  for (const { value, count } of values) {
    const next = `${value.slice(0, 40)} ${n(count)}`
    if ([...shown, next].join(', ').length > 100)
      return `${shown.join(', ')}, and ${n(values.length - shown.length)} more`
    shown.push(next)
  }
  return shown.join(', ')
}

function linkRemarks(column: ColumnProfile, context: ColumnContext): Remark[] {
  const { links, table } = context
  return links
    .filter(
      ({ from, by, to }) =>
        by === 'id' &&
        from.table === table.open.table.name &&
        from.column === column.name &&
        to.table !== from.table,
    )
    .filter(
      ({ values }) =>
        values > 0 &&
        context.fields.get(column.name) !== 'order_id' &&
        context.fields.get(column.name) !== 'transaction_id',
    )
    .map(
      ({ to, values, found }): Remark => ({
        kind: found * 2 < values ? 'unsure' : 'note',
        text: `${percent(found, values)} of ${n(values)} different values are in ${to.table}.${to.column}`,
      }),
    )
}

/** A column the model has no field for: kept under its own name, personal until somebody says otherwise. */
function ownColumn(column: ColumnProfile, taken: Set<string>, context: ColumnContext): DraftColumn {
  const base = snakeCase(column.name).replace(/^(?=\d)/, 'c_') || 'column'
  let field = /^[a-z]/.test(base) ? base : `c_${base}`
  for (let i = 2; taken.has(field); i++) field = `${base}_${i}`
  taken.add(field)
  const remarks: Remark[] = []
  const type = ownType(column, context)
  const options: [string, string][] = [['type', type]]
  if (type === 'date' || type === 'timestamp') options.push(...dateOptions(column, context, remarks))
  if (isPlace(column, context))
    options.push(
      ['clean', context.stateNames ? '[collapse_spaces, state_name]' : '[collapse_spaces]'],
      ['split', 'city_state'],
    )
  if (column.kinds.json >= 0.8)
    remarks.push({
      kind: 'decide',
      text: 'every value is a JSON object: its keys are no columns here; export them as columns, or the file as JSON lines',
    })
  if (column.personal === undefined)
    remarks.push({ kind: 'note', text: 'personal until you write `pii: none`' })
  return { header: column.name, field, options, remarks }
}

/** A type is given only where every value has it: otherwise rows would be held back for a column nobody asked for. */
function ownType(column: ColumnProfile, { table }: ColumnContext): string {
  const { kinds, dates, numbers, looked } = column
  if (table.open.sampled || looked === 0 || column.nullWords.length > 0 || column.prefix !== undefined)
    return 'text'
  if (dates && dates.other === 0 && (dates.order?.certain ?? true) && dates.formats.length <= 1)
    return dates.timeOfDay ? 'timestamp' : 'date'
  const isId =
    names(tokensOf(column.name), 'id') ||
    names(tokensOf(column.name), 'zip') ||
    names(tokensOf(column.name), 'phone')
  if (isId || !numbers || numbers.symbols.length > 0) return 'text'
  if (kinds.integer === 1) return 'integer'
  return kinds.number === 1 && numbers.decimals <= 2 ? 'decimal' : 'text'
}
