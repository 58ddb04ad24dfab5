import { silverFields } from '../../plan/stage.ts'
import type { Column, Contract } from '../../project/types.ts'
import { cleaning } from './clean.ts'
import { column, freeName, quoted } from './text.ts'
import { fieldValues, splitParts } from './values.ts'

/** A stream that reads files, by wildcards below the landing zone. */
export interface Reading {
  readonly stream: string
  readonly globs: readonly string[]
}

export interface Flow {
  /** Names of the streams between the sources and the sink. */
  readonly transformations: readonly string[]
  readonly sink: string
  /** The script, line by line. */
  readonly lines: readonly string[]
}

/** The parameter of every flow: the folder of the landing zone in its container, with a slash behind it. */
export const LANDING = 'landing'
const SINK = 'Table'

/** One transformation, its arguments one a line. */
interface Part {
  readonly kind: string
  readonly args: readonly string[]
  readonly stream: string
}

/**
 * The flow of a source: its files, cleaned and cast as the contract says, without rows that lack a key, the newest row of each key, and
 * into the table. Which row is newest depends on the rows alone: the contract's `order`, then the file, then the values themselves.
 */
export function flowOf(contract: Contract, readings: readonly Reading[], currency: string): Flow {
  const names = namesFor(contract)
  const between: readonly Part[] = [
    ...(readings.length > 1 ? [{ kind: 'union', args: ['byName: true'], stream: 'AllFiles' }] : []),
    { kind: 'select', args: select(textColumns(contract, names)), stream: 'Texts' },
    ...derivations(contract, currency, names),
    ...newest(contract, names),
    { kind: 'select', args: select(silverFields(contract).map(column)), stream: 'Fields' },
    ...(contract.key.length > 0 ? [{ kind: 'alterRow', args: ['upsertIf(true())'], stream: 'Upserts' }] : []),
  ]
  const sink = { kind: 'sink', args: sinkArgs(contract), stream: SINK }
  const first = readings.map(({ stream }) => stream).join(', ')
  const lines = [
    ...readings.flatMap((reading) => printed(source(contract, reading, names))),
    ...[...between, sink].flatMap((part, at) => printed(part, between[at - 1]?.stream ?? first)),
  ]
  return {
    transformations: between.map(({ stream }) => stream),
    sink: SINK,
    lines: ['parameters{', `\t${LANDING} as string`, '}', ...lines],
  }
}

interface Names {
  readonly file: string
  readonly place: string
  /** The text of column number `at` on its way. */
  text(at: number): string
}

/** Columns of our own have names that no header and no field has. */
function namesFor(contract: Contract): Names {
  const taken = [...contract.columns.map(({ name }) => name), ...silverFields(contract)]
  const texts: string[] = []
  for (const { field } of contract.columns) texts.push(freeName(`text_${field}`, [...taken, ...texts]))
  const file = freeName('file', [...taken, ...texts])
  return { file, place: freeName('place', [...taken, ...texts, file]), text: (at) => texts[at] ?? '' }
}

/** Without a header, columns go by their places. */
const headerOf = ({ format, columns }: Contract, at: number): string =>
  column('header' in format && !format.header ? `_col${at}_` : (columns[at]?.name ?? ''))

function source(contract: Contract, { stream, globs }: Reading, { file }: Names): Part {
  const paths = globs.map((glob) => `(concat($${LANDING}, ${quoted(glob)}))`)
  const args = [
    `output(\n${contract.columns.map((_, at) => `\t\t${headerOf(contract, at)} as string`).join(',\n')}\n\t)`,
    'allowSchemaDrift: false',
    'validateSchema: false',
    'ignoreNoFilesFound: true',
    ...(contract.format.type === 'csv' ? ['multiLineRow: true'] : []),
    `rowUrlColumn: ${quoted(file)}`,
    `wildcardPaths:[${paths.join(',')}]`,
  ]
  return { kind: 'source', args, stream }
}

const select = (list: readonly string[]): string[] => [
  `mapColumn(\n${list.map((one) => `\t\t${one}`).join(',\n')}\n\t)`,
  'skipDuplicateMapInputs: true',
  'skipDuplicateMapOutputs: true',
]

/** Header -> the name its text has from here on. */
const textColumns = (contract: Contract, names: Names): string[] => [
  ...contract.columns.map((_, at) => `${names.text(at)} = ${headerOf(contract, at)}`),
  names.file,
]

/** One after the other: within one, an expression sees what stood in the columns before it. */
function derivations(contract: Contract, currency: string, names: Names): readonly Part[] {
  const steps = contract.columns.map((one) => cleaning(one, contract.format, currency))
  const most = Math.max(0, ...steps.map(({ length }) => length))
  const cleaned = Array.from({ length: most }, (_, stage) =>
    steps.flatMap((list, at) => {
      const step = list[stage]
      return step === undefined ? [] : [{ field: names.text(at), expression: step(names.text(at)) }]
    }),
  )
  const textOf = (one: Column) => names.text(contract.columns.indexOf(one))
  const stages = [...cleaned, ...splitParts(contract, textOf), fieldValues(contract, textOf)]
  return stages.map((stage, at) => ({
    kind: 'derive',
    args: stage.map(({ field, expression }) => `${column(field)} = ${expression}`),
    stream: at === stages.length - 1 ? 'Typed' : `Cleaned${at + 1}`,
  }))
}

function newest(contract: Contract, { file, place }: Names): readonly Part[] {
  const { key, order, set } = contract
  if (key.length === 0) return []
  const values = silverFields(contract).filter(
    (field) => ![...key, ...order].includes(field) && !(field in set),
  )
  const sorted = [...order, file, ...values].map((name) => `desc(${column(name)}, false)`)
  const over = `over(${key.map(column).join(', ')})`
  return [
    {
      kind: 'filter',
      args: [key.map((field) => `!isNull(${column(field)})`).join(' && ')],
      stream: 'WithKey',
    },
    { kind: 'window', args: [over, ...sorted, `${place} = rowNumber()`], stream: 'Ranked' },
    { kind: 'filter', args: [`${place} == 1`], stream: 'Newest' },
  ]
}

/** Without a key rows cannot be told apart: the table is emptied and has what landing has. */
function sinkArgs({ key }: Contract): string[] {
  const keyed = key.length > 0
  return [
    'allowSchemaDrift: true',
    'validateSchema: false',
    'deletable: false',
    `insertable: ${!keyed}`,
    'updateable: false',
    `upsertable: ${keyed}`,
    ...(keyed ? [`keys:[${key.map(quoted).join(',')}]`] : ['truncate: true']),
    "format: 'table'",
    'skipDuplicateMapInputs: true',
    'skipDuplicateMapOutputs: true',
    "errorHandlingOption: 'stopOnFirstError'",
  ]
}

function printed({ kind, args, stream }: Part, inputs = ''): string[] {
  const head = `${inputs === '' ? '' : `${inputs} `}${kind}(`
  return `${head}${args.join(',\n\t')}) ~> ${stream}`.split('\n')
}
