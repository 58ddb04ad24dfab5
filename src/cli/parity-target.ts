import type { Remote, RemoteName } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import type { Side } from '../parity/side.ts'
import type { Project } from '../project/types.ts'
import { openTarget } from '../run/target/open.ts'
import { TargetVersions } from '../run/target/state.ts'
import type { ParityDialect } from '../sql/parity-dialect.ts'

const dialects: Readonly<Record<RemoteName, () => Promise<{ readonly parity: ParityDialect }>>> = {
  spark: () => import('../engines/spark/parity.ts'),
  databricks: () => import('../engines/spark/parity.ts'),
  snowflake: () => import('../engines/snowflake/parity.ts'),
  azure_sql: () => import('../engines/azure-sql/parity.ts'),
}

/** Opens what a target has published. NOT_FOUND where it has published nothing yet. */
export const targetSide = async (project: Project, name: string): Promise<Side> =>
  sideOf(name, await openTarget(project, name))

/** The same of a target that is known already. */
export async function sideOf(name: string, remote: Remote): Promise<Side> {
  const { parity } = await dialects[remote.engine]()
  const session = await remote.connect()
  try {
    const versions = new TargetVersions(remote, session)
    const published = async () => {
      const manifest = await versions.published()
      if (!manifest)
        throw new C360Error('NOT_FOUND', `Nothing was published to \`${name}\` yet.`, {
          hint: `Run \`c360 run --target ${name}\` first.`,
        })
      return manifest
    }
    const { gold } = await published()
    return {
      name,
      engine: remote.engine,
      place: remote.where,
      session,
      dialect: parity,
      tables: async () => Object.keys(gold),
      table: remote.shown,
      async state() {
        const { version, runId, createdAt } = await published()
        return { version, runId, builtAt: createdAt }
      },
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    }
  } catch (error) {
    await session[Symbol.asyncDispose]()
    throw error
  }
}
