import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const usageHook = new URL('usage.mjs', import.meta.url).href

/** Runs a Node program to its end: wall and CPU seconds of the whole process, peak memory in MiB. */
export function measureNode(program, args) {
  return measured(process.execPath, ['--import', usageHook, program, ...args])
}

/** Runs `command`, which writes its own usage to the file named by BENCH_USAGE. */
export function measured(command, args, env = {}) {
  const report = join(tmpdir(), `bench-usage-${process.pid}.json`)
  const began = performance.now()
  const done = spawnSync(command, args, {
    env: { ...process.env, ...env, BENCH_USAGE: report },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const wall = (performance.now() - began) / 1000
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${done.stdout}${done.stderr}`)
  const usage = JSON.parse(readFileSync(report, 'utf8'))
  rmSync(report)
  return { wall, ...usage }
}

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** The median of each figure over several measurements. */
export const median = (list) =>
  Object.fromEntries(['wall', 'cpu', 'rss'].map((key) => [key, middle(list.map((one) => one[key]))]))
