// How long `c360 init` looks at 1 GB of CSV: order lines and customers, made once. node bench/init.mjs [GB] [runs]
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'
import { measureNode, median } from './measure.mjs'

const main = process.env.C360_MAIN ?? fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const gigabytes = Number(process.argv[2] ?? 1)
const runs = Number(process.argv[3] ?? 3)
const dir = await mkdtemp(join(tmpdir(), 'c360-bench-init-'))

const lines = Math.round(13_300_000 * gigabytes)
const queries = {
  Orders: `select 'ORD-' || (1000000 + i // 3) as OrderID, i % 3 + 1 as LineNo, hash(i // 3) % 900000 as CustomerID, hash(i, 1) % 5000 as ProductID,
    strftime(timestamp '2023-01-01' + to_seconds((hash(i // 3, 2) % 63000000)::bigint), '%d/%m/%Y %H:%M:%S') as OrderDate,
    (hash(i, 3) % 50000 / 100.0)::decimal(10, 2) as Amount, ['Completed', 'Pending', 'Failed'][1 + (hash(i // 3, 4) % 3)::int] as Status,
    ['Credit Card', 'PayPal', 'Gift Card'][1 + (hash(i // 3, 5) % 3)::int] as PaymentMethod from range(${lines}) t(i)`,
  Customers: `select i as CustomerID, 'Person ' || i as Name, 'p' || i || '@example.org' as Email, 'Street ' || i % 1000 || ', Town' as Address
    from range(${Math.round(900_000 * gigabytes)}) t(i)`,
}

try {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  for (const [name, sql] of Object.entries(queries))
    await connection.run(`copy (${sql}) to '${join(dir, `${name}.csv`)}' (header)`)
  const sizes = await Promise.all(
    (await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size),
  )
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const measured = []
  for (let run = 0; run < runs; run++) {
    const project = await mkdtemp(join(tmpdir(), 'c360-bench-project-'))
    measured.push(measureNode(main, ['init', project, '--from', dir, '--yes']))
    execFileSync(process.execPath, [main, 'check', '-p', project])
    await rm(project, { recursive: true })
  }
  const { wall, cpu, rss } = median(measured)
  console.log(
    `${(bytes / 1e9).toFixed(2)} GB, ${runs} runs: median ${wall.toFixed(1)} s (${measured.map((one) => one.wall.toFixed(1)).join(', ')}), ${cpu.toFixed(1)} s of CPU, ${rss.toFixed(0)} MiB`,
  )
} finally {
  await rm(dir, { recursive: true, force: true })
}
