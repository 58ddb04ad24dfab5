import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeIndex } from '../../src/server/people/profile-index.ts'
import { openIndex, overFacts } from '../../src/server/people/profile-reader.ts'
import { timelineOf } from '../../src/server/people/timeline.ts'
import { Hosted } from '../../src/server/projects/hosted.ts'
import { serveShop } from './data-support.ts'

test.each([
  ['all at once', undefined],
  ['two rows at a time', 2],
])('the copy sorted by customer, %s, says what the facts say, of every customer', async (_, atOnce) => {
  const api = await serveShop({ published: true })
  const scratch = await mkdtemp(join(tmpdir(), 'c360-index-'))
  const { signal } = new AbortController()
  const hosted = new Hosted('shop', api.root, signal)
  {
    await using lease = await hosted.lease()
    const { project } = await hosted.prepared()
    const file = { database: lease.database, path: join(scratch, 'index.duckdb') }
    await writeIndex(project, file, atOnce)
    const [facts, index] = [overFacts(lease, project), await openIndex(lease, file.path)]
    for (const id of ['1', '2', '3', 'nobody', "'"]) {
      const everything = async (reader: typeof facts) => [
        await timelineOf(reader, id, { kinds: [], limit: 100 }, signal),
        await reader.rows(`select * from ${reader.customer(id)}`, signal),
        await reader.rows(`select * from ${reader.sourceIds(id)} order by all`, signal),
        await reader.rows(`select * from ${reader.openTickets(id)} order by all`, signal),
      ]
      expect(await everything(index)).toEqual(await everything(facts))
    }
    const { entries } = await timelineOf(index, '2', { kinds: [], limit: 100 }, signal)
    expect(entries.map((entry) => entry.id)).toEqual(['A3', 'A2'])
  }
  await hosted.close()
  await api.close()
  await rm(scratch, { recursive: true, force: true })
})
