import type { Deployed, Refreshed } from '../fabric/deploy.ts'
import { WORDS } from '../fabric/items.ts'
import type { Placed } from '../fabric/place.ts'
import type { Change, Planned } from '../fabric/plan.ts'

/** Everything is there, and a refresh that was begun ended well. */
export const isGood = ({ refresh }: Deployed): boolean =>
  typeof refresh === 'string' || refresh.status === 'Completed'

export function deployedText({ workspace, model, report, bound, schedule, refresh }: Deployed): string {
  return [
    `workspace ${workspace.displayName}`,
    placedLine('semantic model', model),
    placedLine('report', report),
    ...bound.map(
      ({ connection, type, path, how }) =>
        `connection ${connection}: ${how === 'bound' ? 'bound to' : 'was bound to'} ${type} ${path}${how === 'bound' ? '' : ' already'}`,
    ),
    ...(schedule ? [scheduleLine(schedule)] : []),
    ...refreshLines(refresh),
  ].join('\n')
}

const placedLine = (what: string, { name, how, id }: Placed): string =>
  `${what} ${name}: ${how === 'kept' ? 'as the interrupted deployment left it' : how} (${id})`

const scheduleLine = ({ times, zone }: NonNullable<Deployed['schedule']>): string =>
  `schedule: every day at ${times.join(', ')} (${zone})`

function refreshLines(refresh: Deployed['refresh']): readonly string[] {
  if (refresh === 'not_asked') return ['refresh: not asked for; the report is empty until the first one']
  if (refresh === 'direct_query') return ['refresh: none needed, the source is asked live']
  return [refreshLine(refresh), ...(refresh.reason === undefined ? [] : [`  ${refresh.reason}`])]
}

const refreshLine = ({ status, seconds, requestId }: Refreshed): string =>
  `refresh: ${status === 'Completed' ? 'completed' : status.toLowerCase()}${seconds === undefined ? '' : ` after ${seconds} s`} (request ${requestId})`

export function plannedText({
  workspace,
  model,
  report,
  parameters,
  connections,
  sources,
  schedule,
  refresh,
}: Planned): string {
  return [
    `workspace ${workspace.displayName}; nothing was changed`,
    ...changeLines(model),
    ...changeLines(report),
    ...Object.entries(parameters).map(([name, value]) => `parameter ${name} = ${value}`),
    ...connections.map(({ name, type, path }) => `connection ${name} (${type} ${path}): would be bound`),
    ...sources.map(({ type, path }) => `the model reads now from ${type} ${path}`),
    ...(schedule ? [scheduleLine(schedule)] : []),
    REFRESHES[refresh],
  ].join('\n')
}

const REFRESHES: Readonly<Record<Planned['refresh'], string>> = {
  would_start: 'refresh: would start',
  not_asked: 'refresh: not asked for',
  direct_query: 'refresh: none needed, the source is asked live',
}

function changeLines({ type, name, id, parts }: Change): readonly string[] {
  if (id === undefined) return [`${WORDS[type]} ${name}: would be created, ${parts.added.length} parts`]
  const { added, changed, removed, same } = parts
  if (added.length + changed.length + removed.length === 0)
    return [`${WORDS[type]} ${name}: as it is, ${same} parts (${id})`]
  return [
    `${WORDS[type]} ${name}: ${changed.length} parts changed, ${added.length} added, ${removed.length} removed, ${same} as they are (${id})`,
    ...changed.map((path) => `  changed  ${path}`),
    ...added.map((path) => `  added    ${path}`),
    ...removed.map((path) => `  removed  ${path}`),
  ]
}
