import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonFormat } from '../../src/project/types.ts'
import { scanJson } from '../../src/sources/json/scan.ts'
import { type CsvDatabase, csvDatabase } from '../support/csv-duckdb.ts'
import { json, readJson } from './json-support.ts'
import { scratch } from './support.ts'

let db: CsvDatabase
beforeAll(async () => {
  db = await csvDatabase()
})
afterAll(() => db[Symbol.asyncDispose]())

async function read(content: string | Uint8Array, format: Partial<JsonFormat> = {}) {
  await using work = await scratch()
  return await readJson(db, work, content, { ...json, ...format })
}

async function refused(content: string | Uint8Array, format: Partial<JsonFormat> = {}) {
  await using work = await scratch()
  const outcome = await scanJson(await work.write('a.json', content), { ...json, ...format })
  if (outcome.ok) throw new Error('it was read')
  expect(outcome.problem.hint).toMatch(/\.$/)
  expect(outcome.sha256).toMatch(/^[0-9a-f]{64}$/)
  return outcome.problem
}

const two = [{ id: '1' }, { id: '2', name: 'x' }]

describe('where the records are', () => {
  test.each<[string, string, Partial<JsonFormat>?]>([
    ['an array', '[{"id":1},{"id":2,"name":"x"}]'],
    ['an array over lines', '\n[\n  {\n    "id" : 1\n  } ,\n  { "id":2,\r\n\t"name":"x" }\n]\n'],
    ['one object per line', '{"id":1}\n{"id":2,"name":"x"}\n'],
    ['lines that end in CR LF, the last one in nothing', '{"id":1}\r\n{"id":2,"name":"x"}'],
    ['a byte order mark', '\ufeff[{"id":1},{"id":2,"name":"x"}]'],
    [
      'an array under a key',
      '{"n":2,"data":[{"id":1},{"id":2,"name":"x"}],"next":null}',
      { records: 'data' },
    ],
    [
      'an array under keys, among others of every kind',
      '{"a":[1,{"rows":[]}],"d\\u0061ta":{"x":"}","rows":[{"id":1},{"id":2,"name":"x"}],"y":{}},"b":[]}',
      { records: 'data.rows' },
    ],
  ])('%s', async (_, text, format) => {
    expect(await read(text, format)).toMatchObject({ good: two, malformed: [] })
  })

  test('UTF-16 in either order, and gzip', async () => {
    const text = '[{"id":1,"name":"Zo\u00eb \ud83d\ude00"}]'
    const little = Buffer.from(`\ufeff${text}`, 'utf16le')
    const big = Buffer.from(little).swap16()
    for (const bytes of [little, big, gzipSync(text), gzipSync(little)])
      expect((await read(bytes)).good).toEqual([{ id: '1', name: 'Zo\u00eb \ud83d\ude00' }])
  })

  test('blank lines are counted apart', async () => {
    expect((await read('\n{"id":1}\n  \n\n{"id":2}\n \n')).scan).toMatchObject({ records: 2, blankLines: 3 })
  })
})

describe('values', () => {
  test.each([
    ['integers beyond 2^53', '9007199254740993', '9007199254740993'],
    ['exact decimals', '0.10000000000000000555', '0.10000000000000000555'],
    ['zeros at the end', '-12.50', '-12.50'],
    ['exponents', '1.5E+3', '1.5E+3'],
    ['true', 'true', 'true'],
    ['false', 'false', 'false'],
    ['an empty text', '""', ''],
    ['null', 'null', ''],
    ['an empty object', '{}', ''],
    [
      'escapes',
      '"a\\"b\\\\c\\/d\\n\\t\\r\\b\\fe\\u00e9\\u20ac\\ud83d\\ude00"',
      'a"b\\c/d\n\t\r\b\fe\u00e9\u20ac\ud83d\ude00',
    ],
    ['text beyond ASCII', '"Z\u00fcrich, \u6771\u4eac"', 'Z\u00fcrich, \u6771\u4eac'],
    ['a quote and a comma', '"say \\"hi\\", or not"', 'say "hi", or not'],
    ['the character that is NULL in the copy', '"\\u0001"', '\u0001'],
    ['an array as JSON without white space', '[ 1, { "a b" : "x  y\\n" } ]', '[1,{"a b":"x  y\\n"}]'],
    ['an empty array', '[ ]', '[]'],
  ])('%s', async (_, written, expected) => {
    const { good } = await read(`[{"id":1,"v":${written}}]`)
    expect(good).toEqual([{ id: '1', ...(expected === '' ? {} : { v: expected }) }])
  })

  test('numbers are written as the contract says, so that one rule reads them and those in strings', async () => {
    const text = '{"a":1234.5,"b":"1.234,50","c":[1.5]}\n'
    const { good } = await read(text, { decimal: ',', thousands: '.' })
    expect(good).toEqual([{ a: '1234,5', b: '1.234,50', c: '[1.5]' }])
  })

  test('nested objects become columns with dots, in order of first sight; a key that never has a value comes last', async () => {
    const lines = [
      '{"id":1,"empty":null,"address":{"city":"York","geo":{"lat":1.0}},"tags":["a"]}',
      '{"id":2,"address":null,"name":"x"}',
      '{"id":3,"address":"one line"}',
      '{"id":4,"ADDRESS":{"Zip":"Y1"," city ":"Leeds"}}',
    ]
    const { scan, good } = await read(lines.join('\n'))
    expect(scan.header).toEqual([
      'id',
      'address.city',
      'address.geo.lat',
      'tags',
      'name',
      'address',
      'address.Zip',
      'empty',
    ])
    expect(good).toEqual([
      { id: '1', 'address.city': 'York', 'address.geo.lat': '1.0', tags: '["a"]' },
      { id: '2', name: 'x' },
      { id: '3', address: 'one line' },
      { id: '4', 'address.Zip': 'Y1', 'address.city': 'Leeds' },
    ])
  })

  test('keys that would be trouble in an object of the program are keys like others', async () => {
    const { scan, good } = await read('[{"__proto__":"a","constructor":"b","toString":{"x":"c"}}]')
    expect(scan.header).toEqual(['__proto__', 'constructor', 'toString.x'])
    expect(Object.entries(good[0] ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString.x', 'c'],
    ])
  })
})

describe('malformed records lie whole in quarantine, and the others are read', () => {
  test.each([
    ['no object', '42', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['an array', '[{"id":9}]', 'not_an_object'],
    ['a key twice', '{"id":9,"id":8}', 'duplicate_key'],
    ['a key twice but for case', '{"id":9,"Id":8}', 'duplicate_key'],
    ['a key twice, once null', '{"id":null,"id":8}', 'duplicate_key'],
    ['one column twice', '{"a":{"b":1},"a.b":2}', 'duplicate_key'],
    ['a comma too many', '{"id":9,}', 'broken_json'],
    ['a word that is no value', '{"id":NaN}', 'broken_json'],
    ['a number with a zero in front', '{"id":09}', 'broken_json'],
    ['a number that ends in a point', '{"id":9.}', 'broken_json'],
    ['single quotes', "{'id':9}", 'broken_json'],
    ['an escape that is none', '{"id":"\\x"}', 'broken_json'],
    ['half a surrogate pair', '{"id":"\\ud83d"}', 'invalid_encoding'],
    ['a NUL', '{"id":"\\u0000"}', 'nul_byte'],
    ['too deep', `{"id":${'['.repeat(70)}${']'.repeat(70)}}`, 'too_deep'],
    ['a very long key', `{"${'k'.repeat(2000)}":1}`, 'key_too_long'],
  ])('%s', async (_, record, error) => {
    const malformed = [{ row: 2, error, raw: record }]
    for (const text of [`{"id":1}\n${record}\n{"id":3}\n`, `[{"id":1},\n ${record} ,{"id":3}]`])
      expect(await read(text)).toMatchObject({
        scan: { header: ['id'], records: 3, malformed: 1 },
        good: [{ id: '1' }, { id: '3' }],
        malformed,
      })
  })

  test('a line goes to its end, whatever is in it', async () => {
    const broken = ['{"id":2,"name":"x', '{"id":3} {"id":4}', '{"id":"a"b"}', '{"id":5', '}']
    const { good, malformed } = await read(['{"id":1}', ...broken, '{"id":9}'].join('\n'))
    expect(good).toEqual([{ id: '1' }, { id: '9' }])
    expect(malformed.map(({ raw }) => raw)).toEqual(broken)
  })

  test('the first line may be the broken one', async () => {
    expect(await read('{"id":1,"na\n{"id":2}\n')).toMatchObject({
      good: [{ id: '2' }],
      malformed: [{ row: 1, error: 'broken_json', raw: '{"id":1,"na' }],
    })
  })

  test('bytes that are no UTF-8 are kept as Latin-1', async () => {
    const text = Buffer.from('{"id":1}\n{"id":"\xe9"}\n{"\xe9":2}\n', 'latin1')
    expect(await read(text)).toMatchObject({
      scan: { header: ['id'] },
      good: [{ id: '1' }],
      malformed: [
        { row: 2, error: 'invalid_encoding', raw: '{"id":"\xe9"}' },
        { row: 3, error: 'invalid_encoding', raw: '{"\xe9":2}' },
      ],
    })
  })

  test('what only a malformed record has is no column', async () => {
    const { scan, good } = await read('{"id":1}\n{"ghost":{"a":1,"b":2},"id":2,"id":3}\n{"id":4,"late":5}\n')
    expect(scan.header).toEqual(['id', 'late'])
    expect(good).toEqual([{ id: '1' }, { id: '4', late: '5' }])
  })
})

describe('files that are refused whole', () => {
  test.each<[string, string | Buffer, string, Partial<JsonFormat>?]>([
    ['nothing', '', 'json_empty'],
    ['white space', ' \n\t\n', 'json_empty'],
    ['CSV', 'id,name\n1,x\n', 'not_json'],
    ['a text in quotes', '"id"', 'not_json'],
    ['a web page', '<!doctype html><p>Sign in', 'not_json'],
    ['a Parquet file', Buffer.from('PAR1\0\0\0\0'), 'not_json'],
    ['an array that ends early', '[{"id":1},{"id":2}', 'json_truncated'],
    ['an element that ends early', '[{"id":1},{"id":', 'json_truncated'],
    ['a document that ends early', '{\n "data": [\n {"id":1},\n', 'json_truncated'],
    ['a quote within a string of an array', '[{"id":"a"b"},{"id":"c"}]', 'json_damaged'],
    ['a quote behind a word of an array', '[{"id":a"},{",":"}]', 'json_damaged'],
    ['a string over two lines in an array', '[{"id":"a\nb"},{"id":"c"}]', 'json_damaged'],
    ['brackets that do not match', '[{"id":[1}},{"id":2}]', 'json_damaged'],
    ['no comma between records', '[{"id":1}{"id":2}]', 'json_damaged'],
    ['two commas', '[{"id":1},,{"id":2}]', 'json_damaged'],
    ['a comma at the end', '[{"id":1},]', 'json_damaged'],
    ['a comma at the beginning', '[,{"id":1}]', 'json_damaged'],
    ['something behind the array', '[{"id":1}]\n[{"id":2}]', 'json_damaged'],
    ['an empty array', '[]', 'json_empty'],
    ['an empty array under a key', '{"data":[]}', 'json_empty', { records: 'data' }],
    ['objects without keys', '[{},{}]', 'json_records'],
    ['no objects', '[1,2]', 'json_records'],
    ['one object over lines', '{\n "id": 1\n}\n', 'json_records'],
    ['an array where a key should lead', '[{"id":1}]', 'json_records', { records: 'data' }],
    ['another key', '{"rows":[{"id":1}]}', 'json_records', { records: 'data' }],
    ['no array there', '{"data":{"id":1}}', 'json_records', { records: 'data' }],
    ['no object on the way', '{"data":[{"id":1}]}', 'json_records', { records: 'data.rows' }],
    ['the key twice', '{"data":[{"id":1}],"data":[{"id":2}]}', 'json_records', { records: 'data' }],
    ['a broken member before', '{"a":tru,"data":[{"id":1}]}', 'json_damaged', { records: 'data' }],
    ['a broken member behind', '{"data":[{"id":1}],"a":}', 'json_damaged', { records: 'data' }],
    ['no end of the object', '{"data":[{"id":1}]', 'json_truncated', { records: 'data' }],
    ['a gzip that ends early', gzipSync('[{"id":1}]'.repeat(100)).subarray(0, 20), 'gzip_truncated'],
    [
      'keys that are data',
      `[${Array.from({ length: 5000 }, (_, i) => `{"day ${i}":${i}}`).join(',')}]`,
      'json_too_many_keys',
    ],
  ])('%s', async (_, content, code, format) => {
    expect(await refused(content, format)).toMatchObject({ code })
  })

  test('with the position of what is broken', async () => {
    expect((await refused('[{"id":1},\n{"id":"a"b"}]')).message).toContain('byte 20 ')
  })

  test('no message says a value', async () => {
    for (const text of ['[{"secret":"Ada"b"}]', '"Ada"', '{\n"Ada":1}', '[{"id":"Ada"'])
      expect(JSON.stringify(await refused(text))).not.toMatch(/Ada|secret/)
  })

  test('a record over the limit', async () => {
    await using work = await scratch()
    const path = await work.write('a.json', `[{"id":"${'x'.repeat(5000)}"}]`)
    const outcome = await scanJson(path, json, { limits: { record: 4096 } })
    expect(outcome).toMatchObject({ ok: false, problem: { code: 'json_record_too_long' } })
  })
})

test('records are the same however the text is cut into chunks', async () => {
  const records = Array.from({ length: 40_000 }, (_, i) => ({
    id: String(i),
    text: `${'x'.repeat(i % 97)} \u20ac "${i}"`,
    nested: { deep: [i, { a: '}' }], big: i % 1000 === 0 ? 'y'.repeat(50_000) : '' },
  }))
  for (const text of [JSON.stringify(records), records.map((record) => JSON.stringify(record)).join('\n')]) {
    const { scan, good } = await read(text)
    expect(scan).toMatchObject({ records: records.length, malformed: 0 })
    expect(good[39_999]).toEqual({
      id: '39999',
      text: records[39_999]?.text,
      'nested.deep': '[39999,{"a":"}"}]',
    })
    expect(good.filter((row, i) => row.text !== records[i]?.text)).toEqual([])
  }
})

test('a given signal ends the scan', async () => {
  await using work = await scratch()
  const path = await work.write('a.json', '{"id":1}\n'.repeat(600_000))
  const stop = new AbortController()
  const reading = scanJson(path, json, { signal: stop.signal, onProgress: () => stop.abort() })
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
})
