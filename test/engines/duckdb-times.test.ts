import { afterAll, describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { all } from '../../src/run/execute.ts'

const { dialect: d } = duckdb
const session = await duckdb.connect({})
afterAll(() => session[Symbol.asyncDispose]())

async function read(expression: (x: string) => string, texts: readonly string[]): Promise<unknown[]> {
  const rows = texts.map((text) => `(${d.literal(text)})`).join(', ')
  const sql = `select cast(${expression('x')} as varchar) as y from (values ${rows}) as t(x)`
  return (await all(session, sql)).map(({ y }) => y)
}

const times = (formats: readonly string[], zone: string) => (x: string) => d.parseTimestamp(x, formats, zone)
const dates = (formats: readonly string[]) => (x: string) => d.parseDate(x, formats)

describe('times by a format with an offset', () => {
  const zoned = times(['%Y-%m-%d %H:%M:%S%z'], 'Europe/Berlin')

  it('know Z, hours, hours and minutes', async () => {
    const written = ['Z', '+01', '+0130', '+01:30', '-05:00'].map((offset) => `2020-01-02 00:30:00${offset}`)
    expect(await read(zoned, written)).toEqual([
      '2020-01-02 00:30:00',
      '2020-01-01 23:30:00',
      '2020-01-01 23:00:00',
      '2020-01-01 23:00:00',
      '2020-01-02 05:30:00',
    ])
  })

  it('have no day that the calendar lacks, and need their offset', async () => {
    const written = ['2023-02-29 10:00:00+00:00', '2024-02-29 10:00:00+00:00', '2024-02-29 10:00:00']
    expect(await read(zoned, written)).toEqual([null, '2024-02-29 10:00:00', null])
  })

  it('leave texts without one to the other formats', async () => {
    const either = times(['%d.%m.%Y %H:%M %z', '%d.%m.%Y %H:%M'], 'Europe/Berlin')
    expect(await read(either, ['02.01.2020 10:00 Z', '02.01.2020 10:00'])).toEqual([
      '2020-01-02 10:00:00',
      '2020-01-02 09:00:00',
    ])
  })

  it('may have it in the middle', async () => {
    const middle = times(['%a %b %d %H:%M:%S %z %Y'], 'UTC')
    expect(await read(middle, ['Thu Jan 02 10:00:00 +0100 2020'])).toEqual(['2020-01-02 09:00:00'])
  })

  it('are on the day that is written, as dates', async () => {
    const written = ['2020-01-02 00:30:00+09:00', '2023-02-29 10:00:00Z', '2020-01-02 23:59:59-08']
    expect(await read(dates(['%Y-%m-%d %H:%M:%S%z']), written)).toEqual(['2020-01-02', null, '2020-01-02'])
  })
})

describe('times without a format', () => {
  it('know UTC by its name', async () => {
    const written = ['2020-01-02 10:00:00 UTC', '2020-01-02 10:00:00.5 UTC', '2020-01-02 10:00:00']
    expect(await read(times([], 'Europe/Berlin'), written)).toEqual([
      '2020-01-02 10:00:00',
      '2020-01-02 10:00:00.5',
      '2020-01-02 09:00:00',
    ])
  })

  it('at the end of all calendars leave the rows beside them alone', async () => {
    const written = ['294247-01-10 04:00:54', '294247-1-10 4:00:54', '2020-01-02 10:00:00']
    expect(await read(times([], 'America/New_York'), written)).toEqual([null, null, '2020-01-02 15:00:00'])
  })
})

describe('words for dates', () => {
  it('are no dates', async () => {
    const words = ['infinity', 'Epoch', ' -infinity ', '2020-01-02']
    expect(await read(times(['%Y-%m-%d'], 'UTC'), words)).toEqual([null, null, null, '2020-01-02 00:00:00'])
    expect(await read(dates(['%Y-%m-%d']), words)).toEqual([null, null, null, '2020-01-02'])
  })
})
