import { isScalar, type Node } from 'yaml'
import { entities } from '../model/entities.ts'
import type { EntityName, FieldType, Pii } from '../model/types.ts'
import { formatShape } from './format-shape.ts'
import {
  boolean,
  choice,
  list,
  mapping,
  mappingOr,
  named,
  number,
  oneOrMore,
  type Place,
  type Read,
  reject,
  type Shape,
  turned,
  word,
} from './shape.ts'
import type { CleanStep, Lookup } from './types.ts'
import {
  datePattern,
  fileDate,
  filled,
  glob,
  hours,
  NAME,
  nameText,
  share,
  textLike,
  timeZone,
} from './values.ts'
import { listed } from './words.ts'

const FIELD_TYPES = [
  'text',
  'integer',
  'decimal',
  'date',
  'timestamp',
  'boolean',
] as const satisfies FieldType[]
const PII = ['none', 'direct', 'indirect', 'employee'] as const satisfies Pii[]
const LOOKUP_FIELDS = ['email', 'phone'] as const satisfies Lookup['by'][]
export const ENTITY_NAMES: readonly EntityName[] = entities.map(({ name }) => name)

const entityName = choice(ENTITY_NAMES, 'unknown_entity')

const PLAIN_STEPS = [
  'trim',
  'collapse_spaces',
  'lower',
  'upper',
  'title_case',
  'email',
  'phone',
  'money',
  'state_code',
  'state_name',
  'nulls',
] as const
type PlainStep = (typeof PLAIN_STEPS)[number]

export const DEFAULT_COUNTRY = '+1'
export const DEFAULT_NULLS = ['N/A', 'NULL', '-']

function plainStep(op: PlainStep, { file, line }: Place): CleanStep {
  if (op === 'phone') {
    const message = `numbers without a country prefix are taken for ${DEFAULT_COUNTRY}`
    file.report({
      code: 'assumed_country',
      severity: 'warn',
      line,
      message,
      hint: `say it: \`{ phone: "${DEFAULT_COUNTRY}" }\``,
    })
    return { op, country: DEFAULT_COUNTRY }
  }
  return op === 'nulls' ? { op, words: DEFAULT_NULLS } : { op }
}

const stepWithValue = mapping({
  strip_prefix: { shape: filled, doc: 'Removes this text from the beginning.' },
  phone: {
    shape: textLike(/^\+[1-9]\d{0,3}$/, 'a country prefix', 'for example `phone: "+44"`'),
    doc: 'Digits only, with this country prefix where the number has none.',
  },
  nulls: { shape: list(word, 1), doc: 'These words mean: no value (compared without case).' },
})

function valuedStep({ values, size }: Read<typeof stepWithValue>, at: Place): CleanStep | undefined {
  if (size !== 1)
    return reject(
      at,
      'bad_value',
      `${at.label} must have one key`,
      'write each step by itself: `- strip_prefix: "TXN-"`',
    )
  if (values.strip_prefix !== undefined) return { op: 'strip_prefix', prefix: values.strip_prefix }
  if (values.phone !== undefined) return { op: 'phone', country: values.phone }
  if (values.nulls !== undefined) return { op: 'nulls', words: values.nulls.map(({ value }) => value) }
  return undefined
}

const cleanStep: Shape<CleanStep> = mappingOr(
  turned(stepWithValue, valuedStep, { minProperties: 1, maxProperties: 1 }),
  turned(choice([...PLAIN_STEPS, 'strip_prefix']), (op, at) =>
    op === 'strip_prefix'
      ? reject(at, 'bad_value', '`strip_prefix` needs the prefix', 'write `{ strip_prefix: "TXN-" }`')
      : plainStep(op, at),
  ),
)

const columnKeys = mapping({
  field: { shape: nameText, doc: "Field of the entity it fills. Default: the column's name in snake case." },
  description: { shape: filled, doc: 'For people; the program does not use it.' },
  type: {
    shape: choice(FIELD_TYPES),
    doc: "Type of a column of your own (default text); the entity's fields have theirs.",
  },
  required: { shape: boolean, doc: 'A row without a value is quarantined. Default false; true for the key.' },
  optional: { shape: boolean, doc: 'The column may be missing from a file. Default false.' },
  clean: {
    shape: oneOrMore(cleanStep),
    doc: 'Cleaning steps, in order. Trimming and empty to NULL come first by themselves.',
  },
  split: {
    shape: choice(['name', 'city_state']),
    doc: 'Also fill first_name and last_name, or city and state.',
  },
  formats: {
    shape: oneOrMore(datePattern),
    doc: 'strptime patterns of dates and times, tried in turn. Default ISO 8601.',
  },
  unit: { shape: filled, doc: 'Unit of a column of your own.' },
  one_of: { shape: list(word, 1), doc: 'The only values allowed, after cleaning.' },
  min: { shape: number(), doc: 'Smallest value allowed.' },
  max: { shape: number(), doc: 'Largest value allowed.' },
  references: { shape: entityName, doc: 'Entity a column of your own refers to.' },
  by: {
    shape: choice(LOOKUP_FIELDS),
    doc: 'The reference holds no id but this value of the thing; what none or several have refers to nothing.',
  },
  orphan: {
    shape: choice(['infer', 'quarantine']),
    doc: '`infer` (default): a missing parent is made up until it comes. `quarantine`: the row waits for it.',
  },
  pii: {
    shape: choice(PII),
    doc: "How personal it is. Default: the field's class; `direct` for a column of your own.",
  },
})

export type WrittenColumn = Read<typeof columnKeys>

/** `CustomerID: customer_id` and `CustomerID:` are short for `{ field: customer_id }` and `{}`. */
const column: Shape<WrittenColumn> = {
  schema: { anyOf: [nameText.schema, { type: 'null' }, columnKeys.schema] },
  read: (node: Node, at) => {
    if (!isScalar(node)) return columnKeys.read(node, at)
    if (node.value === null) return { line: at.line, size: 0, lines: {}, values: {} }
    const field = nameText.read(node, at)
    return field === undefined
      ? undefined
      : { line: at.line, size: 1, lines: { field: at.line }, values: { field } }
  },
}

/** Names of silver tables that are the program's own. */
const RESERVED = ['quarantine']

const sourceName = turned(nameText, (value, at) =>
  RESERVED.includes(value)
    ? reject(
        at,
        'bad_value',
        `${at.label} cannot be ${listed(RESERVED)}: the program has a table of that name`,
      )
    : value,
)

export const isSourceName = (name: string): boolean => NAME.test(name) && !RESERVED.includes(name)

export const contractShape = mapping({
  source: {
    shape: sourceName,
    doc: "Name of the source and of its silver table. Default: the contract file's name.",
  },
  description: { shape: filled, doc: 'For people; the program does not use it.' },
  files: { shape: oneOrMore(glob), required: true, doc: 'File names or globs below the landing folder.' },
  format: { shape: formatShape, doc: 'How the files are written. Default: by their extension.' },
  entity: { shape: entityName, required: true, doc: 'What a row describes.' },
  id_space: {
    shape: nameText,
    doc: 'Sources in the same id space mean the same thing by the same id. Default main.',
  },
  precedence: {
    shape: number({ min: 0, integer: true }),
    doc: 'Where two sources describe the same thing, the lower number is believed first. Default 100.',
  },
  key: { shape: oneOrMore(nameText), doc: 'Fields that identify a row. Needed unless `load: append`.' },
  order: { shape: oneOrMore(nameText), doc: 'Fields whose largest value marks the newest row of a key.' },
  load: {
    shape: choice(['upsert', 'append', 'full']),
    doc: '`upsert` (default): newest row per key. `append`: every row. `full`: each file is the whole source.',
  },
  dated: {
    shape: fileDate,
    doc: 'Pattern of the date in the file name of a full load, for example %Y-%m-%d.',
  },
  max_delete: { shape: share, doc: 'Largest share of keys a full load may delete unasked. Default 20 %.' },
  freshness: { shape: hours, doc: 'A source without a new file for longer is reported as stale.' },
  time_zone: { shape: timeZone, doc: "Zone of times without an offset. Default: the project's." },
  set: { shape: named(word, (name) => `\`${name}\``), doc: 'Constants: field of the entity to text.' },
  columns: {
    shape: named(column, (name) => `column \`${name}\``),
    required: true,
    doc: 'Columns of the file, by header.',
  },
})

export type WrittenContract = Read<typeof contractShape>
