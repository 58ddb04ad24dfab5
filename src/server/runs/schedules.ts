import { Cron } from 'croner'
import { C360Error } from '../../errors.ts'
import type { ServerContext } from '../context.ts'
import type { Hosted } from '../projects/hosted.ts'
import { readConnectivity } from './connectivity.ts'
import { startRun } from './run-service.ts'

type Needed = Pick<ServerContext, 'closing' | 'log'>

/** Starts runs as each project's schedule says, for as long as the server runs. */
export class Schedules {
  private readonly jobs = new Map<string, Cron>()
  private readonly server: Needed

  constructor(server: Needed) {
    this.server = server
    server.closing.addEventListener('abort', () => this.stop(), { once: true })
  }

  /** Reads the project's schedule anew; called at the start and when it was changed. */
  async apply(hosted: Hosted): Promise<void> {
    this.jobs.get(hosted.slug)?.stop()
    this.jobs.delete(hosted.slug)
    const { schedule } = await readConnectivity(hosted.root)
    if (schedule === null || this.server.closing.aborted) return
    const { project } = await hosted.prepared()
    const job = new Cron(schedule, { timezone: project.timeZone, unref: true }, () => this.refresh(hosted))
    this.jobs.set(hosted.slug, job)
  }

  private async refresh({ root, slug }: Hosted): Promise<void> {
    const { log, closing } = this.server
    try {
      await startRun(root, { closing })
      log.write({ level: 'info', event: 'scheduled_run', project: slug })
    } catch (error) {
      const code = error instanceof C360Error ? error.code : 'INTERNAL'
      log.write({ level: 'warn', event: 'scheduled_run', project: slug, code })
    }
  }

  private stop(): void {
    for (const job of this.jobs.values()) job.stop()
    this.jobs.clear()
  }
}
