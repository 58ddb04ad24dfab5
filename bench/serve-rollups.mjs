import { duckdb } from '../dist/engines/duckdb/index.js'
import { all } from '../dist/run/execute.js'
import { publishedDatabase } from '../dist/run/history.js'
import { loadProjectOrFail } from '../dist/run/prepare.js'
import { ask } from '../dist/semantic/ask.js'
import { contextSql, toContext } from '../dist/semantic/context.js'

/** Each different question of the pages, compiled with the version's rollups and as if it had none; milliseconds of both. */
export async function compareRollups(root, batches) {
  const project = await loadProjectOrFail(root)
  const { path } = await publishedDatabase(project)
  const session = await duckdb.connect({
    database: path,
    readOnly: true,
    ...(project.threads === undefined ? {} : { threads: project.threads }),
    ...(project.memory === undefined ? {} : { memory: project.memory }),
  })
  try {
    return await comparedIn(session, batches)
  } finally {
    await session[Symbol.asyncDispose]()
  }
}

async function comparedIn(session, batches) {
  const context = toContext(await all(session, contextSql(duckdb.dialect)))
  const compiled = (query, rollups) => ask(query, duckdb.dialect, { ...context, rollups }).asked.sql
  const timed = async (sql) => {
    const began = performance.now()
    const rows = await all(session, sql)
    return { took: performance.now() - began, text: textOf(rows) }
  }
  const asked = new Set()
  const compared = []
  for (const [page, { queries }] of batches) {
    for (const query of queries) {
      const [fast, slow] = [compiled(query, context.rollups), compiled(query, [])]
      if (asked.has(fast)) continue
      asked.add(fast)
      await timed(fast)
      const [rollups, base] = [await timed(fast), await timed(slow)]
      if (rollups.text !== base.text)
        throw new Error(`Rollups and base tables differ: ${JSON.stringify(query)}`)
      compared.push({
        page,
        name: nameOf(query),
        rollups: rollups.took,
        base: base.took,
        used: fast !== slow,
      })
    }
  }
  return compared
}

const textOf = (rows) =>
  JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))

function nameOf({ measures, by = [], filters, compare }) {
  const names =
    measures.length > 3
      ? `${measures.slice(0, 2).join(', ')} and ${measures.length - 2} more`
      : measures.join(', ')
  const groups = by.map(({ dimension, grain }) => grain ?? dimension)
  const where = Object.keys(filters?.values ?? {})
  return `${names}${groups.length > 0 ? ` by ${groups.join(', ')}` : ''}${where.length > 0 ? ` where ${where.join(', ')}` : ''}${compare ? `, against ${compare}` : ''}`
}
