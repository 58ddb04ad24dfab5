import { type Prepared, prepare } from '../run/prepare.ts'
import { type Preview, preview } from '../run/preview.ts'
import { type Command, type Context, flag, text, toJson } from './command.ts'
import { count, table } from './style.ts'

export const command: Command = {
  usage: '[--target NAME] [--sql] [--full-refresh] [--project DIR]',
  help: `
Shows what \`c360 run\` would do and why: new files, then each step with its reason. Nothing is written.
Files that are new are named but not read, so what is behind them is planned as one would find it after a first look.

  --sql            print the SQL of every step, exactly as a run executes it (RUN stands for the run's id)
  --target NAME    plan a run upon that target, in the words of its engine; nothing is written there either
  --full-refresh   plan as if everything were rebuilt from bronze
`,
  options: { sql: { type: 'boolean' }, target: { type: 'string' }, 'full-refresh': { type: 'boolean' } },
  async run(context) {
    const prepared = await prepare(context.project)
    const { plan, files, copies, rows: passing } = await previewWhere(prepared, context)
    if (context.json) {
      context.print(toJson({ files, copies, ...(passing === undefined ? {} : { rows: passing }), ...plan }))
      return 0
    }
    if (passing !== undefined) context.print(`${passing}\n`)
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

/** For a target, also what passes through this program on the way there. */
async function previewWhere(prepared: Prepared, context: Context): Promise<Preview & { rows?: string }> {
  const fullRefresh = flag(context, 'full-refresh')
  const target = text(context, 'target')
  if (target === undefined) return preview(prepared, { fullRefresh })
  const [{ openTarget }, { previewThere }] = await Promise.all([
    import('../run/target/open.ts'),
    import('../run/target/preview.ts'),
  ])
  const remote = await openTarget(prepared.project, target)
  return previewThere(prepared, remote, { fullRefresh, signal: context.signal })
}
