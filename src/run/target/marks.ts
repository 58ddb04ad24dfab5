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
  { steps }: Plan,
  base: TargetManifest | undefined,
): Promise<Pick<TargetManifest, 'tables' | 'gold'>> {
  const d = marking.remote.dialect
  const tables: Record<string, string> = { ...base?.tables }
  const gold: Record<string, string> = { ...base?.gold }
  const mark = async (table: string) => {
    tables[table] = await markOf(marking, table)
  }
  for (const { name } of besideSilver) await mark(d.table('silver', name))
  for (const step of steps) {
    if (step.kind === 'model') gold[step.name] = await markOf(marking, d.table('gold', step.name))
    else if (step.kind === 'drop') forget(step, { tables, gold }, d.table('silver', step.name))
    else if (step.kind === 'source') await mark(d.table('silver', step.name))
    else if (step.name.startsWith('rules.')) await mark(d.table('rules', step.name.slice('rules.'.length)))
  }
  return { tables, gold }
}

function forget(
  { name }: Step,
  { tables, gold }: Record<'tables' | 'gold', Record<string, string>>,
  silver: string,
): void {
  delete gold[name]
  delete tables[silver]
}

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
