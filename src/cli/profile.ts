import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { C360Error } from '../errors.ts'
import { inspect } from '../profile/inspect.ts'
import type { TableLook } from '../profile/look.ts'
import { SURE } from '../profile/match.ts'
import type { ColumnProfile, KeyProfile, PassedOver } from '../profile/types.ts'
import { type Command, type Context, toJson } from './command.ts'
import { count, table } from './style.ts'

export const command: Command = {
  usage: 'FILE',
  help: `
Shows what a file holds: its format, and for each column the type, empty and different values, range, and the field of the
model it resembles; then keys, and what is not sure. A workbook is shown sheet by sheet. Values of personal columns are
never shown. Nothing is written.
`,
  async run(context) {
    const [file] = context.positionals
    if (file === undefined)
      throw new C360Error('USAGE', 'Which file?', { hint: 'c360 profile exports/Orders.csv' })
    const path = resolve(file)
    await stat(path).catch((cause) => {
      throw new C360Error('USAGE', `There is no file ${path}.`, { cause })
    })
    const only = (name: string) => name === basename(path)
    return await inspect(dirname(path), { signal: context.signal, only }, async ({ tables, passed }) => {
      if (context.json)
        context.print(
          toJson({
            tables: tables.map(({ profile, match, format }) => ({ ...profile, format, match })),
            passed,
          }),
        )
      else
        context.print([...tables.map((one) => screen(one, context)), ...passed.map(passedLine)].join('\n\n'))
      return tables.length > 0 ? 0 : 1
    })
  },
}

const passedLine = ({ path, why, hint }: PassedOver): string =>
  `${path}: ${why}${hint === undefined ? '' : `\n${hint}`}`

function screen(look: TableLook, { paint }: Context): string {
  const { profile, match, open } = look
  const [file] = open.table.files
  const sheet = file?.format.type === 'xlsx' ? `, sheet ${file.format.sheet}` : ''
  const sampled =
    profile.sampled === undefined ? '' : `; types from a sample of ${count(profile.sampled)} rows`
  const head = `${paint('bold', file?.path ?? '')}${sheet}  ${count(profile.rows)} rows, ${count(profile.columns.length)} columns${sampled}`
  const resembles = match.best
    ? `resembles ${paint('bold', match.best.entity)}${match.rival ? `, nearly as much ${match.rival.entity}` : ''}`
    : 'resembles no entity of the model'
  const rows = profile.columns.map((column) => [
    column.name,
    typeOf(column),
    percent(column.rows - column.filled, column.rows),
    `${column.distinctExact ? '' : '>= '}${count(column.distinct)}`,
    fieldOf(column, look),
    column.personal ?? '',
    about(column),
  ])
  const titles = ['column', 'type', 'empty', 'different', 'field', 'personal', 'what is in it']
  const right = new Set(['empty', 'different'])
  return [
    `${head}\n${[dialect(look), ...(file?.evidence ?? [])].filter((text) => text !== '').join('; ')}\n${resembles}`,
    table(
      titles.map((title) => ({ title, ...(right.has(title) ? { align: 'right' as const } : {}) })),
      rows,
      paint,
    ),
    keyLines(profile.keys),
    ...(profile.malformed > 0 ? [`${count(profile.malformed)} records cannot be split into fields`] : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function dialect({ format }: TableLook): string {
  if (format.type !== 'csv') return ''
  const delimiter = format.delimiter === '\t' ? 'tab' : `\`${format.delimiter}\``
  const numbers =
    format.decimal === ',' || format.thousands !== ''
      ? `, decimal \`${format.decimal}\`${format.thousands === '' ? '' : `, thousands \`${format.thousands}\``}`
      : ''
  return `CSV, ${format.encoding}, delimiter ${delimiter}${format.header ? '' : ', no header'}${numbers}`
}

const percent = (part: number, whole: number): string =>
  part === 0 ? '' : `${Math.max(0.1, (100 * part) / Math.max(1, whole)).toFixed(1)} %`

function fieldOf(column: ColumnProfile, { match }: TableLook): string {
  const found = match.best?.fields.find((field) => field.column === column.name)
  return found === undefined ? '' : `${found.field}${found.score < SURE ? ' ?' : ''}`
}

function typeOf({ kinds, dates, numbers, looked, personal }: ColumnProfile): string {
  if (looked === 0) return 'empty'
  if (personal === 'email' || personal === 'phone') return personal
  if (dates && kinds.date + kinds.timestamp >= 0.5)
    return `${dates.timeOfDay ? 'timestamp' : 'date'}${share(kinds.date + kinds.timestamp)}`
  if (kinds.json >= 0.8) return 'json'
  if (kinds.integer >= 0.9) return `integer${share(kinds.integer)}`
  if (kinds.number >= 0.5) return `${numbers?.symbols.length ? 'money' : 'decimal'}${share(kinds.number)}`
  return kinds.boolean >= 0.95 ? 'boolean' : 'text'
}

const share = (of: number): string => (of >= 0.9995 ? '' : ` ${Math.floor(1000 * of) / 10} %`)

function about({ values, dates, numbers, prefix, nullWords, personal, kinds }: ColumnProfile): string {
  const parts = [
    ...(prefix === undefined ? [] : [`after \`${prefix}\``]),
    ...(dates
      ? [
          dates.formats.join(' or ') || 'ISO 8601',
          ...(dates.min ? [`${dates.min} to ${dates.max}`] : []),
          ...(dates.order && !dates.order.certain ? ['day or month first?'] : []),
        ]
      : []),
    ...(!dates && personal === undefined && numbers?.min !== undefined && kinds.number >= 0.5
      ? [`${numbers.min.toLocaleString('en-US')} to ${numbers.max?.toLocaleString('en-US')}`]
      : []),
    ...(!dates && values.length > 0 && values.length <= 8 && kinds.number < 0.5
      ? [
          values
            .slice(0, 5)
            .map(({ value, count: n }) => `${value.slice(0, 20)} ${count(n)}`)
            .join(', '),
        ]
      : []),
    ...nullWords.slice(0, 3).map(({ value, count: n }) => `\`${value}\` ${count(n)} times`),
  ]
  return parts.join(', ')
}

/** A key that contains another one adds nothing. */
function keyLines(keys: readonly KeyProfile[]): string {
  const whole = ({ repeated, empty }: KeyProfile) => repeated === 0 && empty === 0
  const shown = keys.filter(
    (key) =>
      !keys.some(
        (other) =>
          other !== key &&
          whole(other) &&
          other.columns.length < key.columns.length &&
          other.columns.every((column) => key.columns.includes(column)),
      ),
  )
  const differing = ({ differsIn }: KeyProfile) =>
    Object.entries(differsIn)
      .filter(([, n]) => n > 0)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 4)
      .map(([column, n]) => `${column} ${count(n)}`)
      .join(', ')
  return shown
    .slice(0, 6)
    .map((key) => {
      const name = key.columns.join(' + ')
      const empty = key.empty > 0 ? `, empty in ${count(key.empty)} rows` : ''
      if (key.repeated === 0) return `key  ${name}: different in every row${empty}`
      return `     ${name}: ${count(key.repeated)} values repeat, ${count(key.differing)} with different rows${key.differing > 0 ? ` (${differing(key)})` : ''}${empty}`
    })
    .join('\n')
}
