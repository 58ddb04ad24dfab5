import { azureShape } from './config-azure.ts'
import { rulesShape } from './config-rules-shape.ts'
import { targetShape } from './config-targets.ts'
import { watchShape } from './config-watch.ts'
import { location } from './location.ts'
import { choice, list, mapping, named, number, type Read, turned } from './shape.ts'
import { currency, filled, textLike, timeZone } from './values.ts'

const keep = mapping({
  versions: {
    shape: number({ min: 1, integer: true }),
    doc: 'How many published versions are kept. Default 5.',
  },
  days: {
    shape: number({ min: 1, integer: true }),
    doc: 'Versions older than this are removed. Default 30.',
  },
  lake_days: {
    shape: number({ min: 1, integer: true }),
    doc: 'Files of the lake that were replaced are kept this long for readers of older versions; `c360 lake vacuum` removes them then. Default 7.',
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
  landing: {
    shape: location,
    doc: 'Where the files arrive: a folder, or `az://account/container/path`. Default `landing`.',
  },
  lake: {
    shape: location,
    doc: 'Where the bronze tables lie: a folder, or `az://account/container/path`. Default `lake`.',
  },
  warehouse: {
    shape: location,
    doc: 'Where the published versions lie: a folder, or `az://account/container/path`. Default `warehouse`.',
  },
  lake_export: {
    shape: list(choice(['silver', 'gold'])),
    doc: 'Layers that are also written to the lake as Delta tables, for other readers. Default none.',
  },
  azure: { shape: azureShape, doc: 'The Key Vault and the accounts of Azure Storage.' },
  memory: { shape: memory, doc: 'Most memory the engine may use, for example 2GB.' },
  threads: { shape: number({ min: 1, integer: true }), doc: 'Threads the engine may use.' },
  watch: { shape: watchShape, doc: 'How `c360 watch` notices new files.' },
  keep: { shape: keep, doc: 'Which published versions are kept for `c360 rollback`.' },
  rules: { shape: rulesShape, doc: 'The business rules every figure depends on.' },
  targets: {
    shape: named(targetShape, (name) => `target \`${name}\``),
    doc: 'Further engines by name; each says its `engine`.',
  },
})

export type WrittenConfig = Read<typeof configShape>
