import { duckdb } from '../dist/engines/duckdb/index.js'
import { all } from '../dist/run/execute.js'
import { publishedDatabase } from '../dist/run/history.js'
import { loadProjectOrFail } from '../dist/run/prepare.js'
import { toAnswer } from '../dist/semantic/answer.js'
import { ask } from '../dist/semantic/ask.js'
import { contextSql, toContext } from '../dist/semantic/context.js'
import { allRows, SumsInMemory } from '../dist/semantic/memory/sums-in-memory.js'
import { partSql } from '../dist/semantic/parts.js'

/** Each different question of the pages as the server answers it, by the version's rollups alone, and from base tables; milliseconds of each. */
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
  const signal = new AbortController().signal
  const memory = new SumsInMemory(duckdb.dialect, context, (sql) => session.stream(sql, signal))
  const timed = async (asked, answer) => {
    const began = performance.now()
    const rows = await answer()
    return { took: performance.now() - began, text: JSON.stringify(toAnswer(asked, rows)) }
  }
  const compiled = (query, rollups) => ask(query, duckdb.dialect, { ...context, rollups }).asked
  const seen = new Set()
  const compared = []
  for (const [page, { queries }] of batches) {
    for (const query of queries) {
      const [fast, slow] = [compiled(query, context.rollups), compiled(query, [])]
      if (seen.has(fast.sql)) continue
      seen.add(fast.sql)
      memory.left(fast.plan)
      await memory.settled()
      const remembered = () => rowsFrom(memory, fast, session)
      await timed(fast, remembered)
      const served = await timed(fast, remembered)
      const rollups = await timed(fast, () => rowsOf(session, fast.sql))
      const base = await timed(slow, () => rowsOf(session, slow.sql))
      if (rollups.text !== base.text || served.text !== base.text)
        throw new Error(`Memory, rollups and base tables differ: ${JSON.stringify(query)}`)
      compared.push({
        page,
        name: nameOf(query),
        served: served.took,
        rollups: rollups.took,
        base: base.took,
        used: fast.sql !== slow.sql,
      })
    }
  }
  return compared
}

/** As the server answers: from sums in memory, and from the warehouse what they do not hold. */
async function rowsFrom(memory, { plan, sql }, session) {
  const left = memory.left(plan)
  if (!left) return rowsOf(session, sql)
  const parts = new Map()
  for (const part of left) parts.set(part, await rowsOf(session, partSql(duckdb.dialect, part)))
  return memory.rows(plan, parts)
}

const rowsOf = (session, sql) => allRows(session.stream(sql, new AbortController().signal))

function nameOf({ measures, by = [], filters, compare }) {
  const names =
    measures.length > 3
      ? `${measures.slice(0, 2).join(', ')} and ${measures.length - 2} more`
      : measures.join(', ')
  const groups = by.map(({ dimension, grain }) => grain ?? dimension)
  const where = Object.keys(filters?.values ?? {})
  return `${names}${groups.length > 0 ? ` by ${groups.join(', ')}` : ''}${where.length > 0 ? ` where ${where.join(', ')}` : ''}${compare ? `, against ${compare}` : ''}`
}
