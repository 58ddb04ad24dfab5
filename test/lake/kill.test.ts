import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Build, copyBuild } from '../crash/build.ts'
import { type Bench, bench, current, TABLE } from './support.ts'

let build: Build
beforeAll(async () => {
  build = await copyBuild()
}, 60_000)
afterAll(() => build?.remove())

let b: Bench
beforeEach(async () => {
  b = await bench('c360-kill-')
})
afterEach(() => b[Symbol.asyncDispose]())

function writer(name: string, count: number, ...kill: readonly string[]) {
  const script = join(import.meta.dirname, 'writer.js')
  const child = spawn(
    process.execPath,
    [script, join(build.root, 'dist'), b.root, TABLE, name, String(count), ...kill],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const ended = new Promise<string>((done) =>
    child.on('exit', (code, signal) => done(signal ?? String(code))),
  )
  return { child, ended }
}

const rows = async () => b.values(`select writer || ' ' || n from ${await current(b)} order by writer, n`)
const expected = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name} ${n}`)

describe('a writer killed', () => {
  it.each([
    ['lake.before_commit', 9, undefined],
    ['lake.after_commit', 10, undefined],
    ['lake.before_checkpoint', 10, undefined],
    ['lake.after_checkpoint', 10, 10],
  ])(
    'at %s leaves version %i, and its next run makes the table whole',
    async (boundary, left, checkpoint) => {
      expect(await writer('w', 12, boundary, '10').ended).toBe('SIGKILL')
      expect((await b.table.snapshot())?.version).toBe(left)
      expect(await rows()).toEqual(
        expected('w', left + 1).sort((x, y) => Number(x.slice(2)) - Number(y.slice(2))),
      )
      const hint = await b.store.read(b.log('_last_checkpoint'))
      expect(hint && JSON.parse(String(hint)).version).toBe(checkpoint)
      expect(await writer('w', 12).ended).toBe('0')
      expect(await rows()).toEqual(expected('w', 12))
    },
    30_000,
  )

  it('at any moment, among others, loses and doubles nothing, and readers always find a whole table', async () => {
    const names = ['a', 'b', 'c']
    let kills = 0
    const persist = async (name: string): Promise<void> => {
      for (let mercy = 100; ; mercy += 100) {
        const { child, ended } = writer(name, 12)
        const alarm = setTimeout(() => child.kill('SIGKILL'), mercy + Math.random() * 100)
        const end = await ended
        clearTimeout(alarm)
        if (end === '0') return
        expect(end).toBe('SIGKILL')
        kills++
      }
    }
    const writing = Promise.all(names.map(persist))
    let done = false
    const finished = writing.finally(() => {
      done = true
    })
    let last = -1
    while (!done) {
      const snapshot = await b.table.snapshot()
      expect(snapshot?.files.length ?? 0).toBe((snapshot?.version ?? -1) + 1)
      expect(snapshot?.version ?? -1).toBeGreaterThanOrEqual(last)
      last = snapshot?.version ?? -1
      await pause(20)
    }
    await finished
    expect(kills).toBeGreaterThanOrEqual(names.length)
    expect(await rows()).toEqual(names.flatMap((name) => expected(name, 12)))
  }, 60_000)
})
