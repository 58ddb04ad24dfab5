import { prepare } from '../run/prepare.ts'
import { preview } from '../run/preview.ts'
import { type Command, flag, toJson } from './command.ts'
import { count, table } from './style.ts'

export const command: Command = {
  usage: '[--sql] [--full-refresh] [--project DIR]',
  help: `
Shows what \`c360 run\` would do and why: new files, then each step with its reason. Nothing is written.
Files that are new are named but not read, so what is behind them is planned as one would find it after a first look.

  --sql            print the SQL of every step, exactly as a run executes it (RUN stands for the run's id)
  --full-refresh   plan as if everything were rebuilt from bronze
`,
  options: { sql: { type: 'boolean' }, 'full-refresh': { type: 'boolean' } },
  async run(context) {
    const prepared = await prepare(context.project)
    const { plan, files, copies } = await preview(prepared, { fullRefresh: flag(context, 'full-refresh') })
    if (context.json) {
      context.print(toJson({ files, copies, ...plan }))
      return 0
    }
    if (files.length > 0) {
      const rows = files.map(({ path, source, outcome, rows: records }) => [
        path,
        source,
        outcome,
        records === undefined ? '' : count(records),
      ])
      const columns = [
        { title: 'file' },
        { title: 'source' },
        { title: 'would be' },
        { title: 'rows', align: 'right' as const },
      ]
      context.print(`${table(columns, rows, context.paint)}\n`)
    }
    if (plan.steps.length === 0) {
      context.print('Nothing to do: no new rows, contract, model, rule or decision.')
      return 0
    }
    if (flag(context, 'sql')) {
      for (const { path, statements } of copies)
        context.print(`-- bronze ${path}\n${statements.join(';\n')};\n`)
      for (const step of plan.steps)
        context.print(
          `-- ${step.kind} ${step.name}: ${step.why.join('; ')}\n${[...step.statements, ...(step.afterwards ?? [])].join(';\n')};\n`,
        )
      return 0
    }
    const rows = plan.steps.map((step) => [
      step.kind === 'source' ? `${step.kind} (${step.mode})` : step.kind,
      step.name,
      step.why.join('; '),
    ])
    context.print(table([{ title: 'step' }, { title: 'name' }, { title: 'why' }], rows, context.paint))
    return 0
  },
}
