import { properZone } from '../project/values.ts'

/** The zone's proper name, undefined if there is no such zone. */
export const timeZone = (text: string): string | undefined => properZone(text)

/** The currency's code in capitals, undefined if there is no such currency. */
export function currency(text: string): string | undefined {
  const code = text.toUpperCase()
  return Intl.supportedValuesOf('currency').includes(code) ? code : undefined
}
