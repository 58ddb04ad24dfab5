/** Counters, gauges and histograms in Prometheus' text format. Labels are words of ours, never values of data. */
export class Metrics {
  private readonly counters = new Map<string, number>()
  private readonly histograms = new Map<string, { counts: number[]; sum: number; count: number }>()
  private readonly gauges = new Map<string, () => number>()
  private readonly help = new Map<string, string>()

  describe(name: string, help: string): void {
    this.help.set(name, help)
  }

  count(name: string, labels: Labels = {}, by = 1): void {
    const key = series(name, labels)
    this.counters.set(key, (this.counters.get(key) ?? 0) + by)
  }

  gauge(name: string, read: () => number): void {
    this.gauges.set(name, read)
  }

  observe(name: string, seconds: number, labels: Labels = {}): void {
    const key = series(name, labels)
    const known = this.histograms.get(key) ?? { counts: BOUNDS.map(() => 0), sum: 0, count: 0 }
    for (const [i, bound] of BOUNDS.entries())
      if (seconds <= bound) known.counts[i] = (known.counts[i] ?? 0) + 1
    known.sum += seconds
    known.count++
    this.histograms.set(key, known)
  }

  text(): string {
    const lines = [
      ...grouped(this.counters.keys()).flatMap(([name, keys]) => [
        ...this.head(name, 'counter'),
        ...keys.map((key) => `${key} ${this.counters.get(key)}`),
      ]),
      ...[...this.gauges].flatMap(([name, read]) => [...this.head(name, 'gauge'), `${name} ${read()}`]),
      ...grouped(this.histograms.keys()).flatMap(([name, keys]) => [
        ...this.head(name, 'histogram'),
        ...keys.flatMap((key) => this.buckets(key)),
      ]),
    ]
    return `${lines.join('\n')}\n`
  }

  private head(name: string, type: string): string[] {
    const help = this.help.get(name)
    return [...(help === undefined ? [] : [`# HELP ${name} ${help}`]), `# TYPE ${name} ${type}`]
  }

  private buckets(key: string): string[] {
    const found = this.histograms.get(key)
    if (!found) return []
    const [name = '', labels = ''] = key.split(/\{|\}/)
    const with_ = (le: string) => `${name}_bucket{${labels === '' ? '' : `${labels},`}le="${le}"}`
    const tail = labels === '' ? '' : `{${labels}}`
    return [
      ...BOUNDS.map((bound, i) => `${with_(String(bound))} ${found.counts[i]}`),
      `${with_('+Inf')} ${found.count}`,
      `${name}_sum${tail} ${found.sum.toFixed(6)}`,
      `${name}_count${tail} ${found.count}`,
    ]
  }
}

type Labels = Readonly<Record<string, string>>

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10]

const series = (name: string, labels: Labels): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value.replaceAll(/["\\\n]/g, '_')}"`)
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
}

const grouped = (keys: Iterable<string>): [string, string[]][] => {
  const byName = new Map<string, string[]>()
  for (const key of keys) {
    const name = key.split('{', 1)[0] ?? ''
    byName.set(name, [...(byName.get(name) ?? []), key])
  }
  return [...byName].sort()
}
