import { readFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { C360Error, fromSystemError } from '../errors.ts'
import { toMarkdown } from '../reconcile/markdown.ts'
import { outline, type Paragraph } from '../reconcile/outline.ts'
import { reconcile } from '../reconcile/reconcile.ts'
import type { Reconciliation } from '../reconcile/types.ts'
import { prepare } from '../run/prepare.ts'
import { type Command, type Context, flag, text, toJson, writeTo } from './command.ts'
import { type Paint, table } from './style.ts'

const formats = ['text', 'markdown', 'json'] as const

export const command: Command = {
  usage: 'FILE.sql [--format text|markdown|json] [--out FILE] [--fail] [--project DIR]',
  help: `
Runs a view written in T-SQL over the published version, under the landing files' own table and column names, and
says how it differs from a certified gold model and why: which join repeats rows, what each status adds, which rows
share a key. Every figure is accounted for step by step, from the view's total to the certified one.

The model and the columns are found by name, or said in a comment at the head of the file:
  /* reconcile: model: customer_segmentation, columns: { TotalSpend: total_spend }, key: [CustomerID] */

The file is looked for below the current folder, then below the project's.

  --format F   text (default), markdown, json (the same as --json)
  --out FILE   write there instead of to standard output
  --fail       exit with 4 when the view differs from the model; without it differences are no error

  c360 reconcile legacy/View_CustomerSegmentation.sql
`,
  options: { format: { type: 'string' }, out: { type: 'string' }, fail: { type: 'boolean' } },
  async run(context) {
    const [file] = context.positionals
    if (file === undefined)
      throw new C360Error('USAGE', 'No file was given.', {
        hint: 'For example: c360 reconcile legacy/View_CustomerSegmentation.sql',
      })
    const format = formatOf(context)
    const prepared = await prepare(context.project)
    const legacy = await view(file, context.project)
    const found = await reconcile(prepared, legacy.text, legacy.file, { signal: context.signal })
    const shown = written(found, format, context.paint)
    const out = text(context, 'out')
    if (out === undefined) context.print(shown.trimEnd())
    else await writeTo(out, shown)
    return flag(context, 'fail') && found.differs ? 4 : 0
  },
}

function formatOf(context: Context): (typeof formats)[number] {
  const asked = text(context, 'format') ?? (context.json ? 'json' : 'text')
  const format = formats.find((name) => name === asked)
  if (format) return format
  throw new C360Error('USAGE', `There is no format \`${asked}\`.`, {
    hint: `Formats: ${formats.join(', ')}.`,
  })
}

/** The file below the current folder, else below the project's; `file` is its name from here. */
async function view(named: string, project: string): Promise<{ text: string; file: string }> {
  const inProject = resolve(project, named)
  const files = inProject === resolve(named) ? [named] : [named, relative(process.cwd(), inProject)]
  for (const file of files) {
    const text = await contentOf(file)
    if (text !== undefined) return { text, file }
  }
  throw new C360Error('USAGE', `There is no file ${files.join(', nor ')}.`, {
    hint: 'Name a file with one view in T-SQL, from the current folder or from the project.',
  })
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined
    throw fromSystemError(error, `reading ${file}`)
  }
}

function written(found: Reconciliation, format: (typeof formats)[number], paint: Paint): string {
  if (format === 'json') return `${toJson(found)}\n`
  return format === 'markdown' ? toMarkdown(found) : toText(outline(found), paint)
}

const toText = (paragraphs: readonly Paragraph[], paint: Paint): string =>
  `${paragraphs.map((part) => paragraph(part, paint)).join('\n')}\n`

function paragraph(part: Paragraph, paint: Paint): string {
  switch (part.kind) {
    case 'title':
      return paint('bold', part.text)
    case 'heading':
      return `\n${paint('bold', part.text)}`
    case 'text':
      return part.text
    case 'aside':
      return paint('dim', part.text)
    case 'table':
      return table(part.table.columns, part.table.rows, paint)
  }
}
