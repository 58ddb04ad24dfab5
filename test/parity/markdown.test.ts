import { expect, test } from 'vitest'
import { toMarkdown } from '../../src/parity/markdown.ts'
import { compared } from './sides.ts'

test('a certificate says what differs in words, and nothing of the data is markup', async () => {
  const a = [
    "create table gold.a_b as select * from (values (1, 'x|y'), (2, ' '), (3, null), (5, 'e')) t(id, \"note_\")",
    'create table gold.gone as select 1 as id',
    'create table gold.same as select range as id from range(20)',
  ]
  const b = [
    "create table gold.a_b as select * from (values (1, '<b>*x*</b>'), (2, ''), (3, 'NULL'), (4, 'd')) t(id, \"note_\")",
    'create table gold.same as select range as id from range(20)',
  ]
  const text = toMarkdown(await compared(a, b, { grain: ['id'] }))
  expect(text).toMatch(
    /^# Parity of gold: DIFFERS\n\na and b do not hold the same gold: 1 table differs, 1 table is not comparable, 1 table is equal\.\n/,
  )
  expect(text).toContain('| a_b | 4 | 4 | 2 | differs |  |')
  expect(text).toContain('| gone | 1 | missing | 0 | not comparable |  |')
  expect(text).toMatch(/\| same \| 20 \| 20 \| 1 \| equal \| [0-9a-f]{32} \|/)
  expect(text).toContain('3 rows changed in note\\_; 1 row only in a; 1 row only in b.')
  expect(text).toContain('| id = 1 | note\\_ "x\\|y" -\\> "\\<b\\>\\*x\\*\\</b\\>" |')
  expect(text).toContain('| id = 2 | note\\_ " " -\\> "" |')
  expect(text).toContain('| id = 3 | note\\_ NULL -\\> "NULL" |')
  expect(text).toContain('| id = 4 | only in b |')
  expect(text).toContain('| note\\_ | VARCHAR | VARCHAR | 1 | 0 |')
  expect(text).toContain('Table `gone` is missing in b.'.replaceAll('`', '\\`'))
})

test('values that changed places, and rows beyond those shown', async () => {
  const rows = (order: string) => [`create table gold.t as select range as id, ${order} as x from range(40)`]
  const text = toMarkdown(await compared(rows('range'), rows('39 - range'), { grain: ['id'], show: 2 }))
  expect(text).toContain('40 rows changed in x; each column holds the same values, in other rows.')
  expect(text).toContain('The first 2 of 40 differing rows are shown.')
})
