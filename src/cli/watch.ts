import { errorTable } from '../errors.ts'
import { runApart } from '../run/apart.ts'
import { beat, healthOf } from '../watch/heartbeat.ts'
import type { Failure, WatchEvent } from '../watch/types.ts'
import { watch } from '../watch/watcher.ts'
import { type Command, type Context, flag } from './command.ts'
import { progressFor } from './progress.ts'
import { watchLine } from './watch-lines.ts'

export const command: Command = {
  usage: '[--health] [--json] [--project DIR]',
  help: `
Starts a run whenever files come, until Ctrl-C: a folder is watched by its events, a container of Azure Storage by the events
of Event Grid in a queue (watch: { queue: az://account/name } in c360.yaml); both are looked at every \`poll\` as well. Files that
come together cause one run, what comes during a run causes one more. A failure that may pass is tried three times;
every failure is shown here, in \`c360 runs\` and on the Runs page.

  --health   ask whether a watcher of this project lives: exit code 0 or 1, for a container's health check
  --json     a line of JSON for each event

Exit code 0, 130 when a run was cancelled by Ctrl-C, and that of the failure when the newest run has failed.
`,
  options: { health: { type: 'boolean' } },
  async run(context) {
    if (flag(context, 'health')) return health(context)
    let failure: Failure | undefined
    await using _alive = beat(context.project, () => failure)
    const say = speaker(context)
    const end = await watch({
      root: context.project,
      signal: context.signal,
      start: runApart,
      tell: (event) => {
        if (event.type === 'failed') failure = event.failure
        if (event.type === 'ended') failure = undefined
        say(event)
      },
    })
    // A request that is still patient with its network must not keep the program.
    setTimeout(() => process.exit(), GRACE_MS).unref()
    return end.cancelled ? errorTable.CANCELLED.exit : (end.failure?.exit ?? 0)
  },
}

const GRACE_MS = 300

function speaker(context: Context): (event: WatchEvent) => void {
  if (context.json)
    return (event) => {
      if (event.type !== 'progress') context.print(JSON.stringify({ at: new Date().toISOString(), ...event }))
    }
  const { onEvent, done } = context.interactive
    ? progressFor(context)
    : { onEvent: () => undefined, done: () => undefined }
  return (event) => {
    const line = watchLine(event, context.paint)
    if (line !== undefined) {
      done()
      context.print(line)
    } else if (event.type === 'progress') onEvent(event.event)
  }
}

async function health(context: Context): Promise<number> {
  const { healthy, beat: last } = await healthOf(context.project)
  if (context.json) context.print(JSON.stringify({ healthy, ...last }))
  else if (last === undefined) context.print('no watcher is at work here')
  else {
    const failed = last.failure === null ? '' : `; its newest run failed: ${last.failure}`
    context.print(
      `${healthy ? 'alive' : 'silent'}, last heard of at ${last.at} (process ${last.pid})${failed}`,
    )
  }
  return healthy ? 0 : 1
}
