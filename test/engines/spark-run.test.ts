import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { sparkRemote } from '../../src/engines/spark/remote.ts'
import { sparkHome } from '../support/spark.ts'
import { startSparkThrift } from '../support/spark-thrift.ts'
import { contract } from './contract.ts'

const home = await sparkHome()
const folder = await mkdtemp(join(tmpdir(), 'c360-spark-run-'))
const spark = 'skipped' in home ? undefined : await startSparkThrift(home, folder)
afterAll(async () => {
  await spark?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

let targets = 0

contract({
  name: 'Spark',
  ...('skipped' in home ? { skipped: home.skipped } : {}),
  remote(lake) {
    const [host, port] = [spark?.host ?? '', spark?.port ?? 0]
    const lakeUrl = lake === undefined ? {} : { lakeUrl: `file:${lake}` }
    const place = { schemaPrefix: `run${++targets}_`, ...lakeUrl }
    return sparkRemote('spark', host, place, async () => ({ engine: 'spark', host, port }))
  },
  always: ['first'],
})
