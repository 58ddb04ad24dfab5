import { resolve, sep } from 'node:path'
import { rulesFrom } from './config-rules.ts'
import type { WrittenConfig } from './config-shape.ts'
import { reject } from './shape.ts'
import type { Project } from './types.ts'
import type { YamlFile } from './yaml.ts'

/** A project without its contracts and models. */
export type Config = Omit<Project, 'contracts' | 'models'>

/** Fills in the defaults of c360.yaml and checks what one key means for another; problems go to `file`. */
export function configFrom(root: string, written: WrittenConfig, file: YamlFile): Config {
  const { values } = written
  return {
    root,
    name: values.name ?? '',
    timeZone: values.time_zone ?? 'UTC',
    currency: values.currency ?? '',
    ...foldersFrom(root, written, file),
    azure: { accounts: {} },
    ...(values.memory === undefined ? {} : { memory: values.memory }),
    ...(values.threads === undefined ? {} : { threads: values.threads }),
    keep: { versions: values.keep?.values.versions ?? 5, days: values.keep?.values.days ?? 30 },
    rules: rulesFrom(written, file),
    targets: targetsFrom(written, file),
  }
}

const FOLDERS = ['landing', 'lake', 'warehouse'] as const

function foldersFrom(root: string, { values, lines, line }: WrittenConfig, file: YamlFile) {
  const folders = {
    landing: resolve(root, values.landing ?? 'landing'),
    lake: resolve(root, values.lake ?? 'lake'),
    warehouse: resolve(root, values.warehouse ?? 'warehouse'),
  }
  const within = (inner: string, outer: string) => inner === outer || inner.startsWith(outer + sep)
  FOLDERS.forEach((one, index) => {
    for (const other of FOLDERS.slice(index + 1)) {
      if (!within(folders[one], folders[other]) && !within(folders[other], folders[one])) continue
      const at = { file, label: `\`${other}\``, line: lines[other] ?? lines[one] ?? line }
      reject(
        at,
        'same_folder',
        `\`${one}\` and \`${other}\` lie within each other`,
        'give each a folder of its own',
      )
    }
  })
  return folders
}

function targetsFrom({ values }: WrittenConfig, file: YamlFile): Project['targets'] {
  const targets: [string, Readonly<Record<string, unknown>>][] = []
  for (const { name, line, value } of values.targets ?? []) {
    const at = { file, label: `target \`${name}\``, line }
    if (value === undefined) continue
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      reject(at, 'wrong_type', `${at.label} must be a mapping of keys to values`)
    else if (!('engine' in value) || typeof value.engine !== 'string')
      reject(
        at,
        'missing_key',
        `${at.label} has no \`engine\``,
        'add `engine:`, for example `engine: snowflake`',
      )
    else targets.push([name, { ...value }])
  }
  return Object.fromEntries(targets)
}
