// A writer in a process of its own, to be killed: node writer.js COMPILED ROOT TABLE NAME COUNT [BOUNDARY COMMIT].
// Appends COUNT files of one row, each in a transaction; with BOUNDARY kills itself there, at its COMMIT-th append.
import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [compiled = '', root = '', path = '', name = '', count = '', killAt = '', killCommit = ''] =
  process.argv.slice(2)
const load = (file) => import(pathToFileURL(join(compiled, file)).href)
const { duckdb } = await load('engines/duckdb/index.js')
const { openTable } = await load('lake/table.js')
const { localStore } = await load('storage/local.js')

const session = await duckdb.connect({ threads: 1 })
const table = openTable(localStore(root), path, session)
await mkdir(join(root, path), { recursive: true })

for (let i = 0; i < Number(count); i++) {
  const file = `${name}-${i}-${process.pid}.parquet`
  const url = join(root, path, file)
  await session.execute([`copy (select '${name}' as writer, ${i}::bigint as n) to '${url}' (format parquet)`])
  const { size, mtimeMs } = statSync(url)
  await table.append({
    columns: [
      { name: 'writer', type: 'string' },
      { name: 'n', type: 'long' },
    ],
    files: [{ path: file, size, modified: mtimeMs, rows: 1, tags: {} }],
    txn: { appId: name, version: i },
    operation: 'TEST',
    boundary: (at) => {
      if (at === killAt && i === Number(killCommit)) process.kill(process.pid, 'SIGKILL')
    },
  })
}
await session[Symbol.asyncDispose]()
