import type { WrittenAction } from './config-rules-shape.ts'
import { type At, reject } from './shape.ts'
import type { SuggestedAction } from './types.ts'
import type { YamlFile } from './yaml.ts'

type Condition = SuggestedAction['when']
type Threshold = Exclude<keyof WrittenAction['values'], 'when' | 'action'>

/** The thresholds of each condition, and what to do where the user gives no words of their own. */
const CONDITIONS: Readonly<Record<Condition, { action: string; thresholds: readonly Threshold[] }>> = {
  open_ticket: { action: 'Resolve the open ticket first', thresholds: ['older_than'] },
  high_value_silent: { action: 'Win back', thresholds: ['silent_for'] },
  one_purchase: { action: 'Invite to a second purchase', thresholds: ['from', 'to'] },
  near_next_tier: { action: 'Tell how near the next tier is', thresholds: ['within_points'] },
}

const THRESHOLDS = Object.values(CONDITIONS).flatMap(({ thresholds }) => thresholds)

/** The rules as written, or the usual four when none are; what contradicts itself is told to `file`. */
export function actionsFrom(
  written: readonly At<WrittenAction>[] | undefined,
  churnedAfterDays: number,
  file: YamlFile,
): readonly SuggestedAction[] {
  if (written === undefined)
    return (Object.keys(CONDITIONS) as Condition[]).map((when) => actionFrom(when, {}, churnedAfterDays))
  return written.flatMap(({ value, line }) => {
    const { when } = value.values
    if (when === undefined) return []
    checkThresholds(when, value, file)
    const action = actionFrom(when, value.values, churnedAfterDays)
    if (action.when === 'one_purchase' && action.fromDays > action.toDays)
      reject(
        { file, label: '', line: value.lines.from ?? line },
        'bad_value',
        `\`from\` is ${action.fromDays} days and \`to\` ${action.toDays}: no purchase lies between`,
      )
    return [action]
  })
}

function checkThresholds(when: Condition, { lines }: WrittenAction, file: YamlFile): void {
  const { thresholds } = CONDITIONS[when]
  for (const key of THRESHOLDS.filter((threshold) => !thresholds.includes(threshold))) {
    const line = lines[key]
    if (line === undefined) continue
    const known = thresholds.map((threshold) => `\`${threshold}\``).join(' and ')
    reject({ file, label: '', line }, 'bad_value', `\`when: ${when}\` has no \`${key}\``, `it has ${known}`)
  }
}

function actionFrom(
  when: Condition,
  values: WrittenAction['values'],
  churnedAfterDays: number,
): SuggestedAction {
  const action = values.action ?? CONDITIONS[when].action
  switch (when) {
    case 'open_ticket':
      return { action, when, olderThanDays: values.older_than ?? 3 }
    case 'high_value_silent':
      return { action, when, silentForDays: values.silent_for ?? churnedAfterDays }
    case 'one_purchase':
      return { action, when, fromDays: values.from ?? 30, toDays: values.to ?? 90 }
    case 'near_next_tier':
      return { action, when, withinPoints: values.within_points ?? 100 }
  }
}
