import { C360Error } from '../errors.ts'
import type { Command, Context } from './command.ts'

/** One thing `c360 export` writes; it gives the exit code, and reads what it needs from `context.values`. */
export interface ExportKind {
  run(context: Context): Promise<number>
}

interface Entry {
  readonly summary: string
  load(): Promise<{ readonly kind: ExportKind }>
}

/** Loaded when asked for. An option of a kind is declared below, in `options`. */
const kinds: Readonly<Record<string, Entry>> = {
  'azure-sql': {
    summary: 'the tables, keys, indexes, views and rights of gold as one T-SQL script',
    load: () => import('./export-azure-sql.ts'),
  },
  databricks: {
    summary: 'an Asset Bundle: a job that builds bronze, silver and gold in a workspace',
    load: () => import('./export-databricks.ts'),
  },
  powerbi: {
    summary: 'a Power BI project: model and report, finished',
    load: () => import('./export-powerbi.ts'),
  },
  synapse: {
    summary: 'a Synapse workspace in git mode: data flows that load each source into a table',
    load: () => import('./export-synapse.ts'),
  },
}

const list = (): string =>
  Object.entries(kinds)
    .map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
    .join('\n')

export const command: Command = {
  usage: 'KIND [--target NAME] [--out FILE|DIR] [--project DIR]',
  help: `
Writes what another tool needs to work with the project. The same project gives the same files, byte for byte.

${list()}

  --target NAME   for this target of c360.yaml; without it, for its usual names
  --out PATH      write there instead of to the terminal
  --force         powerbi, synapse: overwrite what was edited since the last export

  c360 export azure-sql --out gold.sql

For powerbi
  --source S        parquet (default) or csv: a copy of gold is written beside the project; adls: gold in the lake;
                    azure_sql, snowflake, databricks: a target; odata: the feed of c360 serve
  --mode M          import (default) or directquery (azure_sql, snowflake, databricks)
  --with-personal   names, addresses and contacts as well; without it they are left out
  --url URL         of the folder gold in the lake (adls) or of the feed (odata)
  --data-folder D   where the machine that refreshes finds the copy of gold (default: where it is written)
  --no-data         write no copy of gold

  c360 export powerbi --target warehouse --mode directquery --out bi

For synapse, --target is a target in Azure SQL; what the data flows do not do of the contracts is told source by source.
`,
  options: {
    target: { type: 'string' },
    out: { type: 'string' },
    source: { type: 'string' },
    mode: { type: 'string' },
    'with-personal': { type: 'boolean' },
    url: { type: 'string' },
    'data-folder': { type: 'string' },
    'no-data': { type: 'boolean' },
    force: { type: 'boolean' },
  },
  async run(context) {
    const [name, ...more] = context.positionals
    const entry = name === undefined ? undefined : kinds[name]
    if (!entry || more.length > 0)
      throw new C360Error(
        'USAGE',
        name === undefined
          ? 'What is to be exported?'
          : `There is no export \`${[name, ...more].join(' ')}\`.`,
        {
          hint: `Known: ${Object.keys(kinds).join(', ')}.`,
        },
      )
    const { kind } = await entry.load()
    return kind.run(context)
  },
}
