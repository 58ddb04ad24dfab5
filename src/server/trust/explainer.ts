import { type Explainer, makeExplainer } from '../../lineage/explain.ts'
import type { Prepared } from '../../run/prepare.ts'

const explainers = new WeakMap<Prepared, Promise<Explainer>>()

/** Parsing every model takes seconds: once for each state of the project. */
export function explainerOf(prepared: Prepared): Promise<Explainer> {
  const known = explainers.get(prepared) ?? makeExplainer(prepared)
  explainers.set(prepared, known)
  known.catch(() => explainers.delete(prepared))
  return known
}
