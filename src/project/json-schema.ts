import { entities } from '../model/entities.ts'
import type { Entity } from '../model/types.ts'
import { SECRET_PATTERN } from './config-azure.ts'
import { configShape } from './config-shape.ts'
import { contractShape } from './contract-shape.ts'
import type { JsonSchema } from './shape.ts'

const DRAFT = 'http://json-schema.org/draft-07/schema#'

/** The published JSON Schemas by file name, made from the shapes that check the files. */
export const jsonSchemas = (): Readonly<Record<string, JsonSchema>> => ({
  'c360.schema.json': { $schema: DRAFT, title: 'c360.yaml', ...orReference(configShape.schema) },
  'contract.schema.json': {
    $schema: DRAFT,
    title: 'A contract: one source of a customer360 project',
    ...contractShape.schema,
    allOf: entities.map(fieldsOf),
  },
})

const REFERENCE = { type: 'string', pattern: '\\$\\{(env|file|keyvault):[^{}]+\\}' }

/** The same, and a reference wherever a value must be more than any text. */
function orReference(schema: JsonSchema): JsonSchema {
  const { description, ...rest } = schema
  const isStrict =
    ['integer', 'number', 'boolean'].includes(String(rest.type)) || 'pattern' in rest || 'enum' in rest
  if (isStrict && rest.pattern !== SECRET_PATTERN)
    return { ...(description === undefined ? {} : { description }), anyOf: [rest, REFERENCE] }
  const inner = ([key, value]: [string, unknown]) => [key, key in NESTED ? NESTED[key]?.(value) : value]
  return Object.fromEntries(Object.entries(schema).map(inner))
}

/** How the schemas within a schema are reached. */
const NESTED: Readonly<Record<string, (value: unknown) => unknown>> = {
  properties: (value) =>
    Object.fromEntries(
      Object.entries(value as Record<string, JsonSchema>).map(([key, one]) => [key, orReference(one)]),
    ),
  items: (value) => orReference(value as JsonSchema),
  additionalProperties: (value) => (typeof value === 'object' ? orReference(value as JsonSchema) : value),
  anyOf: (value) => (value as JsonSchema[]).map(orReference),
}

/** Completion of field names by entity; other names stay allowed, for columns of one's own. */
function fieldsOf({ name, fields }: Entity): JsonSchema {
  const known = { enum: fields.map((field) => field.name) }
  const names = { anyOf: [known, { type: 'string' }] }
  const column = {
    anyOf: [known, { type: ['string', 'null'] }, { type: 'object', properties: { field: names } }],
  }
  return {
    if: { properties: { entity: { const: name } }, required: ['entity'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        set: { propertyNames: known },
        key: { anyOf: [names, { type: 'array', items: names }] },
        order: { anyOf: [names, { type: 'array', items: names }] },
        columns: { additionalProperties: column },
      },
    },
  }
}
