import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { duckdbTarget } from '../../src/engines/duckdb/sql-target.ts'
import { notPortable } from '../../src/sql/portable.ts'
import { printQuery } from '../../src/sql/print.ts'
import { type Random, randomFrom } from '../support/random.ts'
import { parsed } from './printing.ts'

const connection = await (await DuckDBInstance.create(':memory:')).connect()
await connection.run(
  "create table t as select * from (values (1, 2, 'ab', 'b', true, false), (2, -1, '', 'ab', null, true), (null, 0, null, 'x1', false, null), (3, 3, 'b', 'b%', true, true)) v(a, b, code, name, p, q)",
)
const columns = [
  ['a', { kind: 'integer', bits: 32 }],
  ['b', { kind: 'integer', bits: 32 }],
  ['code', { kind: 'text' }],
  ['name', { kind: 'text' }],
  ['p', { kind: 'boolean' }],
  ['q', { kind: 'boolean' }],
] as const

type Kind = 'number' | 'text' | 'truth'
/** Written without a single bracket, so that only precedence says what belongs together. */
function expression(random: Random, kind: Kind, depth: number): string {
  const sub = (other: Kind): string => expression(random, other, depth - 1)
  const forms = depth === 0 ? LEAVES[kind] : [...LEAVES[kind], ...FORMS[kind], ...FORMS[kind]]
  return random
    .pick(forms)
    .replaceAll(/[NTB]/g, (letter) => sub(letter === 'N' ? 'number' : letter === 'T' ? 'text' : 'truth'))
}

const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  number: ['a', 'b', '1', '2'],
  text: ['code', 'name', "'b'"],
  truth: ['p', 'q', 'true'],
}

const FORMS: Readonly<Record<Kind, readonly string[]>> = {
  number: ['N + N', 'N - N', 'N * N', '- N', 'case when B then N else N end'],
  text: ['T || T', 'T || N', 'coalesce(T, T)'],
  truth: [
    'B and B',
    'B or B',
    'not B',
    'N = N',
    'N <> N',
    'N < N',
    'N >= N',
    'T = T',
    'N in (N, N)',
    'N not in (N, N)',
    'N between N and N',
    'N not between N and N',
    'T like T',
    'T not like T',
    'N is null',
    'T is not null',
    'B = B',
    'B is null',
  ],
}

const rows = async (sql: string): Promise<string> => {
  try {
    return JSON.stringify((await connection.runAndReadAll(sql)).getRowsJson())
  } catch {
    return 'refused'
  }
}

test('the parser and DuckDB agree about what belongs together in whatever the subset lets through', async () => {
  const random = randomFrom(7)
  let compared = 0
  for (let i = 0; i < 400; i += 1) {
    const sql = `select ${expression(random, random.pick(['number', 'text', 'truth']), 3)} as x from t`
    const original = await rows(sql)
    if (original === 'refused') continue
    const tree = await parsed(sql).catch(() => undefined)
    if (!tree || notPortable(tree).length > 0) continue
    const print = printQuery(
      tree,
      duckdbTarget,
      (name) => name,
      () => columns,
    )
    expect(await rows(print), `${sql}\n${print}`).toBe(original)
    compared += 1
  }
  expect(compared).toBeGreaterThan(150)
})
