import { C360Error } from '../errors.ts'
import {
  type Explainer,
  explainColumn,
  explainModelRows,
  makeExplainer,
  type Subject,
  sqlOf,
  subjectOf,
} from '../lineage/explain.ts'
import { piiOf } from '../lineage/pii.ts'
import { type Prepared, prepare } from '../run/prepare.ts'
import { type Command, type Context, flag, text, toJson } from './command.ts'
import { lineageText } from './lineage-text.ts'
import { rowsCsv, rowsText } from './rows-text.ts'
import { table } from './style.ts'

export const command: Command = {
  usage: 'TABLE[.COLUMN] [--where CONDITION] [--sql] [--limit N] [--csv] [--reveal] [--project DIR]',
  help: `
Where a column comes from, and the rows behind a figure.

  c360 explain customer_360.total_spend          its lineage, down to the columns of the files
  c360 explain silver.customers.email            the same for a source's column; schemas: gold, silver, conformed, rules
  c360 explain customer_360                      what the model promises, and what each column is made from
  c360 explain average_order_value_by_store --where "store_id = '11'"
                                                 the rows of the files behind these rows, with file and row number,
                                                 and the rows that were left out, with reasons

  --where C    a condition on the columns of the table (a gold model); asks the published version
  --sql        with a column: the SQL of every step, as a full rebuild runs it
  --limit N    at most N rows of each kind (default 20); their number is always said
  --csv        with --where: one line per row of a file
  --reveal     show names, addresses and the like (columns of class direct), which are *** otherwise
`,
  options: {
    where: { type: 'string' },
    sql: { type: 'boolean' },
    limit: { type: 'string' },
    csv: { type: 'boolean' },
    reveal: { type: 'boolean' },
  },
  async run(context) {
    const [name, ...more] = context.positionals
    if (name === undefined || more.length > 0)
      throw new C360Error('USAGE', 'Give one TABLE or TABLE.COLUMN.', {
        hint: 'For example: c360 explain customer_360.total_spend',
      })
    const prepared = await prepare(context.project)
    const explainer = await makeExplainer(prepared)
    const subject = subjectOf(explainer, name)
    if (text(context, 'where') !== undefined) await rows(context, explainer, prepared, subject)
    else if (subject.column === undefined) describe(context, explainer, subject)
    else await column(context, explainer, prepared, subject, subject.column)
    return 0
  },
}

async function column(
  context: Context,
  explainer: Explainer,
  prepared: Prepared,
  subject: Subject,
  name: string,
): Promise<void> {
  const lineage = explainColumn(explainer, subject, name)
  const steps = flag(context, 'sql') ? await sqlOf(prepared, lineage) : []
  if (context.json) {
    context.print(toJson(flag(context, 'sql') ? { ...lineage, steps } : lineage))
    return
  }
  context.print(lineageText(lineage, context.paint))
  for (const step of steps)
    context.print(`\n-- ${step.kind} ${step.name}\n${step.statements.map((sql) => `${sql};`).join('\n')}`)
}

function describe(context: Context, explainer: Explainer, subject: Subject): void {
  const { catalog, input } = explainer
  const model = subject.schema === 'gold' ? catalog.models.get(subject.table)?.model : undefined
  const columns = subject.columns.map((name) => {
    const { root, nodes, edges } = explainColumn(explainer, subject, name)
    const node = nodes.find(({ id }) => id === root)
    const from = edges.filter((edge) => edge.from === root && edge.role !== 'join' && edge.role !== 'filter')
    return {
      name,
      pii: node?.pii ?? piiOf(catalog, input.project, subject.table, name),
      description: node?.description ?? '',
      from: from.map(({ to }) => to),
    }
  })
  const { description, grain, rules, file } = model ?? {}
  const reconciles = model?.reconciles.map(({ label }) => label)
  if (context.json) {
    context.print(
      toJson({
        table: `${subject.schema}.${subject.table}`,
        description,
        grain,
        rules,
        file,
        reconciles,
        columns,
      }),
    )
    return
  }
  context.print(context.paint('bold', `${subject.schema}.${subject.table}`))
  if (model)
    context.print(
      `${model.description}\n\n  grain       ${model.grain.join(', ')}\n  reconciled  ${reconciles?.join('; ')}\n  rules       ${model.rules.join(', ') || 'none'}\n  written in  ${model.file}\n`,
    )
  const lines = columns.map(({ name, pii, description: what, from }) => [
    name,
    pii,
    from.length > 3 ? `${from.slice(0, 3).join(', ')}, ...` : from.join(', '),
    what,
  ])
  context.print(
    table(
      [{ title: 'column' }, { title: 'pii' }, { title: 'from' }, { title: 'what it is' }],
      lines,
      context.paint,
    ),
  )
}

async function rows(
  context: Context,
  explainer: Explainer,
  prepared: Prepared,
  subject: Subject,
): Promise<void> {
  if (subject.schema !== 'gold')
    throw new C360Error('USAGE', '--where asks about rows of a gold model.', {
      hint: `For rows of ${subject.schema}.${subject.table}: c360 sql "select * from ${subject.schema}.${subject.table} where ..". They carry _source_file and _row_number in silver.`,
    })
  const explained = await explainModelRows(explainer, prepared, subject, {
    where: text(context, 'where'),
    limit: limitOf(context),
    reveal: flag(context, 'reveal'),
  })
  if (context.json) context.print(toJson(explained))
  else if (flag(context, 'csv')) context.print(rowsCsv(explained).trimEnd())
  else context.print(rowsText(explained, context.paint))
}

function limitOf(context: Context): number {
  const limit = Number(text(context, 'limit') ?? 20)
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new C360Error('USAGE', '--limit takes a whole number above 0.')
  return limit
}
