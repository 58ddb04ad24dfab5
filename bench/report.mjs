import { median } from './measure.mjs'

/** One line per program: medians, and c360 and dbt in proportion to the script. */
export function reportCase(what, sides) {
  const done = Object.entries(sides).filter(([, list]) => list.length > 0)
  const base = sides.script?.length > 0 ? median(sides.script) : undefined
  for (const [name, list] of done) {
    const figures = median(list)
    console.log(`  ${what.padEnd(24)} ${name.padEnd(6)} ${seconds(figures)}${ratios(name, figures, base)}`)
  }
}

const seconds = ({ wall, cpu, rss }) =>
  `wall ${wall.toFixed(2).padStart(7)} s   CPU ${cpu.toFixed(2).padStart(7)} s   peak ${rss.toFixed(0).padStart(5)} MiB`

const ratios = (name, { wall, cpu }, base) =>
  base === undefined || name === 'script'
    ? ''
    : `   x script: wall ${(wall / base.wall).toFixed(2)}, CPU ${(cpu / base.cpu).toFixed(2)}`
