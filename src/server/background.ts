import { closeHelpers } from './helper/helper.ts'
import type { Projects } from './projects/projects.ts'
import { runsEnded } from './runs/run-service.ts'
import { closeSql } from './sql/sql-service.ts'

/** Ends what works beside the server: runs are asked to stop and waited for, sandboxes and helpers are ended. */
export async function closeBackground(projects: Projects): Promise<void> {
  for (const hosted of projects.list()) closeSql(hosted)
  await closeHelpers()
  for (const { root } of projects.list()) await runsEnded({ root, cancel: true })
}
