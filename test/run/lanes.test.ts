import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/run/events.ts'
import { divided } from '../../src/run/lanes.ts'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import type { Manifest } from '../../src/run/versions.ts'
import { makeProject, type Scratch, scratch } from '../crash/project.ts'
import { contents, readManifest } from '../crash/warehouse.ts'

describe('threads', () => {
  test('of a large load are those of one statement', () => {
    expect(divided({ threads: 8 }, { rows: 5_000_000 })).toEqual({ lanes: 1, threads: 8 })
    expect(divided({ threads: 8 }, { bytes: 1e9 })).toEqual({ lanes: 1, threads: 8 })
  })

  test('of a small one are shared out, never more than the project allows', () => {
    expect(divided({ threads: 1 }, { rows: 1000 })).toEqual({ lanes: 1, threads: 1 })
    expect(divided({ threads: 2 }, { bytes: 1000 })).toEqual({ lanes: 2, threads: 1 })
    expect(divided({ threads: 64 }, { rows: 0 })).toEqual({ lanes: 3, threads: 1 })
  })
})

const BROKEN = `/* broken
description: Fails when it is made
grain: [n]
reconciles: { rows: count(dim_products) }
columns: { n: A number }
*/
select cast(name as bigint) as n from dim_products
`

const SLOW =
  '(select max(p.name) as name from dim_products p cross join fact_transactions a cross join fact_transactions b)'

describe('a run with three sessions', () => {
  let space: Scratch

  beforeAll(async () => {
    space = await scratch('c360-lanes-')
  })
  afterAll(() => space.remove())

  /** What is the same in every run: no ids and times of its own. */
  const lasting = ({ builtFrom, accounts, held, models, conflicts, lookups }: Manifest) =>
    JSON.stringify({ builtFrom, accounts, held, models, conflicts, lookups })

  /** Two runs: the files as generated, then more sales, some of them of new products. */
  async function published(threads: number) {
    const project = await makeProject(space.next(`threads-${threads}`), 200, `threads: ${threads}\n`)
    const events: RunEvent[] = []
    const told = { onEvent: (event: RunEvent) => void events.push(event) }
    const first = await run(await prepare(project), told)
    const sales = join(project, 'landing', 'OnlineTransactions.csv')
    const [head, ...lines] = (await readFile(sales, 'utf8')).split('\n')
    const again = lines.slice(0, 40).map((line) => `9${line}`)
    await writeFile(join(project, 'landing', 'OnlineTransactions-2.csv'), [head, ...again, ''].join('\n'))
    const second = await run(await prepare(project), told)
    const warehouse = join(project, 'warehouse')
    const files = [...first.files, ...second.files].map(({ source, path, rows }) => ({ source, path, rows }))
    return {
      manifests: [await readManifest(warehouse, 1), await readManifest(warehouse, 2)].map(lasting),
      contents: await contents(warehouse),
      files,
      events,
    }
  }

  test('publishes what one session does, told in the same order', async () => {
    const [one, three] = [await published(1), await published(3)]
    expect(three.contents).toEqual(one.contents)
    expect(three.manifests).toEqual(one.manifests)
    expect(three.files).toEqual(one.files)
    expect(mostAtOnce(one.events)).toBe(1)
    expect(mostAtOnce(three.events)).toBeGreaterThan(1)
  })

  test('models that fail are all named, in the order of the plan; one that needs such a model is not tried', async () => {
    const project = await makeProject(space.next('broken-more'), 50, 'threads: 3\n')
    await mkdir(join(project, 'models'))
    const put = (name: string, sql = BROKEN) =>
      writeFile(join(project, 'models', `${name}.sql`), sql.replace('broken', name))
    // It fails last: each row must be made first.
    await put('a_slow', BROKEN.replace('from dim_products', `from ${SLOW}`))
    await put('b_quick')
    await put('c_needs', BROKEN.replace('cast(name as bigint) as n from dim_products', 'n from b_quick'))
    const names = BROKEN.replace('cast(name as bigint)', 'name')
    await put('d_checks', names.replace('*/', 'checks: [{ name: whole, expect: cast(n as bigint) > 0 }]\n*/'))
    const done: string[] = []
    const onEvent = (event: RunEvent) => {
      if (event.type === 'step') done.push(event.name)
    }
    await expect(run(await prepare(project), { onEvent })).rejects.toMatchObject({
      code: 'PROJECT_INVALID',
      problems: [
        { file: 'models/a_slow.sql', line: 7 },
        { file: 'models/b_quick.sql', line: 7 },
        {
          file: 'models/d_checks.sql',
          line: 1,
          message: expect.stringMatching(/^d_checks: its checks do not run: Conversion Error/),
        },
      ],
    })
    expect(done).toContain('b_quick')
    expect(done).not.toContain('c_needs')
    expect(await readdir(join(project, 'warehouse'))).toEqual([])
  })

  test('is cancelled at once', async () => {
    const project = await makeProject(space.next('cancelled'), 50, 'threads: 3\n')
    const stop = new AbortController()
    const boundary = (name: string) => {
      if (name === 'step.model') stop.abort()
    }
    await expect(run(await prepare(project), { signal: stop.signal, boundary })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })
})

function mostAtOnce(events: readonly RunEvent[]): number {
  let now = 0
  let most = 0
  for (const { type } of events) {
    if (type === 'step') now++
    if (type === 'step_done') now--
    most = Math.max(most, now)
  }
  return most
}
