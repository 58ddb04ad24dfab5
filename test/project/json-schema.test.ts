import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { jsonSchemas } from '../../src/project/json-schema.ts'

const ROOT = join(import.meta.dirname, '../..')
const RETAIL = join(ROOT, 'examples/retail')
const CASES = join(import.meta.dirname, 'cases')
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true })
const validators = Object.fromEntries(
  Object.entries(jsonSchemas()).map(([name, schema]) => [name, ajv.compile({ ...schema })]),
)
const yaml = (path: string): unknown => parse(readFileSync(path, 'utf8'), { merge: true })
const accepts = (schema: string, document: unknown) => {
  const validate = validators[schema]
  if (!validate) throw new Error(`no schema ${schema}`)
  return validate(document) ? [] : validate.errors
}
const contractsOf = (root: string) =>
  readdirSync(join(root, 'contracts')).map((name) => join(root, 'contracts', name))

test.each(Object.entries(jsonSchemas()))(
  'schemas/%s is up to date (npx tsc && node scripts/schemas.mjs)',
  (name, schema) =>
    expect(JSON.parse(readFileSync(join(ROOT, 'schemas', name), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(schema)),
    ),
)

test.each([
  RETAIL,
  join(ROOT, 'examples/choice'),
  join(ROOT, 'examples/unified'),
  join(CASES, 'ok-friendly'),
  join(CASES, 'ok-merge-keys'),
])('%s is valid', (root) => {
  expect(accepts('c360.schema.json', yaml(join(root, 'c360.yaml')))).toEqual([])
  for (const path of contractsOf(root)) expect(accepts('contract.schema.json', yaml(path))).toEqual([])
})

describe('editors see mistakes', () => {
  const contract = { files: 'S.csv', entity: 'store', key: ['store_id'], columns: { StoreID: 'store_id' } }
  test.each([
    ['an unknown key', { ...contract, colunms: {} }],
    ['an unknown entity', { ...contract, entity: 'shop' }],
    ['a missing key', { entity: 'store' }],
    ['an unknown cleaning step', { ...contract, columns: { StoreID: { clean: ['capitals'] } } }],
    ['a constant for a field of another entity', { ...contract, set: { channel: 'online' } }],
    ['a load mode that does not exist', { ...contract, load: 'replace' }],
  ])('%s', (_, document) => {
    expect(accepts('contract.schema.json', contract)).toEqual([])
    expect(accepts('contract.schema.json', document)).not.toEqual([])
  })
})

describe('references in c360.yaml', () => {
  const config = { version: 1, name: '${env:NAME}', time_zone: '${env:ZONE}', currency: '${file:currency}' }
  const lake = { account_key: '${keyvault:lake-key}' }
  test('stand for any value', () => {
    const rules = {
      churned_after: '${env:DAYS}',
      high_value: { percentile: '${env:P}' },
      tier_points: { A: '${env:A}' },
    }
    const document = { ...config, threads: '${env:THREADS}', rules, azure: { storage: { lake } } }
    expect(accepts('c360.schema.json', document)).toEqual([])
  })
  test.each([
    ['a secret in clear', { ...config, azure: { storage: { lake: { account_key: 'abc' } } } }],
    ['a reference that is none', { ...config, threads: '${enf:THREADS}' }],
  ])('%s is a mistake', (_, document) => expect(accepts('c360.schema.json', document)).not.toEqual([]))
})

test('every key is described', () => {
  const undescribed: string[] = []
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return
    if ('properties' in value && 'additionalProperties' in value && value.additionalProperties === false)
      for (const [key, property] of Object.entries(value.properties ?? {}))
        if (typeof property?.description !== 'string') undescribed.push(`${path}.${key}`)
    for (const [key, child] of Object.entries(value)) walk(child, `${path}.${key}`)
  }
  walk(jsonSchemas(), '')
  expect(undescribed).toEqual([])
})
