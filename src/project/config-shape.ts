import { rulesShape } from './config-rules-shape.ts'
import { plainData } from './plain-data.ts'
import { choice, mapping, named, number, type Read, turned } from './shape.ts'
import { currency, filled, folder, textLike, timeZone } from './values.ts'

const keep = mapping({
  versions: {
    shape: number({ min: 1, integer: true }),
    doc: 'How many published versions are kept. Default 5.',
  },
  days: {
    shape: number({ min: 1, integer: true }),
    doc: 'Versions older than this are removed. Default 30.',
  },
})

const memory = textLike(
  /^[1-9]\d*(\.\d+)? ?(MB|GB|TB|MiB|GiB|TiB)$/,
  'an amount of memory',
  'for example `2GB`',
)

export const configShape = mapping({
  version: {
    shape: turned(choice(['1']), (value) => value, { enum: [1] }),
    required: true,
    doc: 'Version of this file format: 1.',
  },
  name: { shape: filled, required: true, doc: 'Name of the project.' },
  description: { shape: filled, doc: 'For people; the program does not use it.' },
  time_zone: {
    shape: timeZone,
    required: true,
    doc: 'IANA time zone of the business, for example Europe/London.',
  },
  currency: { shape: currency, required: true, doc: 'ISO 4217 code of the one currency of the project.' },
  landing: { shape: folder, doc: 'Folder the files arrive in. Default `landing`.' },
  lake: { shape: folder, doc: 'Folder of the bronze tables. Default `lake`.' },
  warehouse: { shape: folder, doc: 'Folder of the published versions. Default `warehouse`.' },
  memory: { shape: memory, doc: 'Most memory the engine may use, for example 2GB.' },
  threads: { shape: number({ min: 1, integer: true }), doc: 'Threads the engine may use.' },
  keep: { shape: keep, doc: 'Which published versions are kept for `c360 rollback`.' },
  rules: { shape: rulesShape, doc: 'The business rules every figure depends on.' },
  targets: {
    shape: named(plainData, (name) => `target \`${name}\``),
    doc: 'Further engines by name; each says its `engine`.',
  },
})

export type WrittenConfig = Read<typeof configShape>
