import { basename } from 'node:path/posix';
import { retireService } from '../../actions/index.ts';
import type { Action } from '../../engine/types.ts';
import type { Leftover, ServicesFacts } from '../../services/records.ts';
import { removeForeignServiceStep } from '../../services/steps.ts';
import { leftovers as words } from './words.ts';

const BECAUSE = words.why;

/**
 * Hand-made services stop and go before ours start, and then the scripts that nothing starts any more. What belongs to
 * somebody else stays; the checks name it.
 */
export function leftoverSteps(services: ServicesFacts): Action[] {
  const mine = services.leftovers.filter(({ removable }) => removable);
  const scripts = new Set(mine.flatMap(({ script }) => script ?? []));
  return [...mine.flatMap((one) => serviceSteps(one, services)), ...[...scripts].map(scriptStep)];
}

function serviceSteps({ name, manager, file, links }: Leftover, { place, manager: found }: ServicesFacts): Action[] {
  if (manager === 'none' || place === null || !found.ok) return [];
  return [removeForeignServiceStep({ name, file, links, because: BECAUSE }, { ...place, manager }, { env: found.env })];
}

function scriptStep(file: string, index: number): Action {
  const nothing = { reload: null, enable: null, restart: null, stop: null, forget: null, log: null };
  return retireService(`retire-script-${index + 1}`, {
    forward: { headline: words.remove(basename(file)), because: BECAUSE },
    backward: { headline: words.bringBack(basename(file)) },
    name: basename(file),
    file,
    links: [],
    programs: nothing,
  });
}
