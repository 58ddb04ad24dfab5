import type { Accounting, JoinFinding, NameGrouping, Reconciliation } from './types.ts'

/** A reconciliation as headings, sentences and tables: what the terminal and Markdown both show. */
export type Paragraph =
  | { readonly kind: 'title' | 'heading' | 'text' | 'aside'; readonly text: string }
  | { readonly kind: 'table'; readonly table: OutlineTable }

export interface OutlineTable {
  readonly columns: readonly { readonly title: string; readonly align?: 'left' | 'right' }[]
  readonly rows: readonly (readonly string[])[]
}

const text = (words: string): Paragraph => ({ kind: 'text', text: words })
const heading = (words: string): Paragraph => ({ kind: 'heading', text: words })
const aside = (words: string): Paragraph => ({ kind: 'aside', text: words })
const right = (title: string) => ({ title, align: 'right' as const })

export function outline(found: Reconciliation): Paragraph[] {
  return [
    { kind: 'title', text: `${found.view} against ${found.model} (version ${found.version})` },
    ...verdict(found),
    ...found.assumed.map(aside),
    ...(found.unmapped.length > 0 ? [aside(`without a counterpart: ${found.unmapped.join(', ')}`)] : []),
    ...figures(found),
    ...why(found),
    ...rowsAndColumns(found),
  ]
}

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(String(count))} ${count === 1 ? one : many}`

/** Thousands apart, decimals as they are. */
export const grouped = (amount: string): string => {
  const [whole = '', part] = amount.split('.')
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return part === undefined ? thousands : `${thousands}.${part}`
}

const signed = (amount: string): string => (amount.startsWith('-') ? grouped(amount) : `+${grouped(amount)}`)

function verdict({ differs, rows, measures }: Reconciliation): Paragraph[] {
  if (!differs) return [text(`No difference: ${plural(rows.legacy, 'row')}, every column the same.`)]
  const off = measures.filter(({ certified, legacy }) => certified !== undefined && certified !== legacy)
  const lines = off.map(
    ({ measure, legacy, certified = '' }) =>
      `${measure} is ${grouped(legacy)}; certified ${grouped(certified)}${percent(legacy, certified)}.`,
  )
  return [
    text(
      `They differ: ${plural(rows.legacy, 'row')} in the view, ${grouped(String(rows.certified))} in the model.`,
    ),
    ...lines.map(text),
  ]
}

function percent(legacy: string, certified: string): string {
  const [a, b] = [Number(legacy), Number(certified)]
  if (b === 0) return ''
  const share = ((a - b) / Math.abs(b)) * 100
  return ` (${share > 0 ? '+' : ''}${share.toFixed(1)} %)`
}

function figures({ measures }: Reconciliation): Paragraph[] {
  return measures
    .filter(({ steps, remainder }) => steps.length > 0 || !isNothing(remainder))
    .flatMap(accounting)
}

const isNothing = (amount: string | undefined): boolean => amount === undefined || Number(amount) === 0

function accounting({
  measure,
  certifiedColumn,
  legacy,
  certified,
  steps,
  remainder,
  notes,
}: Accounting): Paragraph[] {
  const rows = [
    ['in the view', '', grouped(legacy), ''],
    ...steps.map(({ label, amount, after, rows: size }) => [
      label,
      signed(amount),
      grouped(after),
      size === undefined ? '' : grouped(String(size)),
    ]),
    ...(isNothing(remainder)
      ? []
      : [['not explained', signed(remainder ?? ''), grouped(certified ?? ''), '']]),
    ...(certified === undefined ? [] : [[`certified ${certifiedColumn}`, '', grouped(certified), '']]),
  ]
  const counted = steps.some((step) => step.rows !== undefined)
  const shown = counted ? rows : rows.map((row) => row.slice(0, 3))
  const columns = [{ title: 'step' }, right('change'), right('total'), ...(counted ? [right('rows')] : [])]
  return [heading(measure), { kind: 'table', table: { columns, rows: shown } }, ...notes.map(aside)]
}

function why(found: Reconciliation): Paragraph[] {
  const lines = [
    ...found.joins.filter((join) => isFanOut(found, join)).flatMap(joinText),
    ...grainText(found),
    ...found.names.map(nameText),
  ]
  const quiet = found.joins.filter((join) => !isFanOut(found, join))
  const harmless =
    quiet.length > 0
      ? [
          aside(
            `joins that add to no figure: ${quiet.map(({ table, line }) => `${table} (line ${line})`).join(', ')}`,
          ),
        ]
      : []
  return lines.length + harmless.length === 0 ? [] : [heading('Why'), ...lines.map(text), ...harmless]
}

/** Repeated rows that change no figure matter only where something differs. */
const isFanOut = ({ differs }: Reconciliation, { adds, key }: JoinFinding): boolean =>
  adds.length > 0 || (differs && key !== undefined && key.maxFactor > 1)

function joinText({ block, table, join, line, rowsBefore, rowsAfter, key, adds }: JoinFinding): string[] {
  const head = `Line ${line}: ${join === 'inner' ? '' : `${join} `}join ${table} in ${block}: ${grouped(String(rowsBefore))} rows become ${grouped(String(rowsAfter))}.`
  const factors =
    key && key.maxFactor > 1
      ? ` ${key.columns.join(', ')} is not unique there: ${plural(key.repeatedKeys, 'key')} of the rows before it ${key.repeatedKeys === 1 ? 'matches' : 'match'} several, at most ${key.maxFactor}, on average ${key.meanFactor}${examples(key.largest)}.`
      : ''
  const sums = adds.map(({ measure, amount }) => `${signed(amount)} in ${measure}`)
  const alone = sums.length > 0 ? ` Alone it adds ${sums.join('; ')}.` : ' It adds to no figure.'
  return [`${head}${factors}${alone}`]
}

const examples = (largest: readonly { readonly key: string; readonly rows: number }[]): string =>
  largest.length === 0 ? '' : ` (${largest.map(({ key, rows }) => `${key}: ${rows}`).join(', ')})`

function grainText({ grain: { keys, repeatedKeys, mostRows, splitBy }, columns }: Reconciliation): string[] {
  if (repeatedKeys === 0) return []
  const key = columns.filter(({ role }) => role === 'key').map(({ legacy }) => legacy)
  const split = splitBy.map(({ column, keys: size }) => `${column} (${size})`).join(', ')
  const by = split === '' ? '' : ` They differ in ${split}.`
  return [
    `Grain: ${grouped(String(repeatedKeys))} of ${grouped(String(keys))} values of ${key.join(', ')} have several rows in the view, at most ${mostRows}.${by}`,
  ]
}

const nameText = ({ block, columns, table, key, names, keys, examples: some }: NameGrouping): string =>
  `${block} groups by ${columns.join(', ')} of ${table} without ${key.join(', ')}: ${plural(names, 'name')} ${names === 1 ? 'stands' : 'stand'} for ${grouped(String(keys))} of them${some.length > 0 ? ` (${some.join(', ')})` : ''}.`

function rowsAndColumns({ rows, columns, largest }: Reconciliation): Paragraph[] {
  const list = columns
    .filter(({ role }) => role !== 'key')
    .map(({ legacy, certified, different, hidden }) => [
      legacy,
      certified,
      grouped(String(different)),
      hidden ? 'personal, not shown' : '',
    ])
  const counts = `${grouped(String(rows.matched))} rows of the view have a row of the model, ${grouped(String(rows.different))} of them differ; ${grouped(String(rows.onlyLegacy))} are only in the view, ${grouped(String(rows.onlyCertified))} only in the model.`
  const table: OutlineTable = {
    columns: [{ title: 'column' }, { title: 'certified' }, right('rows that differ'), { title: '' }],
    rows: list,
  }
  return [
    heading('Rows'),
    text(counts),
    ...(list.length > 0 ? [{ kind: 'table', table } as const] : []),
    ...largestTable(largest, columns),
  ]
}

function largestTable(largest: Reconciliation['largest'], columns: Reconciliation['columns']): Paragraph[] {
  if (!largest) return []
  const keys = columns.filter(({ role }) => role === 'key').map(({ legacy }) => ({ title: legacy }))
  return [
    heading(`Largest differences in ${largest.measure}, the rows of a key added up`),
    {
      kind: 'table',
      table: {
        columns: [...keys, right('view'), right('certified'), right('difference')],
        rows: largest.rows.map(({ key, legacy, certified, difference }) => [
          ...key,
          grouped(legacy),
          grouped(certified),
          signed(difference),
        ]),
      },
    },
  ]
}
