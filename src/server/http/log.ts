/** One line of JSON per event, for people and log collectors. No personal values: routes by pattern, never by path. */
export interface Log {
  write(entry: Readonly<Record<string, string | number | boolean | undefined>>): void
}

export const jsonLog = (out: (line: string) => void): Log => ({
  write: (entry) => out(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`),
})
