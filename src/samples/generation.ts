import { mkdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isoOf } from './calendar.ts'
import { DEFECTS_FILE, type Defect, MANIFEST_FILE, type ManifestOf } from './manifest.ts'
import type { Plan, SampleOptions } from './options.ts'
import type { PlantedFile } from './planted-file.ts'
import { TextFile } from './text-file.ts'

/** Where the manifest of the files in `dir` lies unless said otherwise: outside of it, so that it is not taken for data. */
export const manifestFolder = (dir: string): string =>
  join(dirname(resolve(dir)), `${basename(resolve(dir))}.manifest`)

type AnyFile = Pick<PlantedFile<never, never>, 'counts' | 'drain' | 'finish' | 'publish' | 'discard'>

/** Files that are open, and how to fill them. */
export interface Work<T> {
  /** In the order in which the manifest names them. */
  readonly files: readonly AnyFile[]
  /** `pause` is to be called often, with the customers and sales written so far: it lets the disk keep up, and throws when the call is aborted. */
  write(pause: Pause): Promise<T>
}

export type Pause = (done: number) => Promise<void>

/**
 * Writes the files of one generator into `dir`, and beside them what was planted in them and what they mean.
 * A file appears under its name only when it is whole; a failed or aborted call leaves none.
 */
export async function produce<G extends string, T>(
  generator: G,
  dir: string,
  plan: Plan,
  options: SampleOptions,
  open: (report: (defect: Defect) => void) => Promise<Work<T>>,
): Promise<ManifestOf<G, T>> {
  const folder = options.manifest ?? manifestFolder(dir)
  await Promise.all([mkdir(dir, { recursive: true }), mkdir(folder, { recursive: true })])
  const defects = await TextFile.create(join(folder, DEFECTS_FILE))
  const found: Record<string, number> = {}
  const report = (defect: Defect): void => {
    found[defect.kind] = (found[defect.kind] ?? 0) + 1
    defects.append(`${JSON.stringify(defect)}\n`)
  }
  let files: readonly AnyFile[] = []
  try {
    const work = await open(report)
    files = work.files
    const truth = await work.write(async (done) => {
      options.signal?.throwIfAborted()
      for (const file of files) await file.drain()
      await defects.drain()
      options.onProgress?.(done, plan.customers + plan.sales)
    })
    for (const file of files) file.finish()
    const manifest = summary(generator, plan, files, truth, found)
    for (const file of files) await file.publish()
    await defects.publish()
    await writeManifest(folder, manifest)
    return manifest
  } finally {
    await Promise.all([defects, ...files].map((file) => file.discard()))
  }
}

const summary = <G extends string, T>(
  generator: G,
  { seed, customers, first, last }: Plan,
  files: readonly AnyFile[],
  truth: T,
  defects: Record<string, number>,
): ManifestOf<G, T> => ({
  generator,
  seed,
  customers,
  period: { first: isoOf(first), last: isoOf(last) },
  files: Object.assign({}, ...files.map(({ counts }) => counts)),
  truth,
  defects: Object.fromEntries(Object.entries(defects).sort(([a], [b]) => (a < b ? -1 : 1))),
})

async function writeManifest(folder: string, manifest: ManifestOf<string, unknown>): Promise<void> {
  const file = await TextFile.create(join(folder, MANIFEST_FILE))
  file.append(`${JSON.stringify(manifest, null, 2)}\n`)
  await file.publish()
}
