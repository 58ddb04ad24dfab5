import type { ParityCertificate, SideSeen, TableParity } from './types.ts'
import { changeText, count, keyText, outcome, shownText, summary, VERDICTS } from './words.ts'

/** A certificate as Markdown, for a merge request or a wiki. */
export function toMarkdown(certificate: ParityCertificate): string {
  const { verdict, tables, reasons } = certificate
  const off = tables.filter((table) => table.verdict !== 'equal')
  return `${[
    `# Parity of gold: ${VERDICTS[verdict].toUpperCase()}`,
    escaped(summary(certificate)),
    ...reasons.map(escaped),
    sides(certificate),
    compared(certificate),
    ...(tables.length === 0 ? [] : ['## Tables', tableOfTables(certificate)]),
    ...(off.length === 0 ? [] : ['## What is not equal', ...off.map((table) => details(certificate, table))]),
    '## How it was compared',
    METHOD,
  ].join('\n\n')}\n`
}

const METHOD = `- Every table of gold on either side, every column and every row. Each engine computes its own checksums, in one scan of the table.
- A value becomes a text that is the same in every engine: numbers without trailing zeros, dates as days and timestamps as microseconds since 1970 UTC, texts byte for byte. NULL is not the empty text.
- A column's checksum is the exact sum of 60 bits of the MD5 of each value; that of whole rows sums 120 bits of the MD5 of each row, so that values that changed places between rows are seen too. The order of rows does not matter.
- Whole numbers and decimals, texts, dates, timestamps and truth values are compared exactly. Doubles have no checksum: they are compared row by row, equal up to 1e-9 of the larger one.
- Rows of tables that differ are matched by the model's grain. Values of personal columns are not shown; keys are, unless they are directly personal.
- A fingerprint stands for all rows of a table, doubles left out: equal fingerprints, also of different certificates, are equal tables. Tables of fewer than 20 rows have none, as a single row could be guessed from it.`

function sides({ sides: [a, b] }: ParityCertificate): string {
  const line = (title: string, value: (side: SideSeen) => string | undefined): string[] => {
    const values = [value(a), value(b)]
    if (values.every((text) => text === undefined)) return []
    return [row(title, ...values.map((text) => text ?? 'unknown'))]
  }
  return [
    '| | A | B |',
    '| --- | --- | --- |',
    ...line('name', ({ name }) => name),
    ...line('engine', ({ engine }) => engine),
    ...line('place', ({ place }) => place),
    ...line('version', ({ version }) => version?.toString()),
    ...line('run', ({ runId }) => runId),
    ...line('built', ({ builtAt }) => builtAt && time(builtAt)),
  ].join('\n')
}

const time = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`

const compared = ({ startedAt, finishedAt, program }: ParityCertificate): string =>
  `Compared from ${time(startedAt)} to ${time(finishedAt)} by c360 ${program}.`

function tableOfTables({ tables }: ParityCertificate): string {
  return [
    '| table | rows in A | rows in B | columns | result | fingerprint |',
    '| --- | ---: | ---: | ---: | --- | --- |',
    ...tables.map((table) =>
      row(
        table.table,
        ...table.rows.map((rows) => (rows === undefined ? 'missing' : count(rows))),
        String(table.columns.length),
        VERDICTS[table.verdict],
        table.verdict === 'equal' ? (table.fingerprints?.[0] ?? '') : '',
      ),
    ),
  ].join('\n')
}

function details({ sides: [a, b] }: ParityCertificate, table: TableParity): string {
  const changed = table.columns.filter(({ column }) => table.differing.columns.includes(column))
  const unknown = table.columns.filter(({ equal }) => equal === null)
  const names = (columns: typeof unknown) => columns.map(({ column }) => escaped(column)).join(', ')
  const shown = shownText(table)
  return [
    `### ${escaped(table.table)}`,
    ...table.reasons.map(escaped),
    ...(table.verdict === 'differs' ? [`${escaped(outcome(table, [a.name, b.name]))}.`] : []),
    ...(unknown.length > 0 ? [`Not known to be equal: ${names(unknown)}.`] : []),
    ...(table.differences.length > 0
      ? [
          [
            '| row | what differs (A -> B) |',
            '| --- | --- |',
            ...table.differences.map((difference) =>
              row(keyText(table, difference), changeText(table, difference, [a.name, b.name])),
            ),
          ].join('\n'),
        ]
      : []),
    ...(shown === undefined ? [] : [shown]),
    ...(changed.length > 0 ? [columnTable(changed)] : []),
  ].join('\n\n')
}

function columnTable(columns: TableParity['columns']): string {
  return [
    '| column | type in A | type in B | NULL in A | NULL in B |',
    '| --- | --- | --- | ---: | ---: |',
    ...columns.map(({ column, types, nulls }) => row(column, ...types, ...nulls.map(count))),
  ].join('\n')
}

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => escaped(cell).replaceAll(/\s+/g, ' ')).join(' | ')} |`

/** Nothing of the data may become markup. A `_` within a word is none. */
const escaped = (text: string): string =>
  text.replaceAll(/[\\`*|<>[\]#~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&')
