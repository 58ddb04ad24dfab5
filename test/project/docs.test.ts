import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonSchemas } from '../../src/project/json-schema.ts'
import { projectFrom } from '../../src/project/load.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/contracts.md'), 'utf8')
const examples = [...text.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g)].map(
  ([, path = '', content = '']) => ({
    path,
    bytes: new TextEncoder().encode(content),
  }),
)

test('the examples in docs/contracts.md are a project', () => {
  const [config, ...contracts] = examples
  if (!config) throw new Error('no examples found')
  const { project, problems } = projectFrom({ root: '/project', config, contracts, models: [] })
  expect(problems).toEqual([])
  expect(project?.contracts).toMatchObject([{ source: 'online_orders', freshnessHours: 26 }])
  expect(project?.targets.lakehouse?.engine).toBe('databricks')
})

test('every key is explained there', () => {
  const unexplained = new Set<string>()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('properties' in value && 'patternProperties' in value)
      for (const key of Object.keys(value.properties ?? {}))
        if (!new RegExp(`[\`.{ ]${key}[\`:. ]`).test(text)) unexplained.add(key)
    Object.values(value).forEach(walk)
  }
  walk(jsonSchemas())
  expect([...unexplained]).toEqual([])
})
