import { describe, expect, it } from 'vitest'
import { azureSqlDialect } from '../../src/engines/azure-sql/dialect.ts'
import { windowsZone } from '../../src/engines/azure-sql/zones.ts'
import { unreadable } from './tsql-pieces.ts'

const d = azureSqlDialect({ bronze: 'b', silver: 's', conformed: 'c', rules: 'r', gold: 'g', work: 'w]x' })
const BIN = 'collate Latin1_General_100_BIN2_UTF8'

describe('texts as written', () => {
  it('have the collation of the columns; what is not ASCII goes by way of N', () => {
    expect(d.literal("O'Neil")).toBe(`'O''Neil' ${BIN}`)
    expect(d.literal('Ünal')).toBe(`cast(N'Ünal' ${BIN} as varchar(5))`)
    expect(d.literal('ü'.repeat(5000))).toMatch(/as varchar\(max\)\)$/)
  })

  it('keep a backslash before a line end, and NUL', () => {
    expect(d.literal('a\\\nb')).toBe(`(cast('a\\' ${BIN} as varchar(max)) + '\nb' ${BIN})`)
    expect(d.literal('a\0b')).toBe(`(cast('a' ${BIN} as varchar(max)) + char(0) ${BIN} + 'b' ${BIN})`)
  })
})

describe('zones', () => {
  it('have a name that AT TIME ZONE knows, all but one', () => {
    const without = Intl.supportedValuesOf('timeZone').filter((zone) => {
      try {
        return windowsZone(zone) === ''
      } catch {
        return true
      }
    })
    expect(without).toEqual(['Antarctica/Troll'])
    expect(windowsZone('Europe/Berlin')).toBe('W. Europe Standard Time')
    expect(() => d.parseTimestamp('x', [], 'Antarctica/Troll')).toThrow(/no time zone/)
  })

  it('are looked up where they lie in a column, and never passed over', () => {
    const sql = d.localTime('e.at', 's.time_zone')
    expect(sql).toContain("('Europe/Berlin', 'W. Europe Standard Time')")
    expect(sql).toMatch(/, s\.time_zone\) as datetime2\(6\)\)$/)
    expect(d.localTime('e.at', d.literal('UTC'))).toBe('e.at')
    expect(d.localTime('e.at', d.literal('Asia/Kolkata'))).toBe(
      "cast(e.at at time zone 'UTC' at time zone 'India Standard Time' as datetime2(6))",
    )
  })
})

describe('tables', () => {
  it('are made in batches another parser reads, with types of the SELECT and not its lengths', () => {
    const statements = [
      ...d.workTable('stage', "with a as (select 'x' as t) select t, 1 as n from a"),
      ...d.withoutColumns('[s].[t]', ['a', 'b'], []),
      d.createTable('[s].[t]', [
        ['id', 'text'],
        ['at', 'timestamp'],
      ]),
      d.deleteMatching('t', 'x', 'u', 'y', 'x.id = y.id'),
      d.updateMatching('t', 'x', { a: 'y.a' }, 'u', 'y', 'x.id = y.id'),
    ]
    expect(unreadable(statements)).toEqual([])
    expect(statements.join('\n')).toContain('[w]]x].[c360_select]')
    expect(statements.join('\n')).not.toMatch(/\bmerge\b|select .* into /i)
  })

  it('join more texts than CONCAT_WS takes, in parts', () => {
    const sql = d.joinTexts(
      ',',
      Array.from({ length: 500 }, (_, place) => `c${place}`),
    )
    expect(sql.match(/concat_ws\(/g)).toHaveLength(4)
    expect(d.joinTexts(',', ['a'])).toMatch(/, null\)$/)
  })
})
