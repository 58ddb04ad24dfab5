import { today } from './calendar.ts'
import { bookKinds } from './choice-kinds.ts'
import { crowdOf, type Habits, habitsOf } from './crowd.ts'
import { type Pause, produce } from './generation.ts'
import { Ledger } from './ledger.ts'
import type { ActivityTruth, ChoiceManifest } from './manifest.ts'
import { enterMember, memberRow } from './members.ts'
import { emailOf, memberName, streetIn } from './names.ts'
import { type Plan, planOf, type SampleOptions } from './options.ts'
import { Purchases } from './purchases.ts'
import { books, openBooks, type Scene, sceneSchedule, sceneStream } from './scene.ts'
import { Support } from './support.ts'
import { Visits } from './visits.ts'

export const MOST_MEMBERS = 5_000_000
const SALES_PER_CUSTOMER = 6
/** Sessions without a purchase, for each sale. */
const BROWSING = 0.95

/**
 * Writes the four workbooks of a retailer into `dir`, and beside them what was planted in them and what they mean.
 * A workbook goes on in a further one after a million records. Appears only whole; a failed or aborted call leaves none.
 * Throws RangeError for options that make no sense, the signal's reason when aborted, and what the file system throws.
 */
export async function generateChoice(dir: string, options: SampleOptions): Promise<ChoiceManifest> {
  const plan = planOf(options, MOST_MEMBERS, SALES_PER_CUSTOMER)
  return produce('choice', dir, plan, options, async (report) => {
    const files = openBooks(dir, plan.seed, report)
    const ledger = new Ledger(plan.customers, strangersAmong(3 * plan.sales), plan.first, plan.last)
    const scene: Scene = { ...plan, files, ledger, kinds: bookKinds() }
    return { files: books.map((book) => files[book]), write: (pause) => write(scene, plan, pause) }
  })
}

/** Room for the unknown customers among so many records; there are far fewer. */
export const strangersAmong = (records: number): number => 100 + Math.ceil(records / 100)

async function write(scene: Scene, plan: Plan, pause: Pause): Promise<ActivityTruth> {
  await pause(0)
  const habits = habitsOf(plan.customers, plan.first, plan.last, sceneStream(scene, 'habits'))
  await writeMembers(scene, habits, pause)
  const crowd = crowdOf(habits)
  const visits = new Visits(scene, crowd, Math.round(plan.sales * BROWSING))
  const support = new Support(scene, crowd, Math.floor(plan.sales / 20))
  const purchases = new Purchases(scene, crowd, support, visits, plan.sales)
  let done = plan.customers
  for (let day = plan.first; day <= plan.last; day++) {
    const now = today(day)
    done += purchases.writeDay(now)
    support.writeDay(now)
    visits.writeDay(now)
    await pause(done)
  }
  return scene.ledger.truth()
}

async function writeMembers(scene: Scene, habits: Habits, pause: Pause): Promise<void> {
  const customers = habits.from.length
  const random = sceneStream(scene, 'members')
  const schedule = sceneSchedule(scene, 'master', customers)
  for (let i = 0; i < customers; i++) {
    const name = memberName(random)
    const person = {
      id: i + 1,
      name,
      email: emailOf(name, i + 1),
      address: streetIn(random),
      city: habits.city[i] ?? 0,
      since: scene.first + (habits.from[i] ?? 0),
    }
    const row = memberRow(person, random)
    const kind = schedule.next()
    if (scene.files.master.put(row.cells, kind) === 'held') habits.eagerness[i] = 0
    else enterMember(scene.ledger, person, row, kind)
    if (i % 4096 === 4095) await pause(i + 1)
  }
}
