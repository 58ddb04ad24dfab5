import { Ajv } from 'ajv'

// Written down from the published OpenAPI specification of Key Vault's data plane (stable/7.4, secrets.json and common.json):
// the definitions SecretAttributes, SecretItem, SecretBundle, SecretListResult and KeyVaultError.
const attributes = {
  type: 'object',
  properties: {
    enabled: { type: 'boolean' },
    nbf: { type: 'integer' },
    exp: { type: 'integer' },
    created: { type: 'integer' },
    updated: { type: 'integer' },
    recoverableDays: { type: 'integer', minimum: 0, maximum: 90 },
    recoveryLevel: {
      enum: [
        'Purgeable',
        'Recoverable+Purgeable',
        'Recoverable',
        'Recoverable+ProtectedSubscription',
        'CustomizedRecoverable+Purgeable',
        'CustomizedRecoverable',
        'CustomizedRecoverable+ProtectedSubscription',
      ],
    },
  },
  additionalProperties: false,
}

const itemProperties = {
  id: { type: 'string', pattern: '^https://[^/]+/secrets/[0-9A-Za-z-]{1,127}(/[0-9a-f]{32})?$' },
  attributes,
  tags: { type: 'object', additionalProperties: { type: 'string' } },
  contentType: { type: 'string' },
  managed: { type: 'boolean' },
}

const secretItem = {
  type: 'object',
  properties: itemProperties,
  required: ['id'],
  additionalProperties: false,
}

const error = {
  type: 'object',
  properties: {
    code: { type: 'string' },
    message: { type: 'string' },
    innererror: { $ref: '#/$defs/error' },
  },
  additionalProperties: false,
}

const definitions = {
  SecretBundle: {
    type: 'object',
    properties: { ...itemProperties, value: { type: 'string' }, kid: { type: 'string' } },
    required: ['id', 'value', 'attributes'],
    additionalProperties: false,
  },
  SecretListResult: {
    type: 'object',
    properties: { value: { type: 'array', items: secretItem }, nextLink: { type: ['string', 'null'] } },
    required: ['value'],
    additionalProperties: false,
  },
  KeyVaultError: {
    type: 'object',
    properties: { error: { $ref: '#/$defs/error' } },
    required: ['error'],
    additionalProperties: false,
    $defs: { error },
  },
}

const ajv = new Ajv({ allowUnionTypes: true })
const validators = Object.fromEntries(
  Object.entries(definitions).map(([name, schema]) => [name, ajv.compile(schema)]),
)

/** What is wrong with a body by the specification; empty = nothing. */
export function misfits(definition: keyof typeof definitions, body: unknown): readonly string[] {
  const validate = validators[definition]
  if (!validate) throw new Error(`no definition ${definition}`)
  return validate(body)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
