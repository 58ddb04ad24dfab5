import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { type Arrival, arrivals, type Delivery, deliver, planDelivery } from '../run/arrivals.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { type Command, type Context, flag, text, toJson } from './command.ts'
import { bar } from './progress.ts'
import { bytes, count, duration, table } from './style.ts'

export const command: Command = {
  usage: 'put FILE.. [--to FOLDER] [--overwrite] | ls  [--json] [--project DIR]',
  help: `
The place where the retailer's files arrive: a folder, or a container of Azure Storage (landing: in c360.yaml).

put   brings files of this machine there. What is there is not replaced unless --overwrite says so. An upload
      that broke goes on where it stopped when the same file is put again.
ls    shows what lies there, and which sources read it.

  --to FOLDER   a folder below the landing place (default: the place itself)
  --overwrite   replace files of the same name
`,
  options: { to: { type: 'string' }, overwrite: { type: 'boolean' } },
  async run(context) {
    const [act, ...files] = context.positionals
    if (act !== 'put' && act !== 'ls')
      throw new C360Error(
        'USAGE',
        act === undefined ? 'Say what to do: put or ls.' : `\`landing\` knows put and ls, not \`${act}\`.`,
      )
    if (act === 'ls' && files.length > 0) throw new C360Error('USAGE', '`landing ls` takes no file.')
    if (act === 'put' && files.length === 0)
      throw new C360Error('USAGE', 'Which files? c360 landing put FILE..')
    const project = await loadProjectOrFail(context.project)
    return act === 'ls' ? list(context, project) : put(context, project, files)
  },
}

async function list(context: Context, project: Project): Promise<number> {
  const files = await arrivals(project)
  if (context.json) {
    const shown = files.map(({ path, size, modified, sources, isIgnored }) => ({
      ...{ path, size, modified: new Date(modified).toISOString(), sources },
      ...(isIgnored ? { ignored: true } : {}),
    }))
    context.print(toJson({ landing: project.landing, files: shown }))
    return 0
  }
  if (files.length === 0) {
    context.print(`Nothing lies in ${project.landing} yet: c360 landing put FILE..`)
    return 0
  }
  const rows = files.map((file) => [
    file.path,
    bytes(file.size),
    new Date(file.modified).toISOString().slice(0, 19).replace('T', ' '),
    readBy(context, file),
  ])
  const columns = [
    { title: 'file' },
    { title: 'size', align: 'right' as const },
    { title: 'changed (UTC)' },
    { title: 'read by' },
  ]
  context.print(table(columns, rows, context.paint))
  context.print(`\n${total(files)} in ${project.landing}`)
  return 0
}

function readBy({ paint }: Context, { sources, isIgnored }: Arrival): string {
  if (isIgnored) return paint('dim', 'never: hidden or unfinished by its name')
  return sources.length > 0 ? sources.join(', ') : paint('yellow', 'no contract')
}

const total = (files: readonly { readonly size: number }[]): string =>
  `${count(files.length)} ${files.length === 1 ? 'file' : 'files'}, ${bytes(sum(files))}`

const sum = (files: readonly { readonly size: number }[]): number =>
  files.reduce((all, { size }) => all + size, 0)

async function put(context: Context, project: Project, files: readonly string[]): Promise<number> {
  const to = text(context, 'to') ?? ''
  const { deliveries, problems } = await planDelivery(project, files, {
    to,
    overwrite: flag(context, 'overwrite'),
  })
  if (problems.length > 0)
    throw new C360Error('USAGE', 'Nothing was put into the landing place.', {
      problems,
      hint: 'See above, file by file.',
    })
  const start = performance.now()
  const arrived: Delivery[] = []
  const shown = progress(context, sum(deliveries), () => arrived.length, deliveries.length)
  try {
    await deliver(project, deliveries, {
      signal: context.signal,
      onProgress: shown.moved,
      onArrived(delivery) {
        arrived.push(delivery)
        shown.line(`${delivery.path}  ${bytes(delivery.size)}  ${forWhom(delivery)}`)
      },
    })
  } finally {
    shown.done()
    if (arrived.length < deliveries.length && arrived.length > 0)
      context.note(`${arrived.length} of ${deliveries.length} files arrived and stay; put the others again.`)
  }
  if (context.json)
    context.print(
      toJson({
        landing: project.landing,
        put: arrived.map(({ path, size, sources }) => ({ path, size, sources })),
      }),
    )
  else
    context.print(
      `${total(arrived)} put into ${project.landing} in ${duration((performance.now() - start) / 1000)}. Next: c360 run`,
    )
  return 0
}

const forWhom = ({ sources }: Delivery): string =>
  sources.length > 0 ? `for ${sources.join(', ')}` : 'no contract reads it: see `files:` in contracts/'

interface Progress {
  moved(bytes: number): void
  line(text: string): void
  done(): void
}

/** A bar on a terminal, a line for every tenth elsewhere; a line for every file that arrived on both. */
function progress(context: Context, size: number, arrived: () => number, files: number): Progress {
  if (context.json) return { moved: () => undefined, line: () => undefined, done: () => undefined }
  const state = (moved: number) => `${bytes(moved)} of ${bytes(size)}, ${arrived()} of ${files} files`
  if (context.interactive) {
    const { draw, clear } = bar()
    return {
      moved: (moved) => draw(moved / Math.max(1, size), state(moved)),
      line(said) {
        clear()
        context.note(said)
      },
      done: clear,
    }
  }
  let tenth = 1
  return {
    moved(moved) {
      if (moved < (size * tenth) / 10 || moved >= size) return
      tenth = Math.floor((moved / size) * 10) + 1
      context.note(`  ${state(moved)}`)
    },
    line: context.note,
    done: () => undefined,
  }
}
