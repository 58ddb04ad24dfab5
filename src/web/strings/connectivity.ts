/** Texts of the refresh settings. */
export const connectivityStrings = {
  title: 'Refresh settings',
  mode: 'Where pages get their data',
  modes: {
    import: 'Import',
    importText:
      'Pages read the published version: a snapshot that a run makes. Fast, and the same for everybody.',
    direct: 'Direct',
    directText: 'Every question goes to the warehouse, so figures are as new as the warehouse is.',
    unavailable: 'Not available: the embedded warehouse is the snapshot itself.',
    copyText: (target: string) =>
      `Pages read a copy of the gold of ${target} on this machine. Fast, and all of it can be searched and exported.`,
    liveText: (target: string) =>
      `Every question goes to ${target} when it is asked, so figures are as new as what was published there. No search by name, no SQL, no export of tables.`,
    given: 'Not available: given where the server was started.',
  },
  freshness: 'Freshness',
  last: 'Last refresh',
  next: 'Next refresh',
  asOf: 'Data as of',
  never: 'Never',
  none: 'Not planned',
  schedule: 'When to refresh',
  schedules: {
    hand: 'By hand',
    hourly: 'Every hour',
    daily: 'Every day',
    weekdays: 'Monday to Friday',
    weekly: 'Every Monday',
    own: 'Own pattern',
  },
  fixed: (pattern: string) => `By schedule: ${pattern}, given where the server was started.`,
  at: 'At',
  zone: (zone: string) => `Times are in ${zone}.`,
  cron: 'Cron pattern',
  cronHint:
    'Five fields: minute, hour, day of month, month, day of week. “30 6 * * 1-5” is 06:30 from Monday to Friday.',
  save: 'Save',
  saved: 'The refresh settings are saved.',
  refresh: 'Refresh now',
  bring: 'Copy it here now',
  look: 'Look for a newer version',
  running: 'A run is under way.',
} as const
