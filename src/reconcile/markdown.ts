import { type OutlineTable, outline, type Paragraph } from './outline.ts'
import type { Reconciliation } from './types.ts'

/** A reconciliation as Markdown, for a merge request or a wiki. */
export const toMarkdown = (found: Reconciliation): string => `${outline(found).map(paragraph).join('\n\n')}\n`

function paragraph(part: Paragraph): string {
  switch (part.kind) {
    case 'title':
      return `# ${escaped(part.text)}`
    case 'heading':
      return `## ${escaped(part.text)}`
    case 'text':
      return escaped(part.text)
    case 'aside':
      return `_${escaped(part.text)}_`
    case 'table':
      return table(part.table)
  }
}

/** Nothing of the data may become markup. */
const escaped = (text: string): string => text.replaceAll(/[\\`*_|<>[\]#]/g, '\\$&')

function table({ columns, rows }: OutlineTable): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => escaped(cell).replaceAll('\n', ' ')).join(' | ')} |`
  const rule = `| ${columns.map(({ align }) => (align === 'right' ? '---:' : '---')).join(' | ')} |`
  return [line(columns.map(({ title }) => title)), rule, ...rows.map(line)].join('\n')
}
