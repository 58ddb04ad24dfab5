import { entityNamed } from '../model/entities.ts'
import type { FieldType } from '../model/types.ts'
import type { CleanStep, Column, Contract, Project, SourceFormat } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import { asDouble, joined, lengthOf } from '../sql/spelling.ts'
import { stateCode, stateName } from './states.ts'

/** One column on its way: raw text -> cleaned text -> typed value, and what can be wrong with it. */
export interface ColumnSql {
  readonly column: Column
  /** Cleaned text, over the raw text named by `raw`. */
  readonly cleaned: string
  /** Typed value, over the cleaned text named by `text`. */
  readonly typed: string
  readonly checks: readonly Check[]
}

/** Names under which the three stages of column number `index` are known inside the staging query. */
export const stageNames = (index: number) => ({ raw: `r${index}`, text: `t${index}`, value: `v${index}` })

export function columnSql(
  d: Dialect,
  project: Project,
  contract: Contract,
  column: Column,
  index: number,
): ColumnSql {
  const { raw, text, value } = stageNames(index)
  return {
    column,
    cleaned: cleanText(d, project, column, contract.format, raw),
    typed: typedValue(d, contract, column, text),
    checks: checksOf(d, project, contract, column, text, value),
  }
}

function cleanText(
  d: Dialect,
  { currency }: Project,
  column: Column,
  format: SourceFormat,
  raw: string,
): string {
  const steps = column.clean.filter((step) => !isForState(column, step))
  const cleaned = steps.reduce((x, step) => applyStep(d, step, currency, x), d.trimmed(raw))
  const numeric = column.type === 'integer' || column.type === 'decimal'
  return numeric ? plainNumber(d, cleaned, format) : cleaned
}

function plainNumber(d: Dialect, x: string, format: SourceFormat): string {
  if (format.type === 'parquet') return x
  const { decimal, thousands } = format
  const ungrouped = thousands === '' ? x : `replace(${x}, ${d.literal(thousands)}, '')`
  return decimal === '.' ? ungrouped : `replace(${ungrouped}, '${decimal}', '.')`
}

/** Of a `City, ST` only the part after the comma is a state. */
const isForState = ({ split }: Column, { op }: CleanStep): boolean =>
  split === 'city_state' && (op === 'state_code' || op === 'state_name')

function applyStep(d: Dialect, step: CleanStep, currency: string, x: string): string {
  switch (step.op) {
    case 'trim':
      return d.trimmed(x)
    case 'collapse_spaces':
      return d.collapseSpaces(x)
    case 'lower':
    case 'email':
      return d.lower(x)
    case 'upper':
      return d.upper(x)
    case 'title_case':
      return d.titleCase(x)
    case 'strip_prefix':
      return d.trimmed(
        `case when ${d.startsWith(x, step.prefix)} then ${d.substringFrom(x, step.prefix.length + 1)} else ${x} end`,
      )
    case 'phone':
      return phone(d, x, step.country)
    case 'money':
      return d.money(x, currencySigns(currency))
    case 'state_code':
      return stateCode(d, x)
    case 'state_name':
      return stateName(d, x)
    case 'nulls':
      return `case when ${d.isIn(
        d.lower(x),
        step.words.map((word) => word.trim().toLowerCase()),
      )} then null else ${x} end`
  }
}

/** How amounts in a currency are marked: its code, and its signs at home and abroad; longer ones first. */
export function currencySigns(currency: string): string[] {
  const signs = (['symbol', 'narrowSymbol'] as const).flatMap((currencyDisplay) =>
    new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay })
      .formatToParts(0)
      .flatMap(({ type, value }) => (type === 'currency' ? value : [])),
  )
  return [...new Set([currency, ...signs])].sort((a, b) => b.length - a.length)
}

/** '+' and digits; a number without its own '+' or '00' gets the default country's prefix, its trunk zero dropped. */
function phone(d: Dialect, x: string, country: string): string {
  const digits = d.digits(x)
  const prefix = country.replaceAll(/\D/g, '')
  const national = `case when ${d.startsWith(digits, '0')} then ${d.substringFrom(digits, 2)} else ${digits} end`
  return [
    `case when ${digits} = '' then null`,
    `when ${d.startsWith(x, '+')} then ${joined(d, ["'+'", digits])}`,
    `when ${d.startsWith(digits, '00')} then ${joined(d, ["'+'", d.substringFrom(digits, 3)])}`,
    // A North American number is often written with its 1 in front.
    ...(prefix === '1'
      ? [
          `when ${lengthOf(d, digits)} = 11 and ${d.startsWith(digits, '1')} then ${joined(d, ["'+'", digits])}`,
        ]
      : []),
    `else ${joined(d, [`'+${prefix}'`, national])} end`,
  ].join(' ')
}

export const TRUE_WORDS = ['true', 't', 'yes', 'y', '1', 'on']
export const FALSE_WORDS = ['false', 'f', 'no', 'n', '0', 'off']

function typedValue(d: Dialect, contract: Contract, column: Column, text: string): string {
  switch (column.type) {
    case 'text':
      return text
    case 'integer':
    case 'decimal':
      return d.tryCast(text, column.type)
    case 'date':
      return d.parseDate(text, column.formats)
    case 'timestamp':
      return d.parseTimestamp(text, column.formats, contract.timeZone)
    case 'boolean':
      return `case when ${d.isIn(d.lower(text), TRUE_WORDS)} then ${d.bool(true)} when ${d.isIn(d.lower(text), FALSE_WORDS)} then ${d.bool(false)} end`
  }
}

const notA: Record<FieldType, string> = {
  text: 'not_text',
  integer: 'not_a_number',
  decimal: 'not_a_number',
  date: 'not_a_date',
  timestamp: 'not_a_time',
  boolean: 'not_a_boolean',
}

/** What makes a row bad, tested in order: the first condition that holds names the reason. */
export interface Check {
  readonly when: string
  readonly reason: string
}

function checksOf(
  d: Dialect,
  project: Project,
  contract: Contract,
  column: Column,
  text: string,
  value: string,
): Check[] {
  const checks: (Check | false)[] = [
    (column.required || contract.key.includes(column.field)) && {
      when: `${text} is null`,
      reason: 'missing',
    },
    ...typeChecks(d, column.type, text, value),
    column.clean.some(({ op }) => op === 'email') && {
      when: `${text} is not null and not ${d.looksLikeEmail(text)}`,
      reason: 'not_an_email',
    },
    column.oneOf !== undefined && { when: `not ${d.isIn(text, column.oneOf)}`, reason: 'not_allowed' },
    column.min !== undefined && { when: `${value} < ${column.min}`, reason: 'too_small' },
    column.max !== undefined && { when: `${value} > ${column.max}`, reason: 'too_large' },
    column.field === 'currency' &&
      contract.entity === 'transaction' && {
        when: `${d.upper(text)} <> ${d.literal(project.currency)}`,
        reason: 'other_currency',
      },
    column.field === 'time_zone' &&
      contract.entity === 'store' && { when: `not ${d.isIn(text, timeZones())}`, reason: 'not_a_time_zone' },
  ]
  return checks.filter((check) => check !== false)
}

const timeZones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone')]

/** A cast that rounds is as wrong as one that fails: the value is compared with the same text read as a float. */
function typeChecks(d: Dialect, type: FieldType, text: string, value: string): Check[] {
  const failed = { when: `${value} is null and ${text} is not null`, reason: notA[type] }
  const rounded = d.isDistinct(asDouble(d, value), d.tryDouble(text))
  switch (type) {
    case 'text':
      return []
    case 'integer':
      return [failed, { when: rounded, reason: 'not_a_number' }]
    case 'decimal':
      return [failed, { when: rounded, reason: 'too_precise' }]
    case 'date':
    case 'timestamp':
    case 'boolean':
      return [failed]
  }
}

/** The further fields that a `split` fills, over the cleaned text. */
export function splitFields(d: Dialect, column: Column, text: string): { field: string; sql: string }[] {
  if (column.split === undefined) return []
  switch (column.split) {
    case 'name':
      return [
        { field: 'first_name', sql: d.firstWord(text) },
        { field: 'last_name', sql: d.otherWords(text) },
      ]
    case 'city_state':
      return [
        { field: 'city', sql: d.beforeLastComma(text) },
        { field: 'state', sql: stateOf(d, column, d.afterLastComma(text)) },
      ]
  }
}

function stateOf(d: Dialect, column: Column, state: string): string {
  const step = column.clean.findLast((candidate) => isForState(column, candidate))
  if (step === undefined) return state
  return step.op === 'state_name' ? stateName(d, state) : stateCode(d, state)
}

/** The type a silver column has: the contract's for mapped columns, the model's for split and constant ones. */
export function fieldType(contract: Contract, field: string): FieldType {
  const mapped = contract.columns.find((column) => column.field === field)
  return (
    mapped?.type ?? entityNamed(contract.entity).fields.find(({ name }) => name === field)?.type ?? 'text'
  )
}
