import { useState } from 'react'
import { api } from '../api.ts'
import { Button } from '../components/button.tsx'
import { Empty, Failed, Skeleton } from '../components/notice.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { useLoad } from '../query.ts'
import { reconcileStrings as strings } from '../strings/reconcile.ts'
import { usePage } from '../use-page.ts'
import { Report } from './reconcile/report.tsx'
import '../styles/data-pages.css'

/** Legacy views beside the certified models. */
export const Page = () => {
  const page = usePage()
  const legacy = useLoad(['legacy'], api.legacy)
  const files = legacy.data?.files ?? []
  const shown = files.find(({ name }) => name === page.state.own.view) ?? files[0]
  return (
    <PageFrame title={strings.title} subtitle={strings.subtitle} filters={false}>
      {legacy.state === 'failed' ? <Failed failure={legacy.failure} retry={legacy.retry} /> : null}
      {legacy.state === 'loading' ? <Skeleton lines={6} /> : null}
      {legacy.data && !shown ? <Empty icon="scale" title={strings.empty} /> : null}
      {shown ? (
        <>
          <nav className="view-list" aria-label={strings.views}>
            {files.map(({ file, name }) => (
              <button
                key={file}
                type="button"
                aria-pressed={file === shown.file}
                onClick={() => page.set({ view: name, figure: undefined })}
              >
                {name}
              </button>
            ))}
          </nav>
          <Stoppable key={shown.file} file={shown.file} name={shown.name} />
        </>
      ) : null}
    </PageFrame>
  )
}

const Stoppable = ({ file, name }: { file: string; name: string }) => {
  const [isStopped, setStopped] = useState(false)
  if (!isStopped) return <Comparison file={file} name={name} onStop={() => setStopped(true)} />
  return (
    <Empty title={strings.stopped}>
      <Button icon="refresh" onClick={() => setStopped(false)}>
        {strings.again}
      </Button>
    </Empty>
  )
}

/** Taken away while it is asking, it takes the question back. */
const Comparison = ({ file, name, onStop }: { file: string; name: string; onStop: () => void }) => {
  const loaded = useLoad(['reconcile', file], (signal) => api.reconcile(file, signal))
  if (loaded.data) return <Report {...loaded.data} />
  if (loaded.state === 'failed') return <Failed failure={loaded.failure} retry={loaded.retry} />
  return (
    <section className="tile comparing" aria-busy="true">
      <p role="status">
        <strong>{strings.comparing(name)}</strong>
        <span>{strings.comparingHint}</span>
      </p>
      <div className="progress is-unknown" aria-hidden="true">
        <span />
      </div>
      <Button icon="close" onClick={onStop}>
        {strings.cancel}
      </Button>
    </section>
  )
}
