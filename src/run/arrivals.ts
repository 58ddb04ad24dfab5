import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Problem } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { listLanding } from '../sources/landing.ts'
import { eachOf } from '../storage/parallel.ts'
import type { StoreEntry } from '../storage/store.ts'
import { landingOf } from './stores.ts'

/** A file of the landing place. */
export interface Arrival extends StoreEntry {
  /** Sources whose contracts read it. */
  readonly sources: readonly string[]
  /** By its name it is hidden or unfinished: no run looks at it. */
  readonly isIgnored: boolean
}

/** Everything that lies in the landing place, sorted by path. */
export const arrivals = async (project: Project): Promise<Arrival[]> =>
  readers(project, await landingOf(project).list(''))

/** Who reads these files; by their paths alone. */
async function readers(project: Project, entries: readonly StoreEntry[]): Promise<Arrival[]> {
  const once = { list: async () => [...entries] }
  const seen = new Set((await listLanding(once, ['**'])).map(({ path }) => path))
  const sources = new Map<string, string[]>()
  for (const { source, files } of project.contracts)
    for (const { path } of await listLanding(once, files))
      sources.set(path, [...(sources.get(path) ?? []), source])
  return entries.map((entry) => ({
    ...entry,
    sources: sources.get(entry.path) ?? [],
    isIgnored: !seen.has(entry.path),
  }))
}

/** A file of this machine and its path in the landing place; `size` in bytes. */
export interface Delivery extends Arrival {
  readonly from: string
}

export interface Delivering {
  /** Folder below the landing place; '' = the place itself. */
  readonly to: string
  readonly overwrite: boolean
}

/** What putting these files would do, with every reason against it. Nothing is written. */
export async function planDelivery(
  project: Project,
  files: readonly string[],
  { to, overwrite }: Delivering,
): Promise<{ readonly deliveries: readonly Delivery[]; readonly problems: readonly Problem[] }> {
  const wanted = to.replaceAll('\\', '/').replace(/\/+$/, '')
  const isOutside = /^\/|^[a-z]:|(^|\/)\.\.?(\/|$)/i.test(wanted)
  const folder = isOutside ? '' : wanted
  const found = await Promise.all(files.map((file) => look(file, folder)))
  const planned = found.filter((one) => 'from' in one)
  const named = await readers(project, planned)
  const deliveries = planned.map((one, i) => ({
    ...one,
    ...named[i],
    isIgnored: named[i]?.isIgnored === true,
    sources: named[i]?.sources ?? [],
  }))
  const problems = [
    ...(isOutside ? [problem(to, 'lies outside the landing place.', 'Name a folder below it.')] : []),
    ...found.filter((one) => 'code' in one),
    ...twice(deliveries),
    ...deliveries.filter(({ isIgnored }) => isIgnored).map(ignored),
    ...(overwrite || isOutside ? [] : await inTheWay(project, deliveries)),
  ]
  return { deliveries, problems }
}

const problem = (file: string, message: string, hint: string): Problem => ({
  code: 'landing_put',
  file,
  message,
  hint,
})

async function look(
  file: string,
  folder: string,
): Promise<(StoreEntry & { readonly from: string }) | Problem> {
  const from = resolve(file)
  try {
    const info = await stat(from)
    if (info.isDirectory())
      return problem(file, 'is a folder.', `Name its files: ${file.replace(/\/+$/, '')}/*`)
    const path = [folder, basename(from)].filter(Boolean).join('/')
    return { from, path, size: info.size, modified: info.mtimeMs }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return problem(
      file,
      isMissing ? 'is not there.' : `cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      isMissing
        ? 'Is the path right? It is taken from the folder you are in.'
        : 'Give this user the right to read it.',
    )
  }
}

const twice = (deliveries: readonly Delivery[]): Problem[] =>
  deliveries
    .filter(({ path }, i) => deliveries.findIndex((other) => other.path === path) < i)
    .map(({ from, path }) =>
      problem(
        from,
        `would become ${path}, as another of these files would.`,
        'Put them into different folders: --to.',
      ),
    )

const ignored = ({ from }: Delivery): Problem =>
  problem(
    from,
    'would never be read: names that begin with a dot or end with ~, .tmp, .partial and the like are unfinished files.',
    'Give it another name.',
  )

async function inTheWay(project: Project, deliveries: readonly Delivery[]): Promise<Problem[]> {
  const landing = landingOf(project)
  const there = await Promise.all(deliveries.map(({ path }) => landing.stat(path)))
  return deliveries.flatMap(({ from, path, size }, i) => {
    const old = there[i]
    if (!old) return []
    const same = old.size === size ? 'of the same size' : `of ${old.size} bytes, this one has ${size}`
    return problem(
      from,
      `${path} is there already, ${same}.`,
      'Give it another name, or replace the old one: --overwrite.',
    )
  })
}

export interface DeliveryEvents {
  readonly signal?: AbortSignal
  /** Bytes of all files that have moved so far. */
  readonly onProgress?: (bytes: number) => void
  readonly onArrived?: (delivery: Delivery) => void
}

const AT_ONCE = 2

/** Puts the files into the landing place, some at a time; the first failure stops the others. What arrived stays. */
export async function deliver(
  project: Project,
  deliveries: readonly Delivery[],
  { signal, onProgress, onArrived }: DeliveryEvents = {},
): Promise<void> {
  const landing = landingOf(project)
  const moved = deliveries.map(() => 0)
  const one = async (index: number, stop: AbortSignal) => {
    const delivery = deliveries[index]
    if (!delivery) return
    await landing.upload(delivery.path, delivery.from, {
      signal: stop,
      onProgress: (bytes) => {
        moved[index] = bytes
        onProgress?.(moved.reduce((sum, part) => sum + part, 0))
      },
    })
    onArrived?.(delivery)
  }
  await eachOf({ from: 0, to: deliveries.length, most: AT_ONCE }, one, signal)
}
