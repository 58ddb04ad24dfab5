/**
 * Runs in each page before its own scripts. `bench.begin(event)` waits for that event; then `bench.settled()` says how long
 * after it the answers it asked for were on screen, and `bench.painted()` when the next picture was. Before any event it is
 * the page itself that settles, from the moment it was asked for.
 */
export const watch = `(() => {
  const limit = 60000
  let started = 0
  let waiting = null
  let asked = 0
  let open = 0
  const plain = window.fetch
  window.fetch = async (...given) => {
    asked++
    open++
    try {
      return await plain(...given)
    } finally {
      open--
    }
  }
  const picture = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))
  const isBusy = () =>
    waiting !== null || open > 0 || !document.querySelector('main h1') || document.querySelector('[aria-busy=true], .skeleton')
  const settle = async (hasAsked) => {
    const last = performance.now() + limit
    for (;;) {
      const now = await picture()
      if (!isBusy() && hasAsked()) return now - started
      if (now > last) throw new Error('The page did not settle in a minute.')
    }
  }
  const asks = () => asked > 0
  let settling = settle(asks)
  let painting = null
  for (const name of ['click', 'pointermove', 'pointerup', 'popstate'])
    window.addEventListener(name, (event) => {
      if (waiting !== name) return
      waiting = null
      asked = 0
      started = event.timeStamp
      painting = picture()
    }, { capture: true })
  window.bench = {
    begin: (name) => {
      waiting = name
      settling = settle(name === 'popstate' || name === 'pointermove' ? () => true : asks)
      settling.catch(() => undefined)
    },
    settled: () => settling,
    painted: async () => {
      while (waiting !== null) await picture()
      return (await painting) - started
    },
  }
})()`
