import { resolve } from 'node:path'
import { C360Error, fromSystemError } from '../errors.ts'
import { type GeneratorName, generators, type Manifest, manifestFolder } from '../samples/index.ts'
import { type Command, type Context, flag, text, toJson } from './command.ts'
import { count, table } from './style.ts'

export const command: Command = {
  usage: 'retail|choice|unified DIR [--customers N] [--seed S] [--clean]',
  help: `
Writes a believable retailer's exports into DIR (a landing folder): seasons, peak hours, a few customers who spend most,
tickets after orders; and about one record in a hundred is broken on purpose.

  retail     nine CSV files: customers, products, stores, agents, online and in-store sales, service, loyalty
  choice     four workbooks: customer master, support tickets, transactions, web sessions
  unified    all thirteen, about the same customers

DIR.manifest beside it tells every planted defect (defects.jsonl) and what the data means (manifest.json).
The same options give the same data.

  --customers N    default 10000
  --seed S         default 1
  --clean          plant nothing
`,
  options: { customers: { type: 'string' }, seed: { type: 'string' }, clean: { type: 'boolean' } },
  async run(context) {
    const [kind, dir] = context.positionals
    if (!isGenerator(kind) || dir === undefined)
      throw new C360Error('USAGE', 'What (retail, choice or unified), and where to?', {
        hint: 'c360 generate retail my-project/landing',
      })
    const manifest = await generate(context, kind, resolve(dir), {
      customers: wholeNumber(context, 'customers', 10_000),
      seed: wholeNumber(context, 'seed', 1),
      dirt: !flag(context, 'clean'),
    })
    context.print(
      context.json
        ? toJson(manifest)
        : `${filesWritten(manifest, context)}\n\nWritten to ${dir}; what was planted is told in ${manifestFolder(dir)}`,
    )
    return 0
  },
}

const isGenerator = (name: string | undefined): name is GeneratorName =>
  name !== undefined && Object.hasOwn(generators, name)

export function wholeNumber(context: Context, name: string, fallback: number): number {
  const given = text(context, name)
  const value = given === undefined ? fallback : Number(given)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new C360Error('USAGE', `--${name} takes a whole number, not \`${given}\`.`)
  return value
}

export async function generate(
  context: Context,
  generator: GeneratorName,
  dir: string,
  options: { customers: number; seed: number; dirt: boolean },
): Promise<Manifest> {
  let shown = 0
  const onProgress = (done: number, total: number) => {
    const percent = Math.floor((100 * done) / total)
    if (!context.interactive || percent === shown) return
    shown = percent
    process.stderr.write(percent < 100 ? `\rgenerating ${percent} %` : '\r\u001b[2K')
  }
  try {
    return await generators[generator](dir, { ...options, signal: context.signal, onProgress })
  } catch (error) {
    if (error instanceof RangeError) throw new C360Error('USAGE', error.message, { cause: error })
    if (context.signal.aborted) throw new C360Error('CANCELLED', 'Cancelled.', { cause: error })
    throw fromSystemError(error, `writing ${dir}`)
  }
}

export function filesWritten({ files }: Manifest, context: Context): string {
  const rows = Object.entries(files).map(([file, { rows: n, quarantined, superseded }]) => [
    file,
    count(n),
    count(quarantined),
    count(superseded),
  ])
  const right = (title: string) => ({ title, align: 'right' as const })
  return table(
    [{ title: 'file' }, right('records'), right('planted to be held'), right('planted to be replaced')],
    rows,
    context.paint,
  )
}
