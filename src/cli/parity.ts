import { C360Error, errorTable } from '../errors.ts'
import { makeExplainer } from '../lineage/explain.ts'
import { piiOf } from '../lineage/pii.ts'
import type { Pii } from '../model/types.ts'
import { compareGold } from '../parity/compare.ts'
import { toMarkdown } from '../parity/markdown.ts'
import type { ParityCertificate } from '../parity/types.ts'
import { type Prepared, prepare } from '../run/prepare.ts'
import { type Command, type Context, text, toJson, writeTo } from './command.ts'
import { openSideOf } from './parity-sides.ts'
import { parityText } from './parity-text.ts'
import { bar } from './progress.ts'
import { version } from './version.ts'

const formats = ['text', 'markdown', 'json'] as const
type Format = (typeof formats)[number]

export const command: Command = {
  usage: 'A B [--rows N] [--format text|markdown|json] [--out FILE] [--project DIR]',
  help: `
Do two places hold the same gold? Every table, every column, every row: by checksums that each engine computes
itself over one common spelling of its values, and for tables that differ the first rows that do. Places are
  local        the published version of the project
  local@N      version N of \`c360 runs\`
  TARGET       what was published to a target of c360.yaml

The exit code is 0 only when they are equal; 4 when anything differs, or is missing on one side.

  --rows N     show at most N differing rows of each table (default 5)
  --format F   text (default), markdown (a certificate), json (the same as --json)
  --out FILE   write the certificate there: JSON where the name ends in .json, else Markdown

  c360 parity local@3 local
  c360 parity local@3 local --out parity.md
`,
  options: { rows: { type: 'string' }, format: { type: 'string' }, out: { type: 'string' } },
  async run(context) {
    const [first, second, ...more] = context.positionals
    if (first === undefined || second === undefined || more.length > 0)
      throw new C360Error('USAGE', 'Two places to compare are needed.', {
        hint: 'For example `c360 parity local@3 local`; see `c360 runs`.',
      })
    const out = text(context, 'out')
    const { shown, filed } = formatsOf(context, out)
    const show = rowsOf(context)
    const prepared = await prepare(context.project)
    const certificate = await compare(context, prepared, [first, second], show)
    if (out !== undefined) await writeTo(out, written(certificate, filed, context))
    context.print(written(certificate, shown, context).trimEnd())
    return certificate.verdict === 'equal' ? 0 : errorTable.NOT_CERTIFIED.exit
  },
}

async function compare(
  context: Context,
  prepared: Prepared,
  [first, second]: readonly [string, string],
  show: number,
): Promise<ParityCertificate> {
  const open = openSideOf(prepared.project)
  await using a = await open(first)
  await using b = await open(second)
  const progress = context.interactive && !context.json ? bar() : undefined
  try {
    return await compareGold(a, b, {
      program: version,
      grains: new Map(prepared.catalogue.map(({ name, grain }) => [name.toLowerCase(), grain])),
      pii: personal(prepared),
      show,
      signal: context.signal,
      onTable: (table, index, of) => progress?.draw(index / of, `${index + 1}/${of} ${table}`),
    })
  } finally {
    progress?.clear()
  }
}

/** Lineage of every model takes seconds: it is read when the first row differs. A column no model has is taken for personal. */
function personal(prepared: Prepared): () => Promise<(table: string, column: string) => Pii> {
  const make = async () => {
    const { catalog } = await makeExplainer(prepared)
    return (table: string, column: string): Pii =>
      catalog.columns(table)?.some((name) => name.toLowerCase() === column)
        ? piiOf(catalog, prepared.project, table, column)
        : 'direct'
  }
  let made: ReturnType<typeof make> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** `--format` is about the file where there is one; the terminal then has the text. */
function formatsOf(context: Context, out: string | undefined): { shown: Format; filed: Format } {
  const asked = text(context, 'format')
  const format = formats.find((name) => name === asked)
  if (asked !== undefined && !format)
    throw new C360Error('USAGE', `There is no format \`${asked}\`.`, {
      hint: `Formats: ${formats.join(', ')}.`,
    })
  const filed = format ?? (out?.endsWith('.json') ? 'json' : 'markdown')
  return { filed, shown: context.json ? 'json' : out === undefined ? (format ?? 'text') : 'text' }
}

function rowsOf(context: Context): number {
  const rows = Number(text(context, 'rows') ?? 5)
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw new C360Error('USAGE', '--rows takes a whole number from 0 on.')
  return rows
}

function written(certificate: ParityCertificate, format: Format, context: Context): string {
  if (format === 'json') return `${toJson(certificate)}\n`
  return format === 'markdown' ? toMarkdown(certificate) : `${parityText(certificate, context.paint)}\n`
}
