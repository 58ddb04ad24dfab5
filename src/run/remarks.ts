import type { Problem } from '../errors.ts'
import type { Project } from '../project/types.ts'
import type { Landing } from './landing.ts'
import { FORMAT, type Manifest } from './versions.ts'

const HOUR = 3_600_000

/** What a person should know after a run though nothing is wrong with the project. All are warnings. */
export function remarks(
  project: Project,
  { landing, otherFormat }: { readonly landing: Landing; readonly otherFormat: number | undefined },
  manifest: Manifest | undefined,
  now: number,
): Problem[] {
  return [
    ...formatRemark(otherFormat),
    ...landing.unmatched.map(unmatched),
    ...stale(project, manifest, now),
    ...contradictions(manifest),
    ...foundNothing(project, manifest),
  ]
}

const formatRemark = (format: number | undefined): Problem[] =>
  format === undefined
    ? []
    : [
        {
          code: 'other_format',
          severity: 'warn',
          message: `The warehouse was made by another version of c360 (format ${format}, this is ${FORMAT}); it was rebuilt from bronze.`,
        },
      ]

const unmatched = (path: string): Problem => ({
  code: 'unmatched_file',
  severity: 'warn',
  file: path,
  message: 'No contract reads this file.',
  hint: 'Write a contract for it, or widen `files:` of one.',
})

/** Sources whose newest file is older than their contract's `freshness`. */
function stale(project: Project, manifest: Manifest | undefined, now: number): Problem[] {
  return project.contracts.flatMap(({ source, file, freshnessHours }) => {
    const newest = manifest?.newestFile[source]
    if (freshnessHours === undefined || newest === undefined || now - newest <= freshnessHours * HOUR)
      return []
    const age = Math.floor((now - newest) / HOUR)
    const message = `${source}: the newest file is ${age} hours old; ${freshnessHours} are allowed.`
    return [{ code: 'stale_source', severity: 'warn', file, message }]
  })
}

const contradictions = (manifest: Manifest | undefined): Problem[] =>
  Object.entries(manifest?.conflicts ?? {})
    .filter(([, things]) => things > 0)
    .map(([relation, things]) => ({
      code: 'sources_disagree',
      severity: 'warn',
      message: `${relation}: the sources disagree about ${things} of them; the contract with the lowest \`precedence\` was believed.`,
    }))

/** Some values that nothing has are guests; when that is all of them, the two sides are written differently. */
const foundNothing = (project: Project, manifest: Manifest | undefined): Problem[] =>
  Object.entries(manifest?.lookups ?? {}).flatMap(([source, found]) =>
    found
      .filter(({ matched, unmatched, ambiguous }) => matched + ambiguous === 0 && unmatched > 0)
      .map(({ field, entity, by, unmatched }): Problem => {
        const file = project.contracts.find((contract) => contract.source === source)?.file
        return {
          code: 'nothing_matched',
          severity: 'warn',
          ...(file === undefined ? {} : { file }),
          message: `${source}.${field}: none of ${unmatched} rows found its ${entity} by ${by}.`,
          hint: `Compare how the ${by} is written in both sources.`,
        }
      }),
  )
