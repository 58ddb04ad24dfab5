import { resolve } from 'node:path'
import { C360Error } from '../errors.ts'
import { publishedDatabase } from '../run/history.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { type Format, queryPublished, toParquet } from '../run/query.ts'
import { type Command, text, writeTo } from './command.ts'
import { table } from './style.ts'

const formats: readonly Format[] = ['table', 'csv', 'json', 'parquet']

export const command: Command = {
  usage: '"select ..." [--format table|csv|json|parquet] [--out FILE] [--project DIR]',
  help: `
Asks the published version, read-only. Schemas: gold (dims, facts, certified views), silver (clean sources,
silver.quarantine), conformed (one relation per entity), rules. A table may be named without its schema if it is in gold.
It works on the version that is current when it starts: it never waits for a run, and no run waits for it.

  --format F   table (default on a terminal), csv (default elsewhere), json (one array), parquet (needs --out)
  --out FILE   write there instead of to standard output

  c360 sql "select customer_segment, count(*) from customer_segmentation group by 1"
`,
  options: { format: { type: 'string' }, out: { type: 'string' } },
  async run(context) {
    const [query] = context.positionals
    if (query === undefined)
      throw new C360Error('USAGE', 'No query was given.', {
        hint: 'For example: c360 sql "select * from peak_times"',
      })
    const format = formatOf(text(context, 'format'), context.json)
    const out = text(context, 'out')
    const { path } = await publishedDatabase(await loadProjectOrFail(context.project))
    const options = { database: path, signal: context.signal }
    if (format === 'parquet') {
      if (out === undefined) throw new C360Error('USAGE', 'Parquet goes to a file: add --out FILE.')
      await toParquet(options, query, resolve(out))
      return 0
    }
    const write = out === undefined ? (chunk: string) => writeOut(chunk) : undefined
    const chunks: string[] = []
    for await (const chunk of queryPublished(options, query, format, (columns, rows) =>
      table(columns, rows, context.paint),
    )) {
      if (write) await write(chunk)
      else chunks.push(chunk)
    }
    if (out !== undefined) await writeTo(out, chunks.join(''))
    return 0
  },
}

function formatOf(asked: string | undefined, json: boolean): Format {
  if (asked === undefined) return json ? 'json' : process.stdout.isTTY ? 'table' : 'csv'
  const format = formats.find((name) => name === asked)
  if (!format)
    throw new C360Error('USAGE', `There is no format \`${asked}\`.`, {
      hint: `Formats: ${formats.join(', ')}.`,
    })
  return format
}

const writeOut = (chunk: string): Promise<void> =>
  new Promise((done, fail) => {
    process.stdout.write(chunk, (error) => (error ? fail(error) : done()))
  })
