import type { SourceFormat } from '../project/types.ts'
import type { Draft, DraftColumn, DraftContract, Remark } from './draft-types.ts'

/** Words that YAML would read as something else than text. */
const SPECIAL = /^(?:true|false|null|yes|no|on|off|y|n|~|[-+.\d].*)$/i

/** A text as YAML: plain where that is safe, else in double quotes. */
export function yamlText(text: string): string {
  return /^[\p{L}_][\p{L}\d _./-]*$/u.test(text) && !/\s$/.test(text) && !SPECIAL.test(text)
    ? text
    : JSON.stringify(text)
}

/** A glob needs no quotes unless it begins with what YAML takes for itself. */
const globText = (glob: string): string =>
  /^[\p{L}\d_][\p{L}\d_./*?-]*$/u.test(glob) && !SPECIAL.test(glob) ? glob : JSON.stringify(glob)

const label: Readonly<Record<Remark['kind'], string>> = {
  decide: 'TODO decide: ',
  unsure: 'unsure: ',
  note: '',
}

/** Comments stay readable: control characters of a file's header or value have no place in them. */
const comment = ({ kind, text }: Remark): string =>
  `# ${label[kind]}${text.replace(/[^\P{Cc}\t]|[\ufffe\uffff\u2028\u2029]/gu, ' ').slice(0, 600)}`

const importance: readonly Remark['kind'][] = ['decide', 'unsure', 'note']
const sorted = (remarks: readonly Remark[]): Remark[] =>
  [...remarks].sort((a, b) => importance.indexOf(a.kind) - importance.indexOf(b.kind))

/** A drafted contract as the text of its YAML file, each guess with its evidence. */
export function contractText(
  contract: DraftContract,
  schema = '../node_modules/customer360/schemas/contract.schema.json',
): string {
  const { source, from, rows, globs, entity, key, order, load, idSpace, precedence, set, columns, remarks } =
    contract
  const files =
    from.length > 4 ? `${from.slice(0, 3).join(', ')} and ${from.length - 3} more` : from.join(', ')
  const entries = Object.entries(set).map(([field, value]) => `${field}: ${yamlText(value)}`)
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    comment({
      kind: 'note',
      text: `Drafted by c360 init from ${files} (${rows.toLocaleString('en-US')} rows).`,
    }),
    ...sorted(remarks).map(comment),
    `source: ${source}`,
    `files: ${globs.length === 1 ? globText(globs[0] ?? '') : `[${globs.map((glob) => JSON.stringify(glob)).join(', ')}]`}`,
    `format: ${formatText(contract.format)}`,
    `entity: ${entity}`,
    ...(idSpace === undefined ? [] : [`id_space: ${idSpace}`]),
    ...(precedence === undefined ? [] : [`precedence: ${precedence}`]),
    ...(key.length > 0 ? [`key: [${key.join(', ')}]`] : []),
    ...(order.length > 0 ? [`order: [${order.join(', ')}]`] : []),
    `load: ${load}`,
    ...(entries.length > 0 ? [`set: { ${entries.join(', ')} }`] : []),
    'columns:',
    ...columns.flatMap((column) => columnLines(column, columns)),
  ]
  return `${lines.join('\n')}\n`
}

function columnLines(
  { header, field, options, remarks }: DraftColumn,
  columns: readonly DraftColumn[],
): string[] {
  const width = Math.min(32, Math.max(...columns.map((column) => yamlText(column.header).length)))
  const value = [`field: ${field}`, ...options.map(([key, text]) => `${key}: ${text}`)].join(', ')
  return [
    ...sorted(remarks).map((remark) => `  ${comment(remark)}`),
    `  ${`${yamlText(header)}:`.padEnd(width + 1)} { ${value} }`,
  ]
}

function formatText(format: SourceFormat): string {
  const numbers =
    format.type === 'parquet'
      ? []
      : [
          ...(format.decimal === '.' ? [] : [`decimal: ${JSON.stringify(format.decimal)}`]),
          ...(format.thousands === '' ? [] : [`thousands: ${JSON.stringify(format.thousands)}`]),
        ]
  return `{ ${[`type: ${format.type}`, ...optionsOf(format), ...numbers].join(', ')} }`
}

function optionsOf(format: SourceFormat): string[] {
  switch (format.type) {
    case 'csv': {
      const escaper =
        format.escape === format.quote || format.quote === ''
          ? []
          : [`escape: ${JSON.stringify(format.escape)}`]
      return [
        `delimiter: ${JSON.stringify(format.delimiter)}`,
        `quote: ${format.quote === "'" ? '"\'"' : `'${format.quote}'`}`,
        ...escaper,
        `header: ${format.header}`,
        `encoding: ${format.encoding}`,
      ]
    }
    case 'xlsx':
      return [
        ...(format.sheet === undefined ? [] : [`sheet: ${yamlText(format.sheet)}`]),
        ...(format.headerRow === undefined ? [] : [`header_row: ${format.headerRow}`]),
        ...(format.header ? [] : ['header: false']),
      ]
    case 'json':
      return format.records === undefined ? [] : [`records: ${yamlText(format.records)}`]
    case 'parquet':
      return []
  }
}

/** What the project is called and where its files lie, beside the answers. */
export interface ConfigInput {
  readonly name: string
  /** As it will stand in c360.yaml. */
  readonly landing: string
  readonly answers: Readonly<Record<'counted_statuses' | 'time_zone' | 'currency', string>>
  /** Questions a person has answered. */
  readonly asked: ReadonlySet<string>
}

/** c360.yaml, each answer with why it was taken. */
export function configText(draft: Draft, { name, landing, answers, asked }: ConfigInput): string {
  const why = (id: keyof ConfigInput['answers']): string[] => {
    const question = draft.questions.find((candidate) => candidate.id === id)
    if (!question || asked.has(id)) return []
    return [
      comment({
        kind: question.sure ? 'note' : id === 'counted_statuses' ? 'decide' : 'unsure',
        text: question.why,
      }),
    ]
  }
  const statuses =
    answers.counted_statuses === 'all'
      ? 'all'
      : `[${statusList(answers.counted_statuses).map(yamlText).join(', ')}]`
  const choices = draft.questions.find(({ id }) => id === 'counted_statuses')?.choices ?? []
  return `${[
    '# yaml-language-server: $schema=./node_modules/customer360/schemas/c360.schema.json',
    '# Drafted by c360 init. Lines with `TODO decide` change figures: read them first.',
    ...draft.leftOut.map(({ files, why: reason, hint }) =>
      comment({ kind: 'decide', text: `${files.join(', ')} is not read: ${reason}. ${hint}` }),
    ),
    'version: 1',
    `name: ${yamlText(name)}`,
    ...why('time_zone'),
    `time_zone: ${answers.time_zone}`,
    ...why('currency'),
    `currency: ${answers.currency}`,
    `landing: ${yamlText(landing)}`,
    'lake: lake',
    'warehouse: warehouse',
    '',
    'rules:',
    ...why('counted_statuses').map((line) => `  ${line}`),
    ...choices.map(({ value, about }) => `  ${comment({ kind: 'note', text: `${value}: ${about}` })}`),
    `  counted_statuses: ${statuses}`,
    ...tierLines(draft),
  ].join('\n')}\n`
}

/** `Completed, Shipped` as a list; a status with a comma in it is given in double quotes. */
export const statusList = (answer: string): string[] =>
  [...answer.matchAll(/"([^"]+)"|([^,]+)/g)]
    .map(([, quotedText, plain]) => (quotedText ?? plain ?? '').trim())
    .filter((status) => status !== '')

/** Tiers the model's default order does not know must be put in order by a person. */
function tierLines({ contracts }: Draft): string[] {
  const tiers = contracts.flatMap(({ columns }) =>
    columns.filter(({ field }) => field === 'tier').flatMap(({ remarks }) => remarks),
  )
  return tiers.length > 0
    ? ['  # tier_order: lowest first; the default is Bronze, Silver, Gold, Platinum']
    : []
}
