import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadProject } from '../../src/project/load.ts'

const CASES = join(import.meta.dirname, 'cases')
const names = readdirSync(CASES).sort()

describe('a folder is a case: what is written in it gives exactly these problems', () => {
  test('there are at least 25', () => expect(names.length).toBeGreaterThanOrEqual(25))

  test.each(names)('%s', async (name) => {
    const root = join(CASES, name)
    const { project, problems } = await loadProject(root)
    const found = problems.map(({ message, ...problem }) => ({
      ...problem,
      message: message.replace(root, '.'),
    }))
    const expected: unknown = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8'))
    expect(found).toEqual(expected)
    expect(project === undefined).toBe(problems.some(({ severity }) => severity !== 'warn'))
    for (const problem of problems)
      expect(problem).toMatchObject({ file: expect.any(String), line: expect.any(Number) })
  })
})
