import type { Project } from '../../project/types.ts'
import { warehouseOf } from '../../run/stores.ts'
import { type Manifest, Versions } from '../../run/versions.ts'

/** What the published version was built from; undefined before the first run. No database is opened. */
export async function publishedManifest(project: Project): Promise<Manifest | undefined> {
  const versions = new Versions(warehouseOf(project))
  const current = await versions.current()
  return current && versions.manifest(current.version)
}
