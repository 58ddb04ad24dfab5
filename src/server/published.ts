import type { Project } from '../project/types.ts'
import { type Manifest, Versions } from '../run/versions.ts'

/** What the published version was built from; undefined before the first run. No database is opened. */
export async function publishedManifest({ warehouse }: Project): Promise<Manifest | undefined> {
  const versions = new Versions(warehouse)
  const current = await versions.current()
  return current && versions.manifest(current.version)
}
