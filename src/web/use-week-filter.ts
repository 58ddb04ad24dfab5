import { writeList } from './state.ts'
import { usePage } from './use-page.ts'

export interface WeekFilter {
  readonly isSelected: (weekday: number, hour: number) => boolean
  /** A cell filters by its weekday and its hours together; the same cell again takes both out. */
  readonly onPick: (weekday: number, hours: readonly number[]) => void
}

/** What a grid of weekday and hour does to the page's filters, and shows of them. */
export const useWeekFilter = (): WeekFilter => {
  const page = usePage()
  const { weekday: days, hour: hours } = page.state.filters
  return {
    isSelected: (weekday, hour) =>
      page.isSelected('weekday', String(weekday)) && page.isSelected('hour', String(hour)),
    onPick: (weekday, block) => {
      const isSame = days?.join() === String(weekday) && hours?.join() === block.join()
      page.set({
        weekday: isSame ? undefined : String(weekday),
        hour: isSame ? undefined : writeList(block.map(String)),
      })
    },
  }
}
