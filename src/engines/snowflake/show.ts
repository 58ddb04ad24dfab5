import type { Session } from '../engine.ts'
import { dotted, literal } from './literals.ts'

export interface Showing {
  readonly database: string
  /** The schema readers look at, and the one that takes its place. */
  readonly shown: string
  readonly next: string
}

/**
 * Shows readers these models and no others: the views are made in a schema that nobody looks at, and then the two schemas
 * change names, which Snowflake does in one statement. Grants go with the schemas: both need those of the readers.
 */
export async function showBySwap(
  session: Session,
  { database, shown, next }: Showing,
  models: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const names = new Set([...models.keys()].map((name) => dotted(name)))
  const gone = (await viewsIn(session, database, next, signal)).filter((name) => !names.has(dotted(name)))
  await session.execute(
    [
      ...gone.map((name) => `drop view if exists ${dotted(database, next, name)}`),
      ...[...models].map(
        ([name, select]) => `create or replace view ${dotted(database, next, name)} copy grants as ${select}`,
      ),
      `alter schema ${dotted(database, shown)} swap with ${dotted(database, next)}`,
    ],
    signal ? { signal } : {},
  )
}

async function viewsIn(
  session: Session,
  database: string,
  schema: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const sql = `select table_name from ${dotted(database, 'information_schema', 'views')} where table_schema = ${literal(schema.toUpperCase())}`
  const found: string[] = []
  for await (const { columns } of session.stream(sql, signal)) found.push(...(columns[0] ?? []).map(String))
  return found
}
