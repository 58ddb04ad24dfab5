import { resolve, sep } from 'node:path'
import { azureFrom } from './config-azure.ts'
import { rulesFrom } from './config-rules.ts'
import type { WrittenConfig } from './config-shape.ts'
import { targetsFrom } from './config-targets.ts'
import { watchFrom } from './config-watch.ts'
import { isContainer } from './location.ts'
import { reject } from './shape.ts'
import type { Project, SecretRef } from './types.ts'
import type { YamlFile } from './yaml.ts'

/** A project without its contracts and models. */
export type Config = Omit<Project, 'contracts' | 'models'>

/** The reference that stands at a path of c360.yaml instead of a secret. */
export type SecretAt = (path: readonly string[]) => SecretRef | undefined

/** Fills in the defaults of c360.yaml and checks what one key means for another; problems go to `file`. */
export function configFrom(root: string, written: WrittenConfig, file: YamlFile, secretAt: SecretAt): Config {
  const { values } = written
  const places = placesFrom(root, written, file)
  return {
    root,
    name: values.name ?? '',
    timeZone: values.time_zone ?? 'UTC',
    currency: values.currency ?? '',
    ...places,
    azure: azureFrom(values.azure, secretAt, [...Object.values(places), ...queuePlaces(written)], file),
    watch: watchFrom(values.watch, places.landing, file),
    ...(values.memory === undefined ? {} : { memory: values.memory }),
    ...(values.threads === undefined ? {} : { threads: values.threads }),
    keep: {
      versions: values.keep?.values.versions ?? 5,
      days: values.keep?.values.days ?? 30,
      lakeDays: values.keep?.values.lake_days ?? 7,
    },
    lakeExport: [...new Set((values.lake_export ?? []).map(({ value }) => value))],
    rules: rulesFrom(written, file),
    targets: targetsFrom(values.targets ?? [], places, file, secretAt),
  }
}

const queuePlaces = ({ values }: WrittenConfig): string[] => {
  const queue = values.watch?.values.queue
  return queue ? [`az://${queue.account}`] : []
}

const PLACES = ['landing', 'lake', 'warehouse'] as const

function placesFrom(root: string, { values, lines, line }: WrittenConfig, file: YamlFile) {
  const absolute = (place: string) => (isContainer(place) ? place : resolve(root, place))
  const places = {
    landing: absolute(values.landing ?? 'landing'),
    lake: absolute(values.lake ?? 'lake'),
    warehouse: absolute(values.warehouse ?? 'warehouse'),
  }
  const within = (inner: string, outer: string) =>
    inner === outer || inner.startsWith(outer + (isContainer(outer) ? '/' : sep))
  PLACES.forEach((one, index) => {
    for (const other of PLACES.slice(index + 1)) {
      if (!within(places[one], places[other]) && !within(places[other], places[one])) continue
      const at = { file, label: `\`${other}\``, line: lines[other] ?? lines[one] ?? line }
      reject(
        at,
        'same_folder',
        `\`${one}\` and \`${other}\` lie within each other`,
        'give each a folder of its own',
      )
    }
  })
  return places
}
