import { entities } from '../model/entities.ts'
import type { Entity } from '../model/types.ts'
import { configShape } from './config-shape.ts'
import { contractShape } from './contract-shape.ts'
import type { JsonSchema } from './shape.ts'

const DRAFT = 'http://json-schema.org/draft-07/schema#'

/** The published JSON Schemas by file name, made from the shapes that check the files. */
export const jsonSchemas = (): Readonly<Record<string, JsonSchema>> => ({
  'c360.schema.json': { $schema: DRAFT, title: 'c360.yaml', ...configShape.schema },
  'contract.schema.json': {
    $schema: DRAFT,
    title: 'A contract: one source of a customer360 project',
    ...contractShape.schema,
    allOf: entities.map(fieldsOf),
  },
})

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
