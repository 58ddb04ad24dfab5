import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialect as duck } from '../../src/engines/duckdb/dialect.ts'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Remote, Session } from '../../src/engines/engine.ts'
import { snowflakeRemote } from '../../src/engines/snowflake/remote.ts'
import { connectSnowflake, type SnowflakeSettings } from '../../src/engines/snowflake/session.ts'
import { SNOWFLAKE_SCHEMAS } from '../../src/project/target-keys.ts'
import { all } from '../../src/run/execute.ts'
import type { Dialect } from '../../src/sql/dialect.ts'
import { everyEngine } from '../support/long.ts'
import { type SnowflakeCounterpart, snowflakeHome, startSnowflake } from '../support/snowflake.ts'
import { amounts, moments, numbers, plainTexts, textsFor } from './edge-texts.ts'

const python = await snowflakeHome()
const reason = typeof python === 'string' ? '' : ` (SKIPPED: ${python.skipped})`

describe.skipIf(typeof python !== 'string')(`Snowflake through its driver and a counterpart${reason}`, () => {
  let server: SnowflakeCounterpart
  let scratch: string
  let remote: Remote
  let session: Session
  let local: Session
  const settings = (more: Partial<SnowflakeSettings> = {}): SnowflakeSettings => ({
    account: 'account',
    host: server.host,
    port: server.port,
    user: 'user',
    warehouse: 'compute',
    database: 'TEXTS',
    ...('password' in more ? {} : { privateKey: server.privateKey }),
    ...more,
  })
  beforeAll(async () => {
    if (typeof python !== 'string') return
    server = await startSnowflake(python)
    scratch = await mkdtemp(join(tmpdir(), 'c360-snowflake-'))
    const place = {
      account: 'account',
      host: server.host,
      database: 'TEXTS',
      schemas: SNOWFLAKE_SCHEMAS,
      scratch,
    }
    remote = snowflakeRemote(place, async () => settings())
    session = await remote.connect()
    local = await duckdb.connect({})
    await session.execute(remote.dialect.createSchemas())
  })
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]()
    await local?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    if (scratch) await rm(scratch, { recursive: true, force: true })
  })

  describe('a session', () => {
    it('enters with a key or a password, and tells who is not let in', async () => {
      await using other = await connectSnowflake(settings({ password: 'secret' }))
      expect(await all(other, 'select 1 as one')).toEqual([{ one: 1n }])
      const denied = await connectSnowflake(settings({ password: 'h1dden' })).catch((error) => error)
      expect(denied).toMatchObject({ code: 'TARGET_DENIED', message: expect.stringContaining('390100') })
      const badKey = await connectSnowflake(settings({ privateKey: 'no key' })).catch((error) => error)
      expect(badKey).toMatchObject({ code: 'TARGET_DENIED' })
      for (const error of [denied, badKey])
        expect(JSON.stringify([error, String(error)])).not.toMatch(/h1dden|no key/)
    })

    it('tells a server that is not there', async () => {
      await expect(connectSnowflake(settings({ port: 1 }))).rejects.toMatchObject({
        code: 'TARGET_UNREACHABLE',
        message: expect.stringContaining('ECONNREFUSED'),
      })
    }, 30_000)

    it('gives values exactly', async () => {
      const sql = `select 12345678901234567 as whole, cast('123456789012345.10' as number(18,2)) as decimals, cast(0.1 as double) as floating,
        'a\\\\b''c' as words, true as yes, to_date('1969-12-31') as day, try_cast('1969-12-31 23:59:59.5' as timestamp_ntz(6)) || '' as shown,
        cast(null as varchar) as nothing, 'NULL' as word`
      const [batch] = await batches(session, sql)
      expect(batch?.names).toEqual([
        'whole',
        'decimals',
        'floating',
        'words',
        'yes',
        'day',
        'shown',
        'nothing',
        'word',
      ])
      const row = batch?.columns.map(([value]) => value)
      expect(row?.slice(0, 6)).toEqual([
        12345678901234567n,
        '123456789012345.10',
        0.1,
        "a\\b'c",
        true,
        '1969-12-31',
      ])
      expect(row?.slice(7)).toEqual([null, 'NULL'])
      expect(batch?.types.slice(1, 3)).toEqual(['number(18,2)', 'real'])
    })

    it('gives instants to the microsecond, also before 1970, and names without rows', async () => {
      const table = remote.dialect.table('work', 'instants')
      await session.execute([
        remote.dialect.createTable(table, [['happened', 'timestamp']]),
        `insert into ${table} values ('1969-12-31 23:59:59.5'), ('2024-07-01 00:00:00'), ('2024-07-01 00:00:00.000001')`,
      ])
      const [batch] = await batches(session, `select * from ${table} order by happened`)
      expect(batch?.columns).toEqual([
        ['1969-12-31 23:59:59.5', '2024-07-01 00:00:00', '2024-07-01 00:00:00.000001'],
      ])
      expect(await batches(session, `select * from ${table} where 1 = 0`)).toMatchObject([
        { names: ['happened'], rows: 0 },
      ])
    })

    it('says what failed, and no value', async () => {
      const missing = `select * from ${remote.dialect.table('gold', 'nowhere')}`
      await expect(all(session, missing)).rejects.toMatchObject({
        code: 'SQL_FAILED',
        message: expect.stringMatching(/NOWHERE.* not exist/),
      })
      const bad = await all(
        session,
        `select cast(x as integer) as n from (select 'ann@example.com' as x)`,
      ).catch((error) => error)
      expect(bad).toMatchObject({ code: 'SQL_FAILED' })
      expect(JSON.stringify([bad, String(bad)])).not.toContain('ann@')
    })

    it('ends a statement when nobody waits for it any more', async () => {
      const stop = new AbortController()
      const long = `select count(*) as n from (select row_number() over (order by 1) as a from table(generator(rowcount => 100000))) x, (select row_number() over (order by 1) as b from table(generator(rowcount => 100000))) y where sin(a) + cos(b) > 3`
      setTimeout(() => stop.abort(), 300)
      const began = performance.now()
      await expect(all(session, long, stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(performance.now() - began).toBeLessThan(8000)
      expect(await all(session, 'select 1 as one')).toEqual([{ one: 1n }])
    })

    it('leaves no log behind', () => {
      expect(readdirSync('.').filter((name) => /snowflake.*\.log/.test(name))).toEqual([])
    })
  })

  type Case = readonly [name: string, sql: (d: Dialect) => string, kind?: 'text' | 'moment' | 'day']

  const shown = (kind: Case[2], x: string): string => {
    if (kind === 'day') return `to_varchar(datediff('day', to_date('1970-01-01'), ${x}))`
    return kind === 'moment' ? `to_varchar(date_part(epoch_microsecond, ${x}))` : `'=' || to_varchar(${x})`
  }
  const shownHere = (kind: Case[2], x: string): string => {
    if (kind === 'day') return `cast(date_diff('day', date '1970-01-01', ${x}) as varchar)`
    return kind === 'moment' ? `cast(epoch_us(${x}) as varchar)` : `'=' || cast(${x} as varchar)`
  }

  /** The texts and cases for which the two differ; every case has a value for `least` texts, as equal NULLs prove nothing. */
  async function differences(texts: readonly string[], cases: readonly Case[], least: number) {
    const d = remote.dialect
    const table = d.table('work', 'texts')
    await session.execute([
      d.dropTable(table),
      d.createTable(table, [
        ['i', 'integer'],
        ['x', 'text'],
      ]),
    ])
    const batch = {
      names: ['i', 'x'],
      types: [],
      columns: [texts.map((_, i) => i), texts],
      rows: texts.length,
    }
    const once = async function* () {
      yield batch
    }
    expect(
      await remote.load(
        session,
        {
          table,
          columns: [
            ['i', 'integer'],
            ['x', 'text'],
          ],
        },
        once(),
      ),
    ).toBe(texts.length)
    const list = texts.map((text, i) => `(${i}, ${duck.literal(text)})`).join(', ')
    const here = cases.map(([, sql, kind], i) => `${shownHere(kind, sql(duck))} as c${i}`).join(', ')
    const there = cases.map(([, sql, kind], i) => `${shown(kind, sql(d))} as c${i}`).join(', ')
    const left = await all(local, `select ${here} from (values ${list}) t(i, x) order by i`)
    const right = await all(session, `select ${there} from ${table} order by i`)
    for (const [c, [name]] of cases.entries())
      expect([name, left.filter((row) => row[`c${c}`] !== null).length >= least]).toEqual([name, true])
    return texts.flatMap((text, i) =>
      cases.flatMap(([name], c) => {
        const [a, b] = [left[i]?.[`c${c}`], right[i]?.[`c${c}`]]
        return a === b ? [] : [{ name, text, here: a, there: b }]
      }),
    )
  }

  describe('texts', () => {
    const usual = plainTexts.filter((text) => !/[\0ßŉǰİΣﬁᾳǆ]/.test(text))

    it('arrive as they are, and are cleaned alike', async () => {
      expect(
        await differences(
          usual,
          [
            ['as it is', () => 'x'],
            ['trimmed', (d) => d.trimmed('x')],
            ['collapseSpaces', (d) => d.collapseSpaces('x')],
            ['digits', (d) => d.digits('x')],
            ['firstWord', (d) => d.firstWord('x')],
            ['otherWords', (d) => d.otherWords('x')],
            ['beforeLastComma', (d) => d.beforeLastComma('x')],
            ['afterLastComma', (d) => d.afterLastComma('x')],
            ['looksLikeEmail', (d) => `case when ${d.looksLikeEmail('x')} then 'yes' else 'no' end`],
            ['joinTexts', (d) => d.joinTexts('; ', ['x', "nullif(x, 'a')", 'x'])],
            [
              'jsonObject',
              (d) =>
                d.jsonObject([
                  ['a"b\\', 'x'],
                  ['none', 'nullif(x, x)'],
                  ['', 'x'],
                ]),
            ],
            [
              'jsonText',
              (d) =>
                d.jsonText(
                  d.jsonObject([
                    ["a'b", 'x'],
                    ['o', "'o'"],
                  ]),
                  "a'b",
                ),
            ],
          ],
          5,
        ),
      ).toEqual([])
    })

    it('are amounts and numbers alike', async () => {
      const d18 = (d: Dialect) => d.tryCast('x', 'decimal')
      expect(await differences(amounts, [['money', (d) => d.money('x', ['US$', 'USD', '$'])]], 20)).toEqual(
        [],
      )
      expect(
        await differences(
          numbers,
          [
            ['integer', (d) => d.tryCast('x', 'integer')],
            [
              'decimal',
              (d) =>
                `case when not ${d.isDistinct(`cast(${d18(d)} as double)`, d.tryDouble('x'))} then ${d18(d)} end`,
            ],
          ],
          20,
        ),
      ).toEqual([])
    })

    it('are times and dates alike', async () => {
      expect(
        await differences(
          moments.filter((text) => !UNREAD.test(text)),
          [
            ['UTC', (d) => d.parseTimestamp('x', [], 'UTC'), 'moment'],
            ['Berlin', (d) => d.parseTimestamp('x', [], 'Europe/Berlin'), 'moment'],
            ['date', (d) => d.parseDate('x', []), 'day'],
          ],
          20,
        ),
      ).toEqual([])
    })

    it('are read alike by formats', async () => {
      const formats = [
        '%Y-%m-%d',
        '%d/%m/%Y',
        '%m/%d/%y',
        '%d %b %Y',
        '%d-%B-%y',
        '%a, %d %b %Y',
        '%d.%m.%Y %H:%M',
        '%-m/%-d/%Y %-I:%M:%S%p',
        '%Y-%m-%d %H:%M:%S.%f',
        '%Y-%m-%d %H:%M%z',
      ]
      for (const format of everyEngine ? formats : formats.slice(-3))
        expect([
          format,
          await differences(
            textsFor(format, everyEngine ? 40 : 15),
            [
              ['time', (d) => d.parseTimestamp('x', [format], 'America/New_York'), 'moment'],
              ['date', (d) => d.parseDate('x', [format]), 'day'],
            ],
            2,
          ),
        ]).toEqual([format, []])
    })
  })
})

/** As docs/snowflake.md says: 24 o'clock, clocks without minutes or seconds, letters behind a date. */
const UNREAD = /[ T]24:|:\s*$|[ T]0{5,}|\dxx$|:(Z|[-+]|UTC)/i

async function batches(session: Session, sql: string) {
  const found = []
  for await (const batch of session.stream(sql)) found.push(batch)
  return found
}
