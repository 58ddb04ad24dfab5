import type { Remote, Session } from '../../engines/engine.ts'
import { besideSilver } from '../../plan/silver.ts'
import type { Plan, Step } from '../../plan/types.ts'
import { all } from '../execute.ts'
import type { TargetManifest } from './state.ts'

interface Marking {
  readonly remote: Remote
  readonly session: Session
}

/** Where the tables stand after a plan: those it touched are asked, the others are where they were. */
export async function marksAfter(
  marking: Marking,
  { steps, builtFrom }: Plan,
  base: TargetManifest | undefined,
): Promise<Pick<TargetManifest, 'tables' | 'gold'>> {
  const d = marking.remote.dialect
  const mark = (table: string) => markOf(marking, table)
  const tables: Record<string, string> = {}
  const gold: Record<string, string> = {}
  const touched = (kind: Step['kind'], name: string) =>
    base === undefined || steps.some((step) => step.kind === kind && step.name === name)
  const note = async (table: string, isTouched: boolean) => {
    tables[table] = (isTouched ? undefined : base?.tables[table]) ?? (await mark(table))
  }
  for (const { name } of besideSilver) await note(d.table('silver', name), true)
  for (const source of Object.keys(builtFrom.sources))
    await note(d.table('silver', source), touched('source', source))
  for (const relation of Object.keys(builtFrom.relations).filter((name) => name.startsWith(RULES)))
    await note(d.table('rules', relation.slice(RULES.length)), touched('relation', relation))
  for (const model of Object.keys(builtFrom.models))
    gold[model] =
      (touched('model', model) ? undefined : base?.gold[model]) ?? (await mark(d.table('gold', model)))
  return { tables, gold }
}

const RULES = 'rules.'

/** Takes silver and the rules back to where they stood when a version was committed; models are built anew from them. */
export async function takeBack(marking: Marking, { tables }: TargetManifest): Promise<void> {
  const { session, remote } = marking
  for (const [table, mark] of Object.entries(tables))
    if ((await markOf(marking, table)) !== mark) await session.execute(remote.marks.restore(table, mark))
}

async function markOf({ remote, session }: Marking, table: string): Promise<string> {
  const [row = {}] = await all(session, remote.marks.read(table))
  return remote.marks.of(row)
}
