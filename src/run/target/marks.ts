import type { Remembering, Remote, Session } from '../../engines/engine.ts'
import { besideSilver } from '../../plan/silver.ts'
import type { Plan, Step } from '../../plan/types.ts'
import { all } from '../execute.ts'
import { besides } from './besides.ts'
import type { TargetManifest } from './state.ts'

interface Marking {
  readonly remote: Remote
  readonly session: Session
}

/** Where the tables stand after a plan: those it touched are asked, or kept, the others are where they were. */
export async function marksAfter(
  marking: Marking,
  { steps, builtFrom }: Plan,
  base: TargetManifest | undefined,
  version: number,
): Promise<Pick<TargetManifest, 'tables' | 'gold'>> {
  const d = marking.remote.dialect
  const touched = (kind: Step['kind'], name: string) =>
    base === undefined || steps.some((step) => step.kind === kind && step.name === name)
  const rules = Object.keys(builtFrom.relations).filter((name) => name.startsWith(RULES))
  const tables: Noted[] = [
    ...besideSilver.map(({ name }) => ({ table: d.table('silver', name), isTouched: true })),
    ...Object.keys(builtFrom.sources).map((source) => ({
      table: d.table('silver', source),
      isTouched: touched('source', source),
    })),
    ...rules.map((relation) => ({
      table: d.table('rules', relation.slice(RULES.length)),
      isTouched: touched('relation', relation),
    })),
  ].map((noted) => ({ ...noted, key: noted.table, before: base?.tables[noted.table] }))
  const gold: Noted[] = Object.keys(builtFrom.models).map((model) => ({
    key: model,
    table: d.table('gold', model),
    isTouched: touched('model', model),
    before: base?.gold[model],
  }))
  const marks = await besides(marking, [...tables, ...gold], async ({ key, table, isTouched, before }) => {
    const known = isTouched ? undefined : before
    return [key, known ?? (await newMark(marking, table, version))] as const
  })
  return {
    tables: Object.fromEntries(marks.slice(0, tables.length)),
    gold: Object.fromEntries(marks.slice(tables.length)),
  }
}

interface Noted {
  readonly key: string
  readonly table: string
  readonly isTouched: boolean
  /** Its mark in the version before. */
  readonly before: string | undefined
}

const RULES = 'rules.'

/**
 * Statements that give up, once readers are shown a version, what was kept for the one before, and by runs that died: those
 * had the numbers between.
 */
export function forgetting(
  { marks, dialect: d }: Remote,
  before: Pick<TargetManifest, 'version' | 'tables' | 'gold'> | undefined,
  now: Pick<TargetManifest, 'version' | 'tables' | 'gold'>,
): string[] {
  if (!('keep' in marks)) return []
  const kept = ({ tables, gold }: Pick<TargetManifest, 'tables' | 'gold'>) =>
    new Map([
      ...Object.entries(tables),
      ...Object.entries(gold).map(([model, mark]) => [d.table('gold', model), mark] as const),
    ])
  const [old, own] = [before ? kept(before) : new Map<string, string>(), kept(now)]
  const dead = Array.from({ length: now.version - (before?.version ?? 0) - 1 }, (_, i) => now.version - 1 - i)
  return [...new Set([...old.keys(), ...own.keys()])].flatMap((table) => {
    const mark = old.get(table)
    const gone = [
      ...(mark === undefined || mark === own.get(table) ? [] : [mark]),
      ...dead.map(markOfVersion),
    ]
    return gone.flatMap((one) => marks.forget(table, one))
  })
}

const markOfVersion = (version: number): string => `V${version}`

/** Takes silver and the rules back to where they stood when a version was committed; models are built anew from them. */
export async function takeBack(marking: Marking, { tables }: TargetManifest): Promise<void> {
  const { session, remote } = marking
  for (const [table, mark] of Object.entries(tables))
    if (!(await standsAt(marking, table, mark))) await session.execute(remote.marks.restore(table, mark))
}

/** An engine that forgets cannot tell; going back costs it little. */
const standsAt = async (
  { remote: { marks }, session }: Marking,
  table: string,
  mark: string,
): Promise<boolean> => !('keep' in marks) && (await markOf(marks, session, table)) === mark

async function newMark(
  { remote: { marks }, session }: Marking,
  table: string,
  version: number,
): Promise<string> {
  if (!('keep' in marks)) return markOf(marks, session, table)
  const mark = markOfVersion(version)
  await session.execute(marks.keep(table, mark))
  return mark
}

async function markOf(marks: Remembering, session: Session, table: string): Promise<string> {
  const [row = {}] = await all(session, marks.read(table))
  return marks.of(row)
}
