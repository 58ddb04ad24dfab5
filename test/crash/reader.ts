import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { databasePath, readCurrent, reading, readManifest, rowsOf } from './warehouse.ts'

export interface Seen {
  readonly polls: number
  /** Polls that found a published version. */
  readonly versions: number
  readonly complaints: readonly string[]
}

/** Polls one project's published version until stopped; `look` gives its warehouse as a folder, as it is now. */
export function startReader(look: () => Promise<string>, every: number): { stop: () => Promise<Seen> } {
  let [polls, versions, going, newest] = [0, 0, true, 0]
  const complaints: string[] = []
  const identities = new Map<number, string>()
  const poll = async () => {
    const warehouse = await look()
    const current = await readCurrent(warehouse)
    if (!current) return
    versions++
    if (current.version < newest) complaints.push(`went back from ${newest} to ${current.version}`)
    newest = current.version
    const { ino, size, mtimeMs } = await stat(databasePath(warehouse, current.version))
    const identity = `${ino} ${size} ${mtimeMs}`
    if ((identities.get(current.version) ?? identity) !== identity)
      complaints.push(`the file of version ${current.version} changed after it was published`)
    identities.set(current.version, identity)
    complaints.push(...(await disagreements(warehouse, current.version)))
  }
  const loop = async () => {
    while (going) {
      await poll().catch((error: unknown) => complaints.push(String(error)))
      polls++
      await pause(every)
    }
  }
  const running = loop()
  return {
    stop: async () => {
      going = false
      await running
      return { polls, versions, complaints }
    },
  }
}

/** What is wrong with a published version, as far as its own figures can tell. */
export async function disagreements(warehouse: string, version: number): Promise<string[]> {
  const manifest = await readManifest(warehouse, version)
  return reading(databasePath(warehouse, version), async (connection) => {
    const counts = Object.keys(manifest.models).map(
      (model) => `select '${model}' as m, count(*) as n from gold.${model}`,
    )
    const wrong = (await rowsOf(connection, counts.join(' union all ')))
      .filter(({ m, n }) => manifest.models[String(m)]?.rows !== Number(n))
      .map(
        ({ m, n }) =>
          `version ${version}: ${m} has ${n} rows, its certificate says ${manifest.models[String(m)]?.rows}`,
      )
    const doubtful = Object.entries(manifest.models).filter(([, { certificate }]) => !certificate.certified)
    const [sums] = await rowsOf(
      connection,
      `select cast((select sum(amount) from gold.fact_transactions where is_sale) as varchar) as fact,
              cast((select total_sales from gold.average_order_value_by_channel where channel = 'all') as varchar) as view`,
    )
    return [
      ...wrong,
      ...doubtful.map(([model]) => `version ${version}: ${model} is not certified`),
      ...(sums?.fact === sums?.view && sums?.fact !== null
        ? []
        : [`version ${version}: ${sums?.fact} in the fact, ${sums?.view} in the view`]),
    ]
  })
}
