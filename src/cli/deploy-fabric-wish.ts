import { zoneOnWindows } from '../engines/azure-sql/zones.ts'
import { C360Error, type Problem } from '../errors.ts'
import { isDirectQuery, type Parameter, parametersIn, withParameters } from '../fabric/definition.ts'
import type { LocalProject, Schedule, Wish } from '../fabric/types.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { type Context, flag, text } from './command.ts'
import { BLANKS } from './export-blanks.ts'

/** What the options ask for, made fit for sending. USAGE with every Problem at once. */
export async function wishFrom(context: Context, project: LocalProject): Promise<Wish> {
  const problems: Problem[] = []
  const add = (message: string, hint: string) => void problems.push({ code: 'USAGE', message, hint })
  const known = parametersIn(project.model.parts)
  const parts = withParameters(project.model.parts, valuesFrom(context, known, add))
  for (const parameter of parametersIn(parts)) checkReach(parameter, add)
  const schedule = await scheduleFrom(context, project, add)
  if (problems.length > 0) throw new C360Error('USAGE', 'This cannot be deployed as it is:', { problems })
  return {
    project: { ...project, model: { ...project.model, parts } },
    connections: list(context, 'connection'),
    schedule,
    refresh: !flag(context, 'no-refresh'),
  }
}

type Add = (message: string, hint: string) => void

function list(context: Context, name: string): readonly string[] {
  const values = context.values[name]
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
}

function valuesFrom(context: Context, known: readonly Parameter[], add: Add): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const one of list(context, 'set')) {
    const at = one.indexOf('=')
    const [name, value] = [one.slice(0, Math.max(at, 0)), one.slice(at + 1)]
    const parameter = known.find((each) => each.name === name)
    if (at < 1) add(`--set takes NAME=VALUE, not \`${one}\`.`, 'For example --set Database=gold_test.')
    else if (!parameter)
      add(
        `The model has no parameter \`${name}\`.`,
        `It has ${known.map((each) => each.name).join(', ') || 'none'}; upper and lower case count.`,
      )
    else if (!parameter.isText && !/^(-?\d+(\.\d+)?|true|false|null)$/.test(value))
      add(`The parameter ${name} is no text: \`${value}\` does not fit.`, 'A number, true or false.')
    else values.set(name, value)
  }
  return values
}

/** Words that the export leaves for the user to fill in, and addresses of this machine, are of no use over there. */
function checkReach({ name, value }: Parameter, add: Add): void {
  if (Object.values<string>(BLANKS).includes(value))
    add(
      `The parameter ${name} is not filled in: ${value}.`,
      `Say --set ${name}=.., or name a --target that has it.`,
    )
  else if (/^https?:\/\/(localhost|127\.|\[::1\])/i.test(value))
    add(
      `The parameter ${name} is an address of this machine: ${value}.`,
      `Say --set ${name}=.. as Fabric reaches it.`,
    )
}

async function scheduleFrom(
  context: Context,
  { model }: LocalProject,
  add: Add,
): Promise<Schedule | undefined> {
  const asked = text(context, 'schedule')
  if (asked === undefined) return undefined
  if (isDirectQuery(model.parts)) {
    add(
      'A DirectQuery model stores no rows: there is nothing to refresh by a schedule.',
      'Leave --schedule out.',
    )
    return undefined
  }
  const times = [...new Set(asked.split(',').map((time) => time.trim().padStart(5, '0')))].sort()
  const odd = times.find((time) => !/^([01]\d|2[0-3]):(00|30)$/.test(time))
  if (odd !== undefined)
    add(
      `Power BI refreshes on the hour and half past it, not at \`${odd}\`.`,
      'For example --schedule 06:30,18:00.',
    )
  const { timeZone } = await loadProjectOrFail(context.project)
  const zone = timeZone === 'GMT' ? 'UTC' : zoneOnWindows(timeZone)
  if (zone === undefined)
    add(
      `Power BI knows no name for the time zone ${timeZone}.`,
      'Set the schedule in the settings of the model.',
    )
  return zone === undefined ? undefined : { times, zone }
}
