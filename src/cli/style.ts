import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Colours only where a person looks: a terminal, and NO_COLOR not set. */
export type Paint = (style: Style, text: string) => string

export const paintFor = (stream: NodeJS.WriteStream): Paint => {
  const coloured = stream.isTTY === true && !process.env.NO_COLOR
  return (style, text) => (coloured ? styleText(style, text) : text)
}

export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** Rows of text as aligned columns, two spaces apart, with a title line. */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  paint: Paint = (_, text) => text,
): string {
  const widths = columns.map(({ title }, c) =>
    Math.max(width(title), ...rows.map((row) => width(row[c] ?? ''))),
  )
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, c) => pad(cells[c] ?? '', widths[c] ?? 0, align ?? 'left'))
      .join('  ')
      .trimEnd()
  return [paint('dim', line(columns.map(({ title }) => title))), ...rows.map(line)].join('\n')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
const colours = /\u001b\[\d+m/g
const width = (text: string): number => [...text.replaceAll(colours, '')].length

function pad(text: string, to: number, align: 'left' | 'right'): string {
  const gap = ' '.repeat(Math.max(0, to - width(text)))
  return align === 'right' ? gap + text : text + gap
}

/** A whole number in groups of three digits. By hand: the first use of Intl costs a short command a tenth of its time. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, size)) / 3))
  return `${(size / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}

export const duration = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
