import { C360Error } from '../errors.ts'
import { diffVersions, type TableDiff } from '../run/diff.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { type Command, toJson } from './command.ts'
import { count, table } from './style.ts'

export const command: Command = {
  usage: 'V1 V2 [--project DIR]',
  help: `
Compares every gold table of two versions: rows, rows that went and came, and each money column whose total changed.
Versions are numbers from \`c360 runs\`; candidates made with --no-publish may be named too.
`,
  async run(context) {
    const [before, after] = context.positionals.map(Number)
    if (!Number.isInteger(before) || !Number.isInteger(after) || before === undefined || after === undefined)
      throw new C360Error('USAGE', 'Two version numbers are needed.', {
        hint: 'For example `c360 diff 3 4`; see `c360 runs`.',
      })
    const diffs = await diffVersions(await loadProjectOrFail(context.project), before, after)
    if (context.json) {
      context.print(toJson(diffs))
      return 0
    }
    const changed = diffs.filter(
      ({ removed, added, rows }) => removed + added > 0 || rows[0] === undefined || rows[1] === undefined,
    )
    if (changed.length === 0)
      context.print(`Gold is the same in versions ${before} and ${after}: ${diffs.length} tables.`)
    else {
      const right = (title: string) => ({ title, align: 'right' as const })
      const columns = [
        { title: 'table' },
        right(`rows in ${before}`),
        right(`rows in ${after}`),
        right('went'),
        right('came'),
        { title: 'totals' },
      ]
      context.print(table(columns, changed.map(diffRow), context.paint))
      context.print(`\n${diffs.length - changed.length} of ${diffs.length} tables are the same.`)
    }
    return 0
  },
}

const cell = (rows: number | undefined): string => (rows === undefined ? 'absent' : count(rows))

const diffRow = ({ table: name, rows, removed, added, totals }: TableDiff): string[] => [
  name,
  cell(rows[0]),
  cell(rows[1]),
  count(removed),
  count(added),
  totals.map(({ column, before, after }) => `${column} ${before ?? 'null'} -> ${after ?? 'null'}`).join('; '),
]
