import { describe, expect, test } from 'vitest'
import { COUNTED } from '../../src/parity/rows.ts'
import { compared, compareSides, duckSide, table } from './sides.ts'

const id = { grain: ['id'] }

describe('equal', () => {
  test('in whatever order, integer width and decimal scale', async () => {
    const a = [
      'create table gold.t (id integer, amount decimal(18,2), share decimal(2,2), seen timestamp, day date, on_ boolean, word varchar)',
      "insert into gold.t values (1, 12.50, 0.5, '2024-02-29 23:59:59.123456', '1969-12-31', true, 'é|~'), (2, -0.5, -0.50, '1969-12-31 23:59:59.9', '0001-01-01', false, ''), (3, null, null, null, null, null, null)",
    ]
    const b = [
      'create table gold.t (word varchar, id decimal(38,0), amount decimal(38,10), share decimal(5,3), seen timestamptz, day date, on_ boolean)',
      "insert into gold.t by name select 3 as id, null as word union all by name select 2 as id, '' as word, -0.5 as amount, -0.5 as share, timestamptz '1969-12-31 23:59:59.9Z' as seen, date '0001-01-01' as day, false as on_",
      "insert into gold.t by name select 1 as id, 'é|~' as word, 12.5 as amount, 0.5 as share, timestamptz '2024-03-01 01:59:59.123456+02' as seen, date '1969-12-31' as day, true as on_",
    ]
    const { verdict, tables } = await compared(a, b, id)
    expect(tables[0]?.columns.filter(({ equal }) => !equal)).toEqual([])
    expect([verdict, tables[0]?.rows]).toEqual(['equal', [3, 3]])
  })

  test('names of tables and columns in another case', async () => {
    const { verdict } = await compared(
      ['create table gold.T1 as select 1 as "Id"'],
      ['create table gold.t1 as select 1 as "ID"'],
      id,
    )
    expect(verdict).toBe('equal')
  })

  test('tables without rows', async () => {
    expect(await table('id integer, x double', '', '', id)).toMatchObject({ verdict: 'equal', rows: [0, 0] })
  })

  test('no gold at all is not equal gold', async () => {
    const { verdict, reasons } = await compared([], [])
    expect(verdict).toBe('not_comparable')
    expect(reasons).toEqual(['Neither side has a table of gold.'])
  })
})

describe('one cell is another', () => {
  const cells: readonly (readonly [type: string, a: string, b: string, shown: readonly unknown[]])[] = [
    ['integer', '1', '2', ['1', '2']],
    ['bigint', '9223372036854775806', '9223372036854775807', ['9223372036854775806', '9223372036854775807']],
    ['hugeint', '10', '100', ['10', '100']],
    ['decimal(38,10)', '0.0000000001', '0', ['0.0000000001', '0']],
    ['decimal(18,2)', '100.00', '1.00', ['100', '1']],
    ['decimal(18,2)', '0.01', 'null', ['0.01', null]],
    ['boolean', 'true', 'false', ['true', 'false']],
    ['boolean', 'false', 'null', ['false', null]],
    ['date', "'2024-02-29'", "'2024-03-01'", ['2024-02-29', '2024-03-01']],
    [
      'timestamp',
      "'2024-01-01'",
      "'2024-01-01 00:00:00.000001'",
      ['2024-01-01 00:00:00', '2024-01-01 00:00:00.000001'],
    ],
    [
      'timestamp',
      "'1969-12-31 23:59:59.5'",
      "'1969-12-31 23:59:59'",
      ['1969-12-31 23:59:59.5', '1969-12-31 23:59:59'],
    ],
    ['timestamp', "'infinity'", 'null', ['infinity', null]],
    ['varchar', "''", 'null', ['', null]],
    ['varchar', "'a'", "'a '", ['a', 'a ']],
    ['varchar', "'a'", "'A'", ['a', 'A']],
    ['varchar', "'\u00e9'", "'e\u0301'", ['\u00e9', 'e\u0301']],
    ['varchar', "'12.0'", "'12'", ['12.0', '12']],
    ['varchar', 'chr(0)', "''", ['\0', '']],
  ]
  test.each(cells)('%s: %s, %s', async (type, a, b, shown) => {
    const found = await table(`id integer, x ${type}`, `(1, ${a}), (2, ${a})`, `(1, ${a}), (2, ${b})`, id)
    expect(found.verdict).toBe('differs')
    expect(found.columns.map(({ column, equal }) => [column, equal])).toEqual([
      ['id', true],
      ['x', false],
    ])
    expect(found.differences).toEqual([
      { kind: 'changed', key: { id: '2' }, columns: [{ column: 'x', a: shown[0], b: shown[1] }], times: 1 },
    ])
    expect(found.differing).toMatchObject({ changed: 1, onlyInA: 0, onlyInB: 0, more: false })
  })
})

describe('rows', () => {
  test('values that changed places between keys', async () => {
    const found = await table(
      'id integer, x integer',
      '(1, 10), (2, 20), (3, 0)',
      '(1, 20), (2, 10), (3, 0)',
      id,
    )
    expect(found.verdict).toBe('differs')
    expect(found.columns.every(({ equal }) => equal)).toBe(true)
    expect(found.differences.map(({ key, kind }) => [key.id, kind]).sort()).toEqual([
      ['1', 'changed'],
      ['2', 'changed'],
    ])
  })

  test('values that changed places between columns of a row, also where a text holds the signs that part fields', async () => {
    const swapped = await table('id integer, x varchar, y varchar', "(1, 'a', 'b')", "(1, 'b', 'a')", id)
    expect(swapped.differences[0]?.columns.map(({ column }) => column)).toEqual(['x', 'y'])
    const shifted = await table(
      'id integer, x varchar, y varchar',
      "(1, 'a|=b', 'c')",
      "(1, 'a', 'b|=c')",
      id,
    )
    expect(shifted.differences[0]?.columns.map(({ column }) => column)).toEqual(['x', 'y'])
    const both = await table(
      'x varchar, y varchar',
      "('a|=b', 'c'), ('a', 'b|=c'), ('~', '0'), ('~1', '|')",
      "('a|=b', 'b|=c'), ('a', 'c'), ('~', '|'), ('~1', '0')",
    )
    expect(both).toMatchObject({ verdict: 'differs', differing: { onlyInA: 4, onlyInB: 4 } })
    expect(both.columns.every(({ equal }) => equal)).toBe(true)
  })

  test('a row is missing', async () => {
    const found = await table('id integer, x integer', '(1, 10), (2, 20)', '(2, 20)', id)
    expect(found).toMatchObject({
      verdict: 'differs',
      rows: [2, 1],
      differences: [{ kind: 'only_in_a', key: { id: '1' }, columns: [], times: 1 }],
    })
  })

  test('a row is there twice', async () => {
    const found = await table('id integer, x integer', '(1, 10), (2, 20)', '(1, 10), (2, 20), (2, 20)', id)
    expect(found.differences).toEqual([{ kind: 'only_in_b', key: { id: '2' }, columns: [], times: 1 }])
  })

  test('repeated rows are counted, with and without a grain', async () => {
    const a = '(1, 1), (1, 1), (1, 1), (2, 2)'
    const b = '(1, 1), (2, 2), (2, 2)'
    for (const asked of [id, {}]) {
      const { differences, differing } = await table('id integer, x integer', a, b, { ...asked })
      expect(differences.map(({ kind, key, times }) => [kind, key.id, times]).sort()).toEqual([
        ['only_in_a', '1', 2],
        ['only_in_b', '2', 1],
      ])
      expect(differing).toMatchObject({ onlyInA: 2, onlyInB: 1 })
    }
  })

  test('a key that is NULL, and a key of several columns', async () => {
    const nulls = await table('id integer, x integer', '(null, 1), (2, 2)', '(null, 2), (2, 2)', id)
    expect(nulls.differences).toMatchObject([{ kind: 'changed', key: { id: null } }])
    const several = await table(
      'a varchar, b varchar, x integer',
      "('1', '23', 1), ('12', '3', 2)",
      "('1', '23', 1), ('12', '3', 3)",
      { grain: ['b', 'A'] },
    )
    expect(several.key).toEqual(['b', 'a'])
    expect(several.differences).toMatchObject([
      { key: { a: '12', b: '3' }, columns: [{ column: 'x', a: '2', b: '3' }] },
    ])
  })

  test('only so many are shown, all are counted up to a limit', async () => {
    const rows = (n: number, x: string) => [
      `create table gold.t as select range as id, ${x} as x from range(${n})`,
    ]
    const few = await compared(rows(900, '0'), rows(900, 'range % 2'), { ...id, show: 3 })
    expect(few.tables[0]?.differences.length).toBe(3)
    expect(few.tables[0]?.differing).toMatchObject({ changed: 450, more: false })
    const many = await compared(rows(50_000, '0'), rows(50_000, '1'), id)
    expect(many.tables[0]?.differing).toMatchObject({ changed: COUNTED, more: true })
  })
})

describe('doubles', () => {
  const doubles = (a: string, b: string) =>
    table('id integer, x double', `(1, ${a}), (2, 7)`, `(1, ${b}), (2, 7)`, id)
  const same = [
    ['1.0', '1.000000000001'],
    ['1e300', '1.0000000005e300'],
    ['-1e-300', '-1.0000000005e-300'],
    ['0.0', '-0.0'],
    ["'nan'", "'nan'"],
    ["'inf'", "'inf'"],
    ['null', 'null'],
    ['1.7976931348623157e308', '1.7976931348623155e308'],
  ] as const
  test.each(same)('%s is %s', async (a, b) => {
    expect(await doubles(a, b)).toMatchObject({ verdict: 'equal', differing: { changed: 0 } })
  })

  const other = [
    ['1.0', '1.00000001'],
    ['1e300', '1.00000001e300'],
    ['1e-300', '1.00000001e-300'],
    ['0.0', '1e-300'],
    ['1.0', '-1.0'],
    ["'nan'", '0.0'],
    ["'nan'", 'null'],
    ["'inf'", "'-inf'"],
    ["'inf'", '1.7976931348623157e308'],
    ['0.0', 'null'],
    ['1.7976931348623157e308', '-1.7976931348623157e308'],
  ] as const
  test.each(other)('%s is not %s', async (a, b) => {
    const found = await doubles(a, b)
    expect(found.verdict).toBe('differs')
    expect(found.columns.map(({ column, equal }) => [column, equal])).toEqual([
      ['id', true],
      ['x', false],
    ])
    expect(found.differences).toMatchObject([{ key: { id: '1' }, columns: [{ column: 'x' }] }])
  })

  test('near a limit of rounding: no two sides round apart', async () => {
    expect(await doubles('0.9999999995', '0.99999999949999')).toMatchObject({ verdict: 'equal' })
  })

  test('without anything exact that tells rows apart, they are paired off', async () => {
    const rows = '(1.5), (2.5), (2.5)'
    expect(await table('x double', rows, '(2.5), (1.500000000001), (2.5)')).toMatchObject({
      verdict: 'equal',
    })
    expect(await table('x double', rows, '(2.5), (1.5), (1.5)')).toMatchObject({ verdict: 'differs' })
  })

  test('more alike rows than can be held are said, not passed over', async () => {
    const many = (to: number) => [
      `create table gold.t as select cast(range as double) as x from range(${to})`,
    ]
    const { tables, verdict } = await compared(many(10_001), many(10_001))
    expect(verdict).toBe('not_comparable')
    expect(tables[0]?.columns[0]?.equal).toBe(null)
    expect(tables[0]?.reasons[0]).toContain('More than 10000 different rows')
  })
})

describe('not comparable', () => {
  test('a table, a column is missing; a column is of another kind', async () => {
    const a = [
      'create table gold.only_here as select 1 as id union all select 2',
      'create table gold.t as select 1 as id, 2 as gone, 3 as turned, interval 1 day as odd',
    ]
    const b = ["create table gold.t as select 1 as id, '3' as turned, interval 1 day as odd, 4 as come"]
    const { verdict, tables } = await compared(a, b, id)
    expect(verdict).toBe('not_comparable')
    expect(tables.map(({ table: name, rows, reasons }) => [name, rows, reasons])).toEqual([
      ['only_here', [2, undefined], ['Table `only_here` is missing in b.']],
      [
        't',
        [1, 1],
        [
          'Column `gone` is missing in b.',
          'Column `turned` is INTEGER in a and VARCHAR in b: these are not the same kind of value.',
          'Column `odd` is INTERVAL in a and INTERVAL in b: that cannot be compared.',
          'Column `come` is missing in a.',
        ],
      ],
    ])
  })

  test('what is shared is compared all the same, and a difference weighs more', async () => {
    const a = ['create table gold.t as select 1 as id, 2 as x, 0 as gone']
    const { verdict, tables } = await compared(a, ['create table gold.t as select 1 as id, 3 as x'], id)
    expect(verdict).toBe('differs')
    expect(tables[0]).toMatchObject({
      differences: [{ columns: [{ column: 'x' }] }],
      reasons: [expect.any(String)],
    })
  })

  test('no column in common', async () => {
    const { tables } = await compared(
      ['create table gold.t as select 1 as a'],
      ['create table gold.t as select 1 as b'],
    )
    expect(tables[0]).toMatchObject({ verdict: 'not_comparable', rows: [1, 1] })
  })

  test('gold that was replaced meanwhile', async () => {
    const made = ['create table gold.t as select 1 as id']
    await using a = await duckSide('a', made, [{ version: 3 }, { version: 4 }])
    await using b = await duckSide('b', made)
    const { verdict, reasons } = await compareSides(a, b, id)
    expect(verdict).toBe('not_comparable')
    expect(reasons).toEqual(['The gold of a was replaced during the comparison: compare again.'])
  })
})

test('no value of a personal column is in the certificate; a key is, unless it is directly personal', async () => {
  const columns = 'id varchar, email varchar, city varchar, spent integer'
  const a = "('k1', 'ada@example.org', 'Ystad', 70001), ('k2', 'bob@example.org', 'Ystad', 70002)"
  const b = "('k1', 'ada@example.com', 'Lund', 70003), ('k3', 'bob@example.org', 'Ystad', 70002)"
  const pii = { id: 'indirect', email: 'direct', city: 'indirect' } as const
  const byId = await table(columns, a, b, { grain: ['id'], pii })
  expect(JSON.stringify(byId)).not.toMatch(/example|Ystad|Lund/)
  expect(byId.differences.find(({ kind }) => kind === 'changed')).toEqual({
    kind: 'changed',
    key: { id: 'k1' },
    columns: [
      { column: 'email', a: undefined, b: undefined },
      { column: 'city', a: undefined, b: undefined },
      { column: 'spent', a: '70001', b: '70003' },
    ],
    times: 1,
  })
  const byEmail = await table(columns, a, b, { grain: ['email'], pii })
  expect(JSON.stringify(byEmail)).not.toMatch(/example|Ystad|Lund/)
  expect(byEmail.differences.length).toBe(3)
  expect('fingerprints' in byEmail).toBe(false)
})

test('fingerprints tell tables apart and are the same whatever the order', async () => {
  const made = (order: string, x: string) => [
    `create table gold.t as select range as id, ${x} as x from range(25) order by ${order}`,
  ]
  const { tables } = await compared(made('1', '1'), made('1 desc', '1'), id)
  const [a, b] = tables[0]?.fingerprints ?? []
  expect(a).toMatch(/^[0-9a-f]{32}$/)
  expect(b).toBe(a)
  const other = await compared(made('1', '2'), made('1', 'case range when 7 then 3 else 2 end'), id)
  expect(new Set([a, ...(other.tables[0]?.fingerprints ?? [])]).size).toBe(3)
})
