import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { C360Error } from '../errors.ts'
import { MODES } from '../server/runs/connectivity.ts'
import { type ServeOptions, startServer } from '../server/start.ts'
import { type Command, type Context, flag, text } from './command.ts'
import { version } from './version.ts'

export const DEFAULT_PORT = 3600

export const command: Command = {
  usage:
    '[DIR ...] [--port N] [--host 127.0.0.1] [--open] [--allow-root DIR ...] [--schedule CRON] [--watch] [--target NAME [--import|--direct]] [--quiet]',
  help: `
Opens the web app over the published versions of one or several projects, on this machine only. The address it prints carries a
token and is good until the server ends; Ctrl-C ends it. A folder without a project is offered a guide that makes one.

  DIR               folder of a project; several are offered by a switcher (default: --project, or this folder)
      --port N      default ${DEFAULT_PORT}; 0 takes any free one
      --host H      127.0.0.1 (default), ::1 or localhost
      --open        open the address in the browser
      --allow-root DIR  a folder the guide may read files from; may be repeated
      --schedule CRON  start a run by this pattern ("0 6 * * *": every day at six, in the project's time zone), whatever the
                    Runs page says
      --watch       start a run when files come, as \`c360 watch\` does
      --target NAME  show the gold of this target of c360.yaml, built by \`c360 run --target NAME\`, in place of the embedded
                    warehouse; schedule and refresh then bring that gold here anew
      --import      pages read a copy of the target's gold on this machine (default, unless the refresh settings say otherwise)
      --direct      each question of a page goes to the target's own engine
      --quiet       no log on standard error

Exit code 0; that of the failure when the newest run by schedule or by files has failed.
`,
  options: {
    project: { type: 'string', short: 'p', multiple: true },
    port: { type: 'string' },
    host: { type: 'string' },
    open: { type: 'boolean' },
    'allow-root': { type: 'string', multiple: true },
    schedule: { type: 'string' },
    watch: { type: 'boolean' },
    target: { type: 'string' },
    import: { type: 'boolean' },
    direct: { type: 'boolean' },
    quiet: { type: 'boolean' },
  },
  async run(context) {
    const named = [...context.positionals, ...list(context, 'project')]
    const roots = named.length > 0 ? named.map((dir) => resolve(dir)) : [context.project]
    const schedule = text(context, 'schedule')
    const running = await startServer({
      roots,
      port: portOf(text(context, 'port')),
      host: text(context, 'host') ?? '127.0.0.1',
      allowRoots: list(context, 'allow-root').map((dir) => resolve(dir)),
      program: version,
      watch: flag(context, 'watch'),
      ...targetOf(context),
      ...(schedule === undefined ? {} : { schedule }),
      log: flag(context, 'quiet') ? () => undefined : (line) => void process.stderr.write(line),
    })
    context.print(
      context.json ? JSON.stringify({ url: running.url }) : `${context.paint('bold', running.url)}`,
    )
    if (flag(context, 'open')) openBrowser(running.url)
    await ended(context.signal)
    const failure = running.failure()
    await running.close()
    return failure?.exit ?? 0
  },
}

function targetOf(context: Context): Pick<ServeOptions, 'target'> {
  const name = text(context, 'target')
  const modes = MODES.filter((mode) => flag(context, mode))
  if (name === undefined && modes.length > 0)
    throw new C360Error('USAGE', `\`--${modes[0]}\` is about a target.`, { hint: 'Name it: --target NAME.' })
  if (modes.length > 1)
    throw new C360Error('USAGE', 'Either --import or --direct.', { hint: 'Leave one of them out.' })
  if (name === undefined) return {}
  if (flag(context, 'watch'))
    throw new C360Error('USAGE', '`--watch` starts runs of the embedded engine.', {
      hint: 'Start runs upon a target with `c360 run --target`, and let the server bring their gold: --schedule.',
    })
  const [mode] = modes
  return { target: { name, ...(mode === undefined ? {} : { mode }) } }
}

function portOf(written: string | undefined): number {
  if (written === undefined) return DEFAULT_PORT
  const port = Number(written)
  if (!/^\d{1,5}$/.test(written) || port > 65_535)
    throw new C360Error('USAGE', `\`${written}\` is no port.`, { hint: 'A number from 0 to 65535.' })
  return port
}

const list = (context: Context, name: string): string[] => {
  const value = context.values[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

export const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** A browser that does not open is no failure: the address stands above. */
export function openBrowser(url: string): void {
  const [program, args] =
    process.platform === 'darwin'
      ? (['open', [url]] as const)
      : process.platform === 'win32'
        ? (['cmd', ['/c', 'start', '', url]] as const)
        : (['xdg-open', [url]] as const)
  spawn(program, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref()
}
