import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FUNCTION_HINTS, FUNCTIONS } from '../../src/sql/functions.ts'
import { NODE_HINTS } from '../../src/sql/subset.ts'

const page = readFileSync(new URL('../../docs/sql.md', import.meta.url), 'utf8')

/** Cells of a table are padded by whoever formats the page. */
const rows = page.split('\n').map((line) => line.replaceAll(/\s*\|\s*/g, '|'))

test('the page names everything that has a hint, with the hint', () => {
  const wanted = [...Object.entries(NODE_HINTS), ...Object.entries(FUNCTION_HINTS)].map(([name, hint]) =>
    row(name, hint),
  )
  expect(wanted.filter((line) => !rows.includes(line))).toEqual([])
})

test('the page names every function, and nothing that is not refused', () => {
  const functions = rows.find((line) => line.startsWith('|functions|')) ?? ''
  expect([...FUNCTIONS].filter((name) => !functions.includes(`\`${name}\``))).toEqual([])
  const listed = rows.slice(rows.indexOf('|refused|instead|') + 2).filter((line) => line.startsWith('|'))
  expect(listed).toHaveLength(Object.keys(NODE_HINTS).length + Object.keys(FUNCTION_HINTS).length)
})

const row = (name: string, hint: string): string =>
  `|\`${words(name)}\`|${hint.replaceAll('|', '\\|').replaceAll(/\s*\|\s*/g, '|')}|`

/** `select.order_by` is told as `order by` in select. */
const words = (name: string): string => name.replaceAll('_', ' ').split('.').reverse().join('` in `')
